package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/agent"
	"parley/internal/eventlog/sqlitelog"
	"parley/internal/host"
	"parley/internal/llm"
	"parley/room"
)

// instantModel answers at once, with silence.
type instantModel struct{}

func (instantModel) Complete(context.Context, llm.Request) (llm.Answer, error) {
	return llm.Answer{Text: "[pass]"}, nil
}

func openRoom(code string, agents int) room.Config {
	c := room.Config{
		Code: code, Title: "Room " + code, Mode: room.Open, Seats: 10, Overlap: room.Coalesce, Pacing: room.PaceInstant,
		Hops: 1, RepliesPerMinute: 600, Calls: 1 << 30, CreatedAt: time.Now().UTC().Truncate(time.Millisecond),
	}
	for i := range agents {
		c.Agents = append(c.Agents, room.AgentSpec{Name: fmt.Sprintf("Agent %d", i), Model: "instant"})
	}
	return c
}

// BenchmarkTurns has 100 rooms with one agent each take turns side by side,
// with a model that answers at once, on the disk. An op is a turn.
func BenchmarkTurns(b *testing.B) {
	log, err := sqlitelog.Open(b.Context(), b.TempDir(), sqlitelog.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	var h *host.Host
	quiet := slog.New(slog.DiscardHandler)
	crew := agent.New(agent.Config{
		Submit: func(ctx context.Context, code string, c room.Command) (*room.Scene, error) {
			res, err := h.Submit(ctx, code, c)
			return res.Scene, err
		},
		Lookup: func(string) (llm.Model, bool) { return instantModel{}, true },
		Logger: quiet, Node: "node", Limit: 64,
	})
	const rooms = 100
	ended := make([]chan struct{}, rooms)
	byCode := map[string]int{}
	for i := range ended {
		ended[i] = make(chan struct{}, 1)
		byCode[fmt.Sprintf("TURN%02d", i)] = i
	}
	h = host.New(host.Config{Log: log, Node: "node", Logger: quiet, Offer: crew.Ready, Over: crew.Over, Observe: func(o host.Observation) {
		if o.Record != nil && o.Command.Cause() == (room.Answer{}).Cause() {
			ended[byCode[o.Room]] <- struct{}{}
		}
	}})
	defer h.Close(context.Background())
	defer crew.Close()
	for code := range byCode {
		for _, c := range []room.Command{room.Create{Config: openRoom(code, 1)}, room.Join{Name: "Kim", Token: "k" + code}} {
			if _, err := h.Submit(b.Context(), code, c); err != nil {
				b.Fatal(err)
			}
		}
	}
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	var wg sync.WaitGroup
	for code, i := range byCode {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if _, err := h.Submit(context.Background(), code, room.Say{Player: "Kim", Text: "hello"}); err != nil {
					b.Error(err)
					return
				}
				<-ended[i]
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
}

// BenchmarkLobby starts a node on a log of so many rooms. An op is a start.
func BenchmarkLobby(b *testing.B) {
	for _, rooms := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("rooms=%d", rooms), func(b *testing.B) {
			if testing.Short() && rooms > 10_000 {
				b.Skip("it takes a while to make the rooms")
			}
			dir := b.TempDir()
			makeRooms(b, dir, rooms)
			log, err := sqlitelog.Open(b.Context(), dir, sqlitelog.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer log.Close()
			var each, seconds float64
			for b.Loop() {
				before := heap()
				began := time.Now()
				h := host.New(host.Config{Log: log, Node: "node", Logger: slog.New(slog.DiscardHandler)})
				if err := h.Start(b.Context()); err != nil {
					b.Fatal(err)
				}
				seconds = time.Since(began).Seconds()
				each = float64(heap()-before) / float64(rooms)
				if err := h.Close(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(each, "B/room")
			b.ReportMetric(seconds, "s-to-start")
		})
	}
}

// makeRooms fills a log with rooms that want nothing.
func makeRooms(b *testing.B, dir string, rooms int) {
	b.Helper()
	log, err := sqlitelog.Open(b.Context(), dir, sqlitelog.Options{Sync: sqlitelog.Interval})
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	h := host.New(host.Config{Log: log, Node: "node", Logger: slog.New(slog.DiscardHandler), IdleAfter: time.Millisecond})
	defer h.Close(context.Background())
	var wg sync.WaitGroup
	var next atomic.Int64
	for range 64 {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(rooms); i = next.Add(1) {
				if _, err := h.Submit(context.Background(), fmt.Sprintf("L%05d", i), room.Create{Config: openRoom(fmt.Sprintf("L%05d", i), 0)}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
