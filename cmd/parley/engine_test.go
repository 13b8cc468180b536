package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/agent"
	"parley/internal/eventlog"
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

// newEngine is a host and its agents, put together as serve does it, until the
// benchmark ends.
func newEngine(b *testing.B, log eventlog.Log, model llm.Model, observe func(host.Observation)) *host.Host {
	b.Helper()
	before := debug.SetGCPercent(garbage)
	b.Cleanup(func() { debug.SetGCPercent(before) })
	var h *host.Host
	quiet := slog.New(slog.DiscardHandler)
	crew := agent.New(agent.Config{
		Submit: func(ctx context.Context, code string, c room.Command) (*room.Scene, error) {
			res, err := h.Submit(ctx, code, c)
			return res.Scene, err
		},
		Lookup: func(string) (llm.Model, bool) { return model, true },
		Logger: quiet, Node: "node",
	})
	h = host.New(host.Config{Log: log, Node: "node", Logger: quiet, Offer: crew.Ready, Claim: crew.Claim, Over: crew.Over, Observe: observe})
	b.Cleanup(func() {
		crew.Close()
		if err := h.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
	return h
}

// benchLog is a log in a directory of its own, until the benchmark ends.
func benchLog(b *testing.B, o sqlitelog.Options) *sqlitelog.Log {
	b.Helper()
	log, err := sqlitelog.Open(b.Context(), b.TempDir(), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := log.Close(); err != nil {
			b.Error(err)
		}
	})
	return log
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

// openRooms makes rooms with an agent and a person, Kim, in each, and returns
// their codes.
func openRooms(b *testing.B, h *host.Host, rooms int) []string {
	b.Helper()
	codes := make([]string, rooms)
	var wg sync.WaitGroup
	for i := range codes {
		codes[i] = fmt.Sprintf("ROOM%04d", i)
		wg.Go(func() {
			for _, c := range []room.Command{room.Create{Config: openRoom(codes[i], 1)}, room.Join{Name: "Kim", Token: "k" + codes[i]}} {
				if _, err := h.Submit(context.Background(), codes[i], c); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return codes
}

// BenchmarkTurns has rooms with one agent each take turns side by side, with a
// model that answers at once, on the disk. An op is a turn.
func BenchmarkTurns(b *testing.B) {
	for _, rooms := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("rooms=%d", rooms), func(b *testing.B) { benchmarkTurns(b, rooms) })
	}
}

func benchmarkTurns(b *testing.B, rooms int) {
	b.Helper()
	ended := map[string]chan struct{}{}
	h := newEngine(b, benchLog(b, sqlitelog.Options{}), instantModel{}, func(o host.Observation) {
		if o.Record != nil && o.Command.Cause() == (room.Answer{}).Cause() {
			ended[o.Room] <- struct{}{}
		}
	})
	codes := openRooms(b, h, rooms)
	for _, code := range codes {
		ended[code] = make(chan struct{}, 1)
	}
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	var wg sync.WaitGroup
	for _, code := range codes {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if _, err := h.Submit(context.Background(), code, room.Say{Player: "Kim", Text: "hello"}); err != nil {
					b.Error(err)
					return
				}
				<-ended[code]
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
}

// inUse is what the heap and the stacks hold.
func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
