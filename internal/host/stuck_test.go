package host_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/room"
)

func TestStuckRoomIsStartedAgainFromItsLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		w.create("ROOMAA")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		watcher := w.watch(2)
		free := make(chan struct{})
		stuck := make(chan error, 1)
		go func() {
			stuck <- w.Inspect(context.Background(), "ROOMAA", func(*room.State) { <-free })
		}()
		synctest.Wait()
		// This line is in the queue of the stuck goroutine; the new one takes it.
		if res := w.submit("ROOMAA", room.Say{Player: "Kim", Text: "anybody?"}); res.Seq != 3 {
			t.Fatalf("the line got seq %d", res.Seq)
		}
		if w.Restarted() != 1 {
			t.Fatalf("%d rooms started again, want 1", w.Restarted())
		}
		if _, err := watcher.Next(t.Context()); !errors.Is(err, host.ErrSlow) {
			t.Fatalf("the watcher got %v, want ErrSlow", err)
		}
		close(free)
		if err := <-stuck; err != nil {
			t.Fatal(err)
		}
		watcher.Close()
		if res := w.submit("ROOMAA", room.Say{Player: "Kim", Text: "good"}); res.Seq != 4 {
			t.Fatalf("the line got seq %d", res.Seq)
		}
	})
}

// How often a room was stuck before does not count, once it got free.
func TestARoomIsStartedAgainAsOftenAsItIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		w.create("ROOMAA")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		for n := range uint64(5) {
			free := make(chan struct{})
			go func() { _ = w.Inspect(context.Background(), "ROOMAA", func(*room.State) { <-free }) }()
			pass(10 * time.Second)
			if got := w.Restarted(); got != n+1 {
				t.Errorf("%d rooms started again, want %d", got, n+1)
			}
			close(free)
			synctest.Wait()
		}
	})
}

// A room that is stuck in what it owes, not in a job, gives up its goroutine
// as well; closing then finds one owner of the inbox.
func TestRoomStuckInATickIsStartedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		var mu sync.Mutex
		held := false
		hold := func(rec room.Record) error {
			mu.Lock()
			first := rec.Cause == "tick" && !held
			held = held || first
			mu.Unlock()
			if first {
				<-free
			}
			return nil
		}
		w := newWorld(t, memlog.Options{BeforeAppend: hold})
		c := room.Config{Code: "GAMEAA", Mode: room.Imitation, Seats: 1, Discussion: 60, Voting: 600, Reveal: 30, Rounds: 1, Calls: 10, RepliesPerMinute: 10, Agents: make([]room.AgentSpec, 2), CreatedAt: time.Now().UTC()}
		if _, err := w.Create(t.Context(), room.Create{Config: c}); err != nil {
			t.Fatal(err)
		}
		w.submit("GAMEAA", room.Join{Token: "k"})
		<-time.After(70 * time.Second) // the bell, and then the watch over progress
		if n := w.Restarted(); n != 1 {
			t.Fatalf("%d rooms started again, want 1", n)
		}
		close(free)
		synctest.Wait()
		phase := room.PhaseWaiting
		if err := w.Inspect(t.Context(), "GAMEAA", func(s *room.State) { phase = s.Phase }); err != nil || phase != room.PhaseVoting {
			t.Fatalf("the game is in %s (%v), want voting", phase, err)
		}
	})
}

// What a stuck goroutine stores after all is heard of, even when the log cannot
// be read at that moment.
func TestARoomStartedAgainHearsWhatWasStoredSince(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		hold := func(rec room.Record) error {
			if rec.Cause == "say" {
				<-free
			}
			return nil
		}
		var broken atomic.Bool
		w := newWorld(t, memlog.Options{BeforeAppend: hold}, func(c *host.Config) { c.Log = unreadable{c.Log, &broken} })
		w.create("ROOMAA")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		go func() { _, _ = w.Submit(context.Background(), "ROOMAA", room.Say{Player: "Kim", Text: "anybody?"}) }()
		pass(10 * time.Second)
		if w.Restarted() != 1 {
			t.Fatalf("%d rooms started again, want 1", w.Restarted())
		}
		broken.Store(true)
		close(free)
		pass(3 * time.Second)
		broken.Store(false)
		pass(7 * time.Second)
		var seq uint64
		if err := w.Inspect(t.Context(), "ROOMAA", func(s *room.State) { seq = s.Seq }); err != nil || seq != 3 {
			t.Errorf("the room is at seq %d (%v), want 3", seq, err)
		}
	})
}

// A room whose last append is in doubt, and that cannot be read, leaves memory;
// it comes back without being asked.
func TestARoomInDoubtComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		var offered atomic.Int64
		w := newWorld(t, memlog.Options{AfterAppend: func(room.Record) error {
			if broken.Load() {
				return errors.New("the answer was lost")
			}
			return nil
		}}, func(c *host.Config) {
			c.Log = unreadable{c.Log, &broken}
			c.Offer = func(string, []room.Ready) { offered.Add(1) }
		})
		w.create("ROOMAA", "Ada")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		offered.Store(0)
		broken.Store(true)
		if _, err := w.Submit(t.Context(), "ROOMAA", room.Say{Player: "Kim", Text: "hello"}); err == nil {
			t.Fatal("a line is in the log that cannot be read")
		}
		pass(20 * time.Second)
		broken.Store(false)
		pass(40 * time.Second)
		if offered.Load() == 0 {
			t.Error("nobody was asked to answer the line, which is in the log")
		}
	})
}
