package host_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/room"
)

// An abandoned room costs nothing: what agents have to consider waits until a
// person is back.
func TestNoCallsInARoomWithoutPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		offered := make(chan string, 100)
		if err := w.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.open(func(c *host.Config) {
			c.Offer = func(_ string, ready []room.Ready) {
				for _, r := range ready {
					offered <- r.Agent
				}
			}
		})
		w.create("ROOMAA", "Ada")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		<-time.After(10*time.Minute + time.Second) // fake time
		w.submit("ROOMAA", room.Nudge{Agent: "Ada"})
		<-time.After(time.Hour)
		if n := len(offered); n != 0 {
			t.Fatalf("%d turns were offered while nobody was there", n)
		}
		watcher, err := w.Watch(t.Context(), "ROOMAA", host.Watching{Player: "Kim"})
		if err != nil {
			t.Fatal(err)
		}
		defer watcher.Close()
		if agent := <-offered; agent != "Ada" {
			t.Errorf("offered to %s", agent)
		}
	})
}

// Within the ten minutes agents still think, whoever looks on.
func TestCallsGoOnForAWhileAfterPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		offered := make(chan string, 100)
		if err := w.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.open(func(c *host.Config) { c.Offer = func(code string, _ []room.Ready) { offered <- code } })
		w.create("ROOMAA", "Ada")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		<-time.After(10*time.Minute - time.Second)
		w.submit("ROOMAA", room.Nudge{Agent: "Ada"})
		synctest.Wait()
		if len(offered) == 0 {
			t.Error("no turn was offered")
		}
	})
}

// A code is one room's for ever: what still acts for a dead game cannot reach
// another.
func TestACodeIsNeverUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		w.create("ROOMAA", "Ada")
		w.submit("ROOMAA", room.End{})
		if err := w.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.open()
		c := room.Config{Code: "ROOMAA", Mode: room.Open, Seats: 1, Calls: 1, RepliesPerMinute: 1, CreatedAt: time.Now().UTC()}
		_, err := w.Create(t.Context(), room.Create{Config: c, HostToken: "other"})
		if !errors.Is(err, &room.Error{Kind: room.Conflict}) {
			t.Fatalf("got %v", err)
		}
	})
}
