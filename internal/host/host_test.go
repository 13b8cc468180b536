package host_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/room"
)

// world is a host on a log in memory.
type world struct {
	*host.Host
	t   *testing.T
	log *memlog.Log
}

func newWorld(t *testing.T, o memlog.Options, change ...func(*host.Config)) *world {
	t.Helper()
	w := &world{t: t, log: memlog.New(o)}
	w.open(change...)
	t.Cleanup(func() {
		if err := w.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) open(change ...func(*host.Config)) {
	w.t.Helper()
	chance := uint64(0)
	var mu sync.Mutex
	c := host.Config{Log: w.log, Node: fmt.Sprintf("node-%d", time.Now().UnixNano()), Logger: slog.New(slog.DiscardHandler), Chance: func() uint64 {
		mu.Lock()
		defer mu.Unlock()
		chance++
		return chance ^ uint64(time.Now().UnixNano())
	}}
	for _, f := range change {
		f(&c)
	}
	w.Host = host.New(c)
	if err := w.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) create(code string, agents ...string) {
	w.t.Helper()
	c := room.Config{
		Code: code, Title: code, Mode: room.Open, Seats: 100, Overlap: room.Coalesce, Pacing: room.PaceInstant,
		Hops: 3, RepliesPerMinute: 600, Calls: 2000, CreatedAt: time.Now().UTC().Truncate(time.Millisecond),
	}
	for _, a := range agents {
		c.Agents = append(c.Agents, room.AgentSpec{Name: a, Model: "builtin"})
	}
	if _, err := w.Create(w.t.Context(), room.Create{Config: c, HostToken: "host"}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) submit(code string, c room.Command) host.Result {
	w.t.Helper()
	res, err := w.Submit(w.t.Context(), code, c)
	if err != nil {
		w.t.Fatalf("%s: %v", c.Cause(), err)
	}
	return res
}

func (w *world) watch(after uint64) *host.Watcher {
	w.t.Helper()
	watcher, err := w.Watch(w.t.Context(), "ROOMAA", host.Watching{After: after})
	if err != nil {
		w.t.Fatal(err)
	}
	return watcher
}

// read collects stored frames up to a seq.
func read(t *testing.T, w *host.Watcher, upTo uint64) []host.Frame {
	t.Helper()
	var out []host.Frame
	for len(out) == 0 || out[len(out)-1].Seq < upTo {
		frames, err := w.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range frames {
			if f.Seq > 0 {
				out = append(out, f)
			}
		}
	}
	return out
}

func wantRun(t *testing.T, frames []host.Frame, from, to uint64) {
	t.Helper()
	if len(frames) != int(to-from+1) {
		t.Fatalf("got %d frames, want %d to %d", len(frames), from, to)
	}
	for i, f := range frames {
		if f.Seq != from+uint64(i) {
			t.Fatalf("frame %d has seq %d, want %d", i, f.Seq, from+uint64(i))
		}
		var got struct {
			Seq uint64 `json:"seq"`
		}
		if err := json.Unmarshal(f.JSON, &got); err != nil || got.Seq != f.Seq {
			t.Fatalf("frame %d is %s (%v)", i, f.JSON, err)
		}
	}
}

func TestEveryWatcherSeesTheSameSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		w.create("ROOMAA")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		early := w.watch(0)
		defer early.Close()
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() { w.submit("ROOMAA", room.Say{Player: "Kim", Text: fmt.Sprintf("line %d", i)}) })
		}
		wg.Wait()
		late := w.watch(17)
		defer late.Close()
		wantRun(t, read(t, early, 52), 1, 52)
		wantRun(t, read(t, late, 52), 18, 52)
	})
}

func TestResumeReachesBehindWhatIsInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		w.create("ROOMAA")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		const lines = 5000
		for i := range lines {
			w.submit("ROOMAA", room.Say{Player: "Kim", Text: fmt.Sprintf("line %d", i)})
		}
		watcher := w.watch(0)
		defer watcher.Close()
		wantRun(t, read(t, watcher, lines+2), 1, lines+2)
	})
}

func TestWatchRefusesASeqThatIsNotThereYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		w.create("ROOMAA")
		if _, err := w.Watch(t.Context(), "ROOMAA", host.Watching{After: 2}); !errors.Is(err, host.ErrBeyond) {
			t.Fatalf("got %v", err)
		}
		if _, err := w.Watch(t.Context(), "NOROOM", host.Watching{}); !errors.Is(err, host.ErrUnknown) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestSlowWatcherIsCutOffAndResumes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		w.create("ROOMAA")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		slow := w.watch(0)
		defer slow.Close()
		for i := range 5000 {
			w.submit("ROOMAA", room.Say{Player: "Kim", Text: strconv.Itoa(i)})
		}
		if _, err := slow.Next(t.Context()); !errors.Is(err, host.ErrSlow) {
			t.Fatalf("got %v, want ErrSlow", err)
		}
		again := w.watch(0)
		defer again.Close()
		wantRun(t, read(t, again, 5002), 1, 5002)
	})
}

func TestRoomsLeaveMemoryAndComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		for i := range 100 {
			code := fmt.Sprintf("ROOM%02d", i)
			w.create(code)
			w.submit(code, room.Join{Name: "Kim", Token: code})
		}
		if n := w.InMemory(); n != 100 {
			t.Fatalf("%d rooms in memory, want 100", n)
		}
		<-time.After(2 * time.Minute) // fake time
		if n := w.InMemory(); n != 0 {
			t.Fatalf("%d rooms in memory after two idle minutes", n)
		}
		if res := w.submit("ROOM07", room.Say{Player: "Kim", Text: "still here"}); res.Seq != 3 {
			t.Fatalf("the line got seq %d, want 3", res.Seq)
		}
	})
}

func TestWaitingRoomClosesAfterAnHourOutOfMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		c := room.Config{Code: "GAMEAA", Mode: room.Imitation, Seats: 2, Discussion: 60, Voting: 30, Reveal: 30, Rounds: 1, Calls: 10, RepliesPerMinute: 10, CreatedAt: time.Now().UTC()}
		if _, err := w.Create(t.Context(), room.Create{Config: c}); err != nil {
			t.Fatal(err)
		}
		<-time.After(30 * time.Minute)
		if n := w.InMemory(); n != 0 {
			t.Fatalf("%d rooms in memory", n)
		}
		<-time.After(31 * time.Minute)
		page, _, err := w.Rooms(room.StatusClosed, 10, "")
		if err != nil || len(page) != 1 {
			t.Fatalf("closed rooms: %v, %v", page, err)
		}
	})
}

func TestLostAnswersAreSettledAndNothingIsPostedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		n := 0
		lose := func(room.Record) error {
			mu.Lock()
			defer mu.Unlock()
			if n++; n%3 == 0 {
				return errors.New("the answer was lost")
			}
			return nil
		}
		w := newWorld(t, memlog.Options{AfterAppend: lose, BeforeAppend: lose})
		w.create("ROOMAA")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		for i := range 100 {
			if res := w.submit("ROOMAA", room.Say{Player: "Kim", Text: strconv.Itoa(i)}); res.Seq != uint64(i+3) {
				t.Fatalf("line %d got seq %d", i, res.Seq)
			}
		}
	})
}

func TestAnotherWriterOnlyCostsAConflict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		w.create("ROOMAA")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		other := host.New(host.Config{Log: w.log, Node: "other", Logger: slog.New(slog.DiscardHandler)})
		defer other.Close(context.Background())
		watcher := w.watch(2)
		defer watcher.Close()
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() { w.submit("ROOMAA", room.Say{Player: "Kim", Text: fmt.Sprint("a", i)}) })
			wg.Go(func() {
				if _, err := other.Submit(t.Context(), "ROOMAA", room.Say{Player: "Kim", Text: fmt.Sprint("b", i)}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		w.submit("ROOMAA", room.Say{Player: "Kim", Text: "the last one"})
		wantRun(t, read(t, watcher, 103), 3, 103)
	})
}

func TestClosedRoomEndsItsWatchers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		w.create("ROOMAA")
		live := w.watch(0)
		w.submit("ROOMAA", room.End{})
		late := w.watch(2)
		for _, watcher := range []*host.Watcher{live, late} {
			for {
				if _, err := watcher.Next(t.Context()); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
			watcher.Close()
		}
	})
}

func TestCloseTellsWatchersToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		w.create("ROOMAA")
		watcher := w.watch(1)
		if err := w.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := watcher.Next(t.Context()); !errors.Is(err, host.ErrGoingDown) {
			t.Fatalf("got %v", err)
		}
		if _, err := w.Submit(t.Context(), "ROOMAA", room.Join{Name: "Kim"}); !errors.Is(err, host.ErrGoingDown) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestOpenTurnsOfAnEarlierProcessAreLostAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		w.create("ROOMAA", "Ada")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		w.submit("ROOMAA", room.Say{Player: "Kim", Text: "hello"})
		res := w.submit("ROOMAA", room.BeginTurn{Agent: "Ada", Model: "builtin", Node: "gone", Deadline: time.Now().Add(time.Hour)})
		if err := w.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		offered := make(chan []room.Ready, 100)
		w.open(func(c *host.Config) { c.Offer = func(_ string, r []room.Ready) { offered <- r } })
		ready := <-offered
		if len(ready) != 1 || ready[0].Agent != "Ada" {
			t.Fatalf("offered %v", ready)
		}
		again := w.submit("ROOMAA", room.BeginTurn{Agent: "Ada", Model: "builtin", Node: "new", Deadline: time.Now().Add(time.Hour)})
		if again.Turn != res.Turn || again.Scene.Attempt != 2 {
			t.Fatalf("got attempt %d of %s, want the second of %s", again.Scene.Attempt, again.Turn, res.Turn)
		}
	})
}
