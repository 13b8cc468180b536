package host_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/room"
)

// valve is a log that takes batches, and can keep appends waiting.
type valve struct {
	eventlog.Log
	mu     sync.Mutex
	shut   chan struct{}     // appends wait until it is closed; nil: they do not
	before func(n int) error // called before a batch of n is stored
	sizes  []int             // of the batches stored
}

func (g *valve) wait() {
	g.mu.Lock()
	shut := g.shut
	g.mu.Unlock()
	if shut != nil {
		<-shut
	}
}

func (g *valve) close() (open func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	shut := make(chan struct{})
	g.shut = shut
	return sync.OnceFunc(func() { close(shut) })
}

func (g *valve) Append(ctx context.Context, after eventlog.Seq, rec room.Record) (eventlog.Seq, error) {
	g.wait()
	return g.Log.Append(ctx, after, rec)
}

func (g *valve) AppendBatch(ctx context.Context, after eventlog.Seq, recs []room.Record) ([]eventlog.Seq, error) {
	g.wait()
	if g.before != nil {
		if err := g.before(len(recs)); err != nil {
			return nil, err
		}
	}
	g.sizes = append(g.sizes, len(recs))
	var places []eventlog.Seq
	for _, rec := range recs {
		seq, err := g.Log.Append(ctx, after, rec)
		if err != nil {
			return nil, err
		}
		places, after = append(places, seq), seq
	}
	return places, nil
}

// group is a world whose log is behind one, with Kim in an open room.
func group(t *testing.T, o memlog.Options) (*world, *valve) {
	t.Helper()
	g := &valve{}
	w := newWorld(t, o, func(c *host.Config) { g.Log, c.Log = c.Log, g })
	w.create("ROOMAA")
	w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
	return w, g
}

// together submits a line that waits in the log, and then the commands in
// order, so that they wait for it and are one group. It returns when all of
// them wait.
func (w *world) together(wg *sync.WaitGroup, commands ...room.Command) ([]host.Result, []error) {
	results, errs := make([]host.Result, len(commands)), make([]error, len(commands))
	wg.Go(func() { w.submit("ROOMAA", room.Say{Player: "Kim", Text: "first"}) })
	synctest.Wait()
	for i, c := range commands {
		wg.Go(func() { results[i], errs[i] = w.Submit(context.Background(), "ROOMAA", c) })
		synctest.Wait()
	}
	return results, errs
}

func TestCommandsThatWaitAreStoredTogetherAndSeenAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, g := group(t, memlog.Options{})
		watcher := w.watch(2)
		defer watcher.Close()
		say := func(i int) room.Command {
			return room.Say{Player: "Kim", Text: strconv.Itoa(i), ClientID: strconv.Itoa(min(i, 4))} // the last two are one
		}
		open := g.close()
		var wg sync.WaitGroup
		results, errs := w.together(&wg, say(0), say(1), room.Say{Player: "Nobody", Text: "x"}, say(3), say(4), say(5))
		// The first line goes into the log; the group is on its way there.
		reopen := g.close()
		open()
		synctest.Wait()
		wantRun(t, read(t, watcher, 3), 3, 3)
		if frames, err := watcher.Take(t.Context(), nil); len(frames) > 0 || err != nil {
			t.Errorf("seen before it was stored: %s (%v)", frames[0].JSON, err)
		}
		if slices.ContainsFunc(results, func(r host.Result) bool { return r.Seq > 0 }) {
			t.Error("answered before it was stored")
		}
		reopen()
		wg.Wait()
		if !slices.Equal(g.sizes, []int{4}) {
			t.Errorf("batches of %v records, want one of 4", g.sizes)
		}
		wantRun(t, read(t, watcher, 7), 4, 7)
		for i, want := range []uint64{4, 5, 0, 6, 7, 7} {
			if results[i].Seq != want || (errs[i] != nil) != (want == 0) || results[i].Again != (i == 5) {
				t.Errorf("command %d got %+v, %v; want seq %d", i, results[i].Decision, errs[i], want)
			}
		}
	})
}

