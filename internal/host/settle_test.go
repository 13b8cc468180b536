package host_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/room"
)

// TestRoomsRest looks how often a room that somebody watches wakes up while
// nothing happens: each time it draws a number for its timer.
func TestRoomsRest(t *testing.T) {
	open, game := room.Config{Mode: room.Open, Seats: 2}, room.Config{Mode: room.Imitation, Seats: 2, Discussion: 3600, Voting: 600, Reveal: 600, Rounds: 1}
	for _, test := range []struct {
		name   string
		config room.Config
		then   []room.Command
	}{
		{"open", open, nil},
		{"waiting", game, nil},
		{"discussion", game, []room.Command{room.Start{}}},
		{"paused", game, []room.Command{room.Start{}, room.Pause{}}},
		{"closed", open, []room.Command{room.End{}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var draws atomic.Int64
				w := newWorld(t, memlog.Options{}, func(c *host.Config) {
					c.Chance = func() uint64 { return uint64(draws.Add(1)) }
				})
				c := test.config
				c.Code, c.Calls, c.RepliesPerMinute, c.CreatedAt, c.Agents = "ROOMAA", 10, 10, time.Now().UTC(), make([]room.AgentSpec, 2)
				if c.Mode == room.Open {
					c.Agents = nil
				}
				if _, err := w.Create(t.Context(), room.Create{Config: c}); err != nil {
					t.Fatal(err)
				}
				player := w.submit("ROOMAA", room.Join{Name: "Kim", Token: "kim"}).Player
				watcher, err := w.Watch(t.Context(), "ROOMAA", host.Watching{Player: player})
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range test.then {
					w.submit("ROOMAA", c)
				}
				synctest.Wait()
				before := draws.Load()
				pass(9 * time.Minute)
				if n := draws.Load() - before; n > 50 {
					t.Errorf("it wakes up %d times in 9 quiet minutes", n)
				}
				watcher.Close()
			})
		})
	}
}
