//go:build linux

package suite

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"parley/bench/load"
	"parley/bench/rival"
	"parley/client"
)

// contestant is a kind of server and how its rooms are filled.
type contestant struct {
	name  string
	about string
	args  []string
	seats func(ctx context.Context, s *server, rooms, people int) ([]load.Seat, error)
}

// contestants are Parley's binary and the rivals, which this program is too.
func contestants(parley, self string) []contestant {
	return []contestant{
		{
			"parley", "Parley as it comes: SQLite, a sync for every commit",
			[]string{parley, "serve", "--listen", "127.0.0.1:0", "--data", "DIR", "--limits", "off", "--log-level", "warn"},
			parleySeats,
		},
		{"hub", "a bare hub on coder/websocket: nothing but relaying, writes gathered", []string{self, "hub"}, hubSeats},
		{"centrifuge", "a server of Centrifugo's library: memory broker, history and recovery, JSON", []string{self, "centrifuge"}, centrifugeSeats},
	}
}

// durable is Centrifugo's library with what Parley promises of a line: it is on
// the disk before anybody sees it.
func durable(self string) contestant {
	return contestant{
		"durable", "the same, each line in a file and synced before it is published, those that wait in one sync",
		[]string{self, "durable", "DIR"},
		centrifugeSeats,
	}
}

const side = 32 // requests at once while rooms are filled

// parleySeats makes rooms and takes the seats, over the public interface.
func parleySeats(ctx context.Context, s *server, rooms, people int) ([]load.Seat, error) {
	c := client.New(s.url(), &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: side}})
	made := make([]*client.Room, rooms)
	if err := each(rooms, func(i int) (err error) {
		made[i], err = c.Create(ctx, client.Settings{"mode": "open", "seats": people, "agents": 0})
		return err
	}); err != nil {
		return nil, fmt.Errorf("make rooms: %w", err)
	}
	seats := make([]load.Seat, rooms*people)
	after := make([]uint64, len(seats))
	err := each(len(seats), func(i int) error {
		room := made[i%rooms]
		seat, err := room.Join(ctx, fmt.Sprintf("P%d", i/rooms))
		if err != nil {
			return err
		}
		seats[i] = load.Seat{
			Room: i % rooms, Token: seat.Token, Path: "/v1/rooms/" + room.Code + "/ws",
			Before: `{"type":"message","text":"`, After: `"}`,
		}
		after[i] = seat.After
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take seats: %w", err)
	}
	last := make([]uint64, rooms)
	for i, a := range after {
		last[i%rooms] = max(last[i%rooms], a)
	}
	for i := range seats {
		seats[i].Path += fmt.Sprintf("?after=%d", last[i%rooms])
	}
	return seats, nil
}

// each calls f with 0 to n-1, some of them at once.
func each(n int, f func(int) error) error {
	work := make(chan int)
	errs := make(chan error, side)
	var wg sync.WaitGroup
	for range side {
		wg.Go(func() {
			var first error
			for i := range work {
				if first == nil {
					first = f(i)
				}
			}
			errs <- first
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	wg.Wait()
	for range side {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

func hubSeats(_ context.Context, _ *server, rooms, people int) ([]load.Seat, error) {
	seats := make([]load.Seat, rooms*people)
	for i := range seats {
		seats[i] = load.Seat{Room: i % rooms, Path: rival.Path(i%rooms, i/rooms), Before: `{"text":"`, After: `"}`}
	}
	return seats, nil
}

func centrifugeSeats(_ context.Context, _ *server, rooms, people int) ([]load.Seat, error) {
	seats := make([]load.Seat, rooms*people)
	for i := range seats {
		channel := fmt.Sprintf("R%d", i%rooms)
		seats[i] = load.Seat{
			Room: i % rooms, Path: "/",
			Hello: []string{`{"id":1,"connect":{}}` + "\n" + `{"id":2,"subscribe":{"channel":"` + channel + `"}}`}, Ready: `"id":2`,
			Before: `{"id":3,"publish":{"channel":"` + channel + `","data":{"text":"`, After: `"}}}`,
		}
	}
	return seats, nil
}