func TestGroupThatOthersOvertakeIsDecidedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, g := group(t, memlog.Options{})
		other := host.New(host.Config{Log: w.log, Node: "other", Logger: w.Logger})
		defer other.Close(context.Background())
		watcher := w.watch(2)
		defer watcher.Close()
		g.before = func(int) error {
			if len(g.sizes) > 0 {
				return nil
			}
			_, err := other.Submit(context.Background(), "ROOMAA", room.Say{Player: "Kim", Text: "overtakes"})
			return err
		}
		open := g.close()
		var wg sync.WaitGroup
		results, errs := w.together(&wg, room.Say{Player: "Kim", Text: "a"}, room.Say{Player: "Kim", Text: "b"}, room.Say{Player: "Kim", Text: "c"})
		open()
		wg.Wait()
		for i, want := range []uint64{5, 6, 7} {
			if errs[i] != nil || results[i].Seq != want {
				t.Errorf("line %d got %d, %v; want %d", i, results[i].Seq, errs[i], want)
			}
		}
		wantRun(t, read(t, watcher, 7), 3, 7)
	})
}

func TestGroupInDoubtIsFoldedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		fails := func() error {
			if broken.Load() {
				return errors.New("the disk is gone")
			}
			return nil
		}
		w, g := group(t, memlog.Options{BeforeAppend: func(room.Record) error { return fails() }})
		g.before = func(int) error { return fails() }
		watcher := w.watch(2)
		defer watcher.Close()
		open := g.close()
		var wg sync.WaitGroup
		_, errs := w.together(&wg, room.Say{Player: "Kim", Text: "a"}, room.Say{Player: "Kim", Text: "b"})
		reopen := g.close()
		open()
		synctest.Wait()
		broken.Store(true)
		reopen()
		wg.Wait()
		if errs[0] == nil || errs[1] == nil {
			t.Errorf("answers to what is not stored: %v", errs)
		}
		broken.Store(false)
		if res := w.submit("ROOMAA", room.Say{Player: "Kim", Text: "c"}); res.Seq != 4 {
			t.Errorf("the next line got %d, want 4", res.Seq)
		}
		wantRun(t, read(t, watcher, 4), 3, 4)
	})
}

func TestRecordsThatNobodyWatchedAreThereForWhoComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := group(t, memlog.Options{})
		watcher := w.watch(2)
		w.submit("ROOMAA", room.Say{Player: "Kim", Text: "watched"})
		watcher.Close()
		const last = 2500 // more than stay in memory
		for i := 4; i <= last; i++ {
			w.submit("ROOMAA", room.Say{Player: "Kim", Text: strconv.Itoa(i)})
		}
		late := w.watch(2)
		defer late.Close()
		wantRun(t, read(t, late, last), 3, last)
	})
}

func TestRoomThatClosesInAGroupShowsItAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, g := group(t, memlog.Options{})
		watcher := w.watch(2)
		defer watcher.Close()
		open := g.close()
		var wg sync.WaitGroup
		_, errs := w.together(&wg, room.Say{Player: "Kim", Text: "bye"}, room.End{}, room.Say{Player: "Kim", Text: "late"})
		open()
		wg.Wait()
		if errs[0] != nil || errs[1] != nil || errs[2] == nil {
			t.Errorf("answers: %v", errs)
		}
		wantRun(t, read(t, watcher, 5), 3, 5)
		if _, err := watcher.Next(t.Context()); !errors.Is(err, io.EOF) {
			t.Errorf("then %v", err)
		}
	})
}

// TestCrowdedRoomGathers has several lines wait, then more, one by one: those
// are stored together, after as long as the first were on their way, up to a
// limit. Where fewer wait at once, nobody waits for more.
func TestCrowdedRoomGathers(t *testing.T) {
	for _, tt := range []struct {
		name            string
		lines           int           // that wait
		stored, gathers time.Duration // they take, and the room then does
		want            []int         // batches
	}{
		{"quick log", 3, 10 * time.Millisecond, 10 * time.Millisecond, []int{3, 2}},
		{"slow log", 3, time.Second, 20 * time.Millisecond, []int{3, 2}},
		{"two", 2, 10 * time.Millisecond, 0, []int{2}}, // and then one by one
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, g := group(t, memlog.Options{})
				open := g.close()
				say := make([]room.Command, tt.lines)
				for i := range say {
					say[i] = room.Say{Player: "Kim", Text: strconv.Itoa(i)}
				}
				var wg sync.WaitGroup
				w.together(&wg, say...)
				reopen := g.close()
				open()
				<-time.After(tt.stored)
				reopen()
				wg.Wait()
				began := time.Now()
				for range 2 {
					wg.Go(func() { w.submit("ROOMAA", room.Say{Player: "Kim", Text: "more"}) })
					synctest.Wait()
				}
				wg.Wait()
				if took := time.Since(began); took != tt.gathers || !slices.Equal(g.sizes, tt.want) {
					t.Errorf("batches of %v after %v, want %v after %v", g.sizes, took, tt.want, tt.gathers)
				}
			})
		})
	}
}
