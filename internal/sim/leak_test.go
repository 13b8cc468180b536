package sim

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"parley/internal/agent"
	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/internal/llm"
	"parley/room"
)

// town is a node of which nothing is to be left.
type town struct {
	*host.Host
	crew *agent.Crew
}

func newTown() *town {
	w := &town{}
	quiet := slog.New(slog.DiscardHandler)
	w.crew = agent.New(agent.Config{
		Submit: func(ctx context.Context, code string, c room.Command) (*room.Scene, error) {
			res, err := w.Submit(ctx, code, c)
			return res.Scene, err
		},
		Lookup: func(string) (llm.Model, bool) { return friendly{}, true }, Logger: quiet, Node: "n",
	})
	w.Host = host.New(host.Config{
		Log: memlog.New(memlog.Options{}), Node: "n", Logger: quiet, Retain: time.Hour, Offer: w.crew.Ready, Claim: w.crew.Claim, Over: w.crew.Over,
	})
	return w
}

// friendly is a model that says hello.
type friendly struct{}

func (friendly) Complete(ctx context.Context, req llm.Request) (llm.Answer, error) {
	return llm.Answer{Text: "hello from " + req.Turn}, pass(ctx, time.Second)
}

// visit is the life of a room: made, joined, watched, talked in, and ended.
func (w *town) visit(code string) error {
	ctx := context.Background()
	c := room.Config{
		Code: code, Mode: room.Open, Seats: 2, Pacing: room.PaceHuman, Hops: 1, RepliesPerMinute: 60, Calls: 100,
		Agents: []room.AgentSpec{{Name: "Ada"}, {Name: "Bob"}}, CreatedAt: time.Now().UTC().Truncate(time.Millisecond),
	}
	if _, err := w.Create(ctx, room.Create{Config: c}); err != nil {
		return err
	}
	watcher, err := w.Watch(ctx, code, host.Watching{})
	if err != nil {
		return err
	}
	defer watcher.Close()
	for _, c := range []room.Command{room.Join{Name: "Kim", Token: code}, room.Say{Player: "Kim", Text: "anyone here?", ClientID: "1"}} {
		if _, err := w.Submit(ctx, code, c); err != nil {
			return err
		}
	}
	for replies := 0; replies < 2; {
		frames, err := watcher.Next(ctx)
		if err != nil {
			return err
		}
		for _, f := range frames {
			if f.Type == "message" {
				replies++
			}
		}
	}
	_, err = w.Submit(ctx, code, room.End{})
	return err
}

// visits lets rooms come and go, some at a time, until they are forgotten.
func (w *town) visits(t *testing.T, from, to int) {
	t.Helper()
	for from < to {
		var guests sync.WaitGroup
		for range 100 {
			code := fmt.Sprintf("R%05d", from)
			from++
			guests.Go(func() {
				if err := w.visit(code); err != nil {
					t.Errorf("%s: %v", code, err)
				}
			})
		}
		guests.Wait()
		<-time.After(3 * time.Hour)
	}
	if n := w.InMemory(); n > 0 {
		t.Errorf("%d rooms are still in memory", n)
	}
}

// what is left now: goroutines and bytes.
func left() (goroutines int, heap uint64) {
	synctest.Wait()
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return runtime.NumGoroutine(), m.HeapAlloc
}

// Of rooms that have come and gone, and are no longer kept, nothing is left.
func TestNothingIsLeftOfRooms(t *testing.T) {
	t.Attr("guarantee", "nothing is left in a process of rooms that have come and gone")
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	first, all := 500, 1_500
	if os.Getenv("PARLEY_LONG") != "" {
		all = 10_500
	}
	synctest.Test(t, func(t *testing.T) {
		w := newTown()
		if err := w.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.visits(t, 0, first)
		goroutines, heap := left()
		w.visits(t, first, all)
		after, bytes := left()
		t.Attr("trials", fmt.Sprintf("%d rooms", all-first))
		t.Attr("result", fmt.Sprintf("goroutines %d then %d, heap %d kB then %d kB", goroutines, after, heap>>10, bytes>>10))
		if after > goroutines {
			t.Errorf("%d goroutines, %d at the start", after, goroutines)
		}
		if bytes > heap+heap/10 {
			t.Errorf("the heap has %d bytes, %d at the start", bytes, heap)
		}
		if err := w.crew.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		if err := w.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
