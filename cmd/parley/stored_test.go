package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/sqlitelog"
	"parley/internal/host"
	"parley/room"
)

// history is the records of an open room in which a person talks and an agent
// answers every tenth line: at least one event each.
func history(b *testing.B, records int) []room.Record {
	b.Helper()
	s, out := &room.State{}, []room.Record{}
	at := time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC)
	do := func(c room.Command) room.Decision {
		m := room.Moment{At: at, Chance: uint64(len(out))}
		d, err := room.Decide(s, m, c)
		if err != nil {
			b.Fatal(err)
		}
		rec := room.NewRecord(s, m, c, d.Events)
		rec.ID, rec.Node = fmt.Sprintf("record-%014d", len(out)), "node"
		if err := s.ApplyRecord(rec); err != nil {
			b.Fatal(err)
		}
		out, at = append(out, rec), at.Add(time.Second)
		return d
	}
	do(room.Create{Config: openRoom("", 1)})
	do(room.Join{Name: "Kim", Token: "k"})
	for n := 0; len(out) < records; n++ {
		do(room.Say{Player: "Kim", Text: fmt.Sprint("a line as long as those that people write when they talk: ", n)})
		if n%10 == 9 && len(out) < records-1 {
			turn := do(room.BeginTurn{Agent: "Agent 0", Model: "instant", Node: "node", Deadline: at.Add(time.Minute)}).Turn
			do(room.Answer{Turn: turn, Attempt: 1, Text: fmt.Sprint("that is a good point, the answer is ", n)})
		}
	}
	return out
}

// stored is the code of a room that store made.
func stored(n int) string { return fmt.Sprintf("L%06d", n) }

// as is the same records as those of another room, made at a time of its own.
func as(n int, records []room.Record) []room.Record {
	out, code := slices.Clone(records), stored(n)
	created := out[0].Events[0].(room.RoomCreated)
	created.Config.Code, created.Config.Title = code, "Room "+code
	created.Config.CreatedAt = created.Config.CreatedAt.Add(time.Duration(n) * time.Millisecond)
	out[0].Events = append([]room.Event{created}, out[0].Events[1:]...)
	for i := range out {
		out[i].Room = code
		if h := out[i].Head; h != nil {
			head := *h
			head.Code, head.Title, head.CreatedAt = code, created.Config.Title, created.Config.CreatedAt
			out[i].Head = &head
		}
	}
	return out
}

// store appends that many rooms of the same history, a hundred side by side and
// ten records at a time, as if they had lived at the same time.
func store(b *testing.B, log *sqlitelog.Log, rooms int, records []room.Record) {
	b.Helper()
	const side, part = 100, 10
	work := make(chan int)
	var wg sync.WaitGroup
	for range side {
		wg.Go(func() {
			for i := range work {
				place := eventlog.Seq(0)
				for some := range slices.Chunk(as(i, records), part) {
					places, err := log.AppendBatch(b.Context(), place, some)
					if err != nil {
						b.Error(err)
						return
					}
					place = places[len(places)-1]
				}
			}
		})
	}
	for i := range rooms {
		work <- i
	}
	close(work)
	wg.Wait()
}

// longOnly leaves out what takes a while to make.
func longOnly(b *testing.B) {
	b.Helper()
	if testing.Short() {
		b.Skip("it takes a while to make the rooms")
	}
}

// BenchmarkLobby starts a node on a log of so many rooms. An op is a start.
func BenchmarkLobby(b *testing.B) {
	for _, rooms := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("rooms=%d", rooms), func(b *testing.B) {
			log := benchLog(b, sqlitelog.Options{Sync: sqlitelog.Interval})
			store(b, log, rooms, history(b, 2))
			var each, seconds float64
			for b.Loop() {
				before, began := inUse(), time.Now()
				h := host.New(host.Config{Log: log, Node: "node", Logger: slog.New(slog.DiscardHandler)})
				if err := h.Start(b.Context()); err != nil {
					b.Fatal(err)
				}
				seconds = time.Since(began).Seconds()
				each = (float64(inUse()) - float64(before)) / float64(rooms)
				if err := h.Close(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(each, "B/room")
			b.ReportMetric(seconds, "s-to-start")
		})
	}
}

// BenchmarkOpenRoom has a room that is not in memory looked at: it is read from
// the disk and folded. An op is another room of 500 records among more and more
// of them, or one of 50,000.
func BenchmarkOpenRoom(b *testing.B) {
	const usual, long = 500, 50_000
	for _, among := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("events=%d/stored=%d", usual, among), func(b *testing.B) {
			if among > 100_000 {
				longOnly(b)
			}
			benchmarkOpen(b, among/usual, history(b, usual))
		})
	}
	b.Run(fmt.Sprintf("events=%d", long), func(b *testing.B) { benchmarkOpen(b, 1, history(b, long)) })
}

func benchmarkOpen(b *testing.B, rooms int, records []room.Record) {
	b.Helper()
	log := benchLog(b, sqlitelog.Options{Sync: sqlitelog.Interval})
	store(b, log, rooms, records)
	for i := 0; b.Loop(); i += 7 {
		b.StopTimer()
		h := host.New(host.Config{Log: log, Node: "node", Logger: slog.New(slog.DiscardHandler)})
		b.StartTimer()
		var last uint64
		err := h.Inspect(b.Context(), stored(i%rooms), func(s *room.State) { last = s.Ordinal })
		b.StopTimer()
		if err != nil || last != uint64(len(records)) {
			b.Fatal(last, err)
		}
		if err := h.Close(context.Background()); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
