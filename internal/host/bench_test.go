package host_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/room"
)

// benchHost is a host on a log in memory, with an open room in which a person,
// Kim, has a seat.
func benchHost(b *testing.B) *host.Host {
	b.Helper()
	log := memlog.New(memlog.Options{})
	h := host.New(host.Config{Log: log, Node: "node", Logger: slog.New(slog.DiscardHandler), IdleAfter: time.Hour})
	b.Cleanup(func() {
		if err := h.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
	c := room.Config{Code: "ROOMAA", Title: "Tea", Mode: room.Open, Seats: 10, CreatedAt: time.Now().UTC().Truncate(time.Millisecond)}
	for _, command := range []room.Command{room.Create{Config: c}, room.Join{Name: "Kim", Token: "k"}} {
		if _, err := h.Submit(b.Context(), c.Code, command); err != nil {
			b.Fatal(err)
		}
	}
	return h
}

func line(n int) room.Say {
	return room.Say{Player: "Kim", Text: fmt.Sprint("a line as long as those that people write when they talk: ", n)}
}

// BenchmarkSubmit has a person write lines in a room that so many watch.
func BenchmarkSubmit(b *testing.B) {
	for _, watchers := range []int{0, 10, 100} {
		b.Run(fmt.Sprintf("watchers=%d", watchers), func(b *testing.B) {
			h := benchHost(b)
			ctx, cancel := context.WithCancel(b.Context())
			var watching sync.WaitGroup
			defer watching.Wait()
			defer cancel()
			for range watchers {
				w, err := h.Watch(ctx, "ROOMAA", host.Watching{})
				if err != nil {
					b.Fatal(err)
				}
				watching.Go(func() {
					defer w.Close() //nolint:contextcheck // it takes none
					for {
						if _, err := w.Next(ctx); err != nil {
							return
						}
					}
				})
			}
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if _, err := h.Submit(b.Context(), "ROOMAA", line(n)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkInspect looks at a room that is in memory.
func BenchmarkInspect(b *testing.B) {
	h := benchHost(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := h.Inspect(b.Context(), "ROOMAA", func(*room.State) {}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFold looks at a room of 500 lines that is not in memory, its log
// though is.
func BenchmarkFold(b *testing.B) {
	const lines = 500
	h := benchHost(b)
	for n := range lines {
		if _, err := h.Submit(b.Context(), "ROOMAA", line(n)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		other := host.New(host.Config{Log: h.Log, Node: "other", Logger: slog.New(slog.DiscardHandler)})
		if err := other.Inspect(b.Context(), "ROOMAA", func(*room.State) {}); err != nil {
			b.Fatal(err)
		}
		if err := other.Close(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRooms reads a page of the lobby among 1,000 rooms.
func BenchmarkRooms(b *testing.B) {
	const rooms, page = 1000, 50
	h := benchHost(b)
	for i := range rooms {
		c := room.Config{Code: fmt.Sprintf("L%05d", i), Mode: room.Open, Seats: 10, CreatedAt: time.Now().UTC().Truncate(time.Millisecond)}
		if _, err := h.Submit(b.Context(), c.Code, room.Create{Config: c}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if heads, _, err := h.Rooms(room.StatusRunning, page, ""); err != nil || len(heads) != page {
			b.Fatal(len(heads), err)
		}
	}
}
