package host_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
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

func TestPeopleOnDifferentNodesSeeOneSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b", "c")
		const code, lines = "ROOMAA", 30
		w.nodes[0].openRoom(code, func(c *room.Config) { c.Agents = nil })
		var wg sync.WaitGroup
		seen := make([]string, len(w.nodes))
		for i, m := range w.nodes {
			watcher := m.watch(code, "")
			wg.Go(func() {
				defer watcher.Close()
				var b strings.Builder
				for _, f := range read(t, watcher, uint64(2+lines*len(w.nodes))) {
					b.Write(f.JSON)
				}
				seen[i] = b.String()
			})
			wg.Go(func() {
				for n := range lines {
					m.do(code, room.Say{Player: "Kim", Text: fmt.Sprint(m.name, n)})
				}
			})
		}
		wg.Wait()
		if seen[0] != seen[1] || seen[0] != seen[2] {
			t.Errorf("the nodes show:\n%s\n%s\n%s", seen[0], seen[1], seen[2])
		}
	})
}

func TestOneNodeLooksAfterARoomWhereverPeopleAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b", "c")
		code := w.codeOf("b")
		w.node("a").openRoom(code)
		w.node("c").do(code, room.Say{Player: "Kim", Text: "hello"})
		pass(3 * time.Second)
		if a, b, c := w.node("a").called(code), w.node("b").called(code), w.node("c").called(code); a+c != 0 || b != 2 {
			t.Errorf("calls on a, b, c: %d, %d, %d; want 2 on b", a, b, c)
		}
		if n := len(eventsOf[room.MessagePosted](w.records(code))); n != 3 {
			t.Errorf("%d lines, want 3", n)
		}
	})
}

func TestRoomsOfADeadNodeAreAnsweredElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b", "c")
		code := w.codeOf("b")
		w.node("b").think = time.Hour // the node dies in mid-call
		w.node("a").openRoom(code)
		w.node("a").do(code, room.Say{Player: "Kim", Text: "hello"})
		pass(time.Second)
		w.kill("b")
		died := time.Now()
		pass(5 * time.Second)
		records := w.records(code)
		failed := eventsOf[room.AttemptFailed](records)
		if len(failed) != 2 || failed[0].Call.Outcome != room.CallLost {
			t.Fatalf("attempts that failed: %+v", failed)
		}
		for _, r := range records {
			if r.Cause == "fail_attempt" && r.At.Sub(died) > 4*time.Second {
				t.Errorf("found lost %v after the death", r.At.Sub(died))
			}
		}
		ends := eventsOf[room.TurnEnded](records)
		if len(ends) != 2 || ends[0].Outcome != room.Replied {
			t.Fatalf("turns that ended: %+v", ends)
		}
		if calls := w.node("a").called(code) + w.node("c").called(code); calls != 2 {
			t.Errorf("%d calls after the death, want 2", calls)
		}
	})
}

func TestAnAttemptOfALivingNodeIsNotLostWhenItsRoomMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		a := w.node("a")
		a.think, w.node("b").think = 30*time.Second, 30*time.Second
		live := append(w.nodes, &member{name: "c"})
		code := (&town{t: t, nodes: live}).codeOf("c") // it moves to c when c joins
		a.openRoom(code)
		a.do(code, room.Say{Player: "Kim", Text: "hello"})
		pass(time.Second)
		w.join("c")
		pass(40 * time.Second)
		if failed := eventsOf[room.AttemptFailed](w.records(code)); len(failed) > 0 {
			t.Errorf("attempts that failed: %+v", failed)
		}
		if ends := eventsOf[room.TurnEnded](w.records(code)); len(ends) != 2 {
			t.Errorf("turns that ended: %+v", ends)
		}
		if n := w.node("c").called(code); n != 0 {
			t.Errorf("c made %d calls for turns that were running", n)
		}
		a.do(code, room.Say{Player: "Kim", Text: "and now?"})
		pass(2 * time.Second)
		if n := w.node("c").called(code); n != 2 {
			t.Errorf("c made %d calls, want 2: the room is its own", n)
		}
	})
}

func TestARoomIsGivenOverAtOnceByANodeThatWithdraws(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		code := w.codeOf("b")
		w.node("b").think = 20 * time.Second
		w.node("a").openRoom(code)
		w.node("a").do(code, room.Say{Player: "Kim", Text: "hello"})
		pass(time.Second)
		w.node("b").Withdraw()
		pass(time.Second)
		if err := w.node("b").Ready(t.Context()); err == nil {
			t.Error("a node that withdraws says that it is ready")
		}
		w.node("b").do(code, room.Say{Player: "Kim", Text: "are you still there?"}) // it still serves
		pass(30 * time.Second)
		a, b := w.node("a").called(code), w.node("b").called(code)
		if failed := eventsOf[room.AttemptFailed](w.records(code)); len(failed) > 0 || a != 2 || b != 2 {
			t.Errorf("calls on a and b: %d and %d; want 2 and 2; failed: %+v", a, b, failed)
		}
	})
}

// Two halves that do not hear each other but reach the same log both look after
// every room. That costs races; nothing is answered twice.
func TestTwoCaretakersDoubleNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		var codes []string
		for i := range 6 {
			codes = append(codes, fmt.Sprintf("ROOM%02d", i))
			w.node("a").openRoom(codes[i])
		}
		// b hears only itself, and a only itself.
		heal := w.hub.Split("b")
		defer heal()
		pass(5 * time.Second)
		if !w.node("a").cluster.Cares(codes[0]) || !w.node("b").cluster.Cares(codes[0]) {
			t.Fatal("the halves do not both care")
		}
		for i := range 10 {
			for _, code := range codes {
				w.nodes[i%2].do(code, room.Say{Player: "Kim", Text: fmt.Sprint("line ", i)})
			}
			pass(700 * time.Millisecond)
		}
		pass(5 * time.Second)
		for _, code := range codes {
			covered := map[room.Ref]int{}
			for _, e := range eventsOf[room.TurnEnded](w.records(code)) {
				for _, ref := range e.Covers {
					covered[ref]++
				}
			}
			if len(covered) != 10 {
				t.Errorf("%s: %d lines are covered, want 10", code, len(covered))
			}
			for ref, n := range covered {
				if n != 2 {
					t.Errorf("%s: %v is covered %d times, want once by each of two", code, ref, n)
				}
			}
			begun := len(eventsOf[room.TurnBegan](w.records(code)))
			if calls := w.node("a").called(code) + w.node("b").called(code); calls != begun {
				t.Errorf("%s: %d calls, %d attempts", code, calls, begun)
			}
		}
	})
}

func TestACallIsCancelledWhoeverEndsItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		code := w.codeOf("b")
		w.node("b").think = time.Minute
		w.node("a").openRoom(code)
		w.node("a").do(code, room.Say{Player: "Kim", Text: "hello"})
		pass(time.Second)
		w.node("a").do(code, room.End{})
		synctest.Wait()
		b := w.node("b")
		b.mu.Lock()
		defer b.mu.Unlock()
		if len(b.over) != 2 {
			t.Errorf("b was told of %v, want both attempts", b.over)
		}
	})
}

// A node may hear of what others append too late, or never.
func TestANodeThatHearsLateRefusesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		a, b := w.node("a"), w.node("b")
		b.log.deaf = true
		const code = "ROOMAA"
		a.openRoom(code, func(c *room.Config) { c.Agents = nil })
		b.watch(code, "")
		a.do(code, room.Join{Name: "Lou", Token: "l"})
		b.do(code, room.Say{Player: "Lou", Text: "hello"}) // b has not heard that Lou is there
		if res := a.do(code, room.Say{Player: "Lou", Text: "again"}); res.Seq != 5 {
			t.Fatalf("the line got seq %d, want 5", res.Seq)
		}
		if _, err := b.Watch(t.Context(), code, host.Watching{After: 5}); !errors.Is(err, host.ErrBeyond) {
			t.Fatalf("got %v: b has heard of what it cannot have", err)
		}
		if err := b.Refresh(t.Context(), code); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Watch(t.Context(), code, host.Watching{After: 5}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestANodeThatIsCutOffSendsItsWatchersAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		const code = "ROOMAA"
		w.node("a").openRoom(code)
		watcher := w.node("b").watch(code, "Kim")
		w.hub.Cut("b", true)
		pass(4 * time.Second)
		for {
			_, err := watcher.Next(t.Context())
			if errors.Is(err, host.ErrGoingDown) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.node("b").Ready(t.Context()); !errors.Is(err, host.ErrCutOff) {
			t.Errorf("ready: %v", err)
		}
	})
}

// An attempt whose beginning landed, but whose answer got lost, is made by
// nobody: it must not hold its turn until its deadline.
func TestAnAttemptThatNobodyKnowsToHaveBegunIsLostAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lost, broken atomic.Bool
		w := newWorld(t, memlog.Options{AfterAppend: func(rec room.Record) error {
			if rec.Cause == "begin_turn" && lost.CompareAndSwap(false, true) {
				broken.Store(true)
				return errors.New("the answer was lost")
			}
			return nil
		}}, func(c *host.Config) { c.Log = unreadable{c.Log, &broken} })
		w.create("ROOMAA", "Ada")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		w.submit("ROOMAA", room.Say{Player: "Kim", Text: "hello"})
		begin := room.BeginTurn{Agent: "Ada", Model: "builtin", Node: w.Node, Deadline: time.Now().Add(time.Minute)}
		if _, err := w.Submit(t.Context(), "ROOMAA", begin); err == nil {
			t.Fatal("the turn was begun, and known to be")
		}
		broken.Store(false)
		if res := w.submit("ROOMAA", begin); res.Scene.Attempt != 2 {
			t.Errorf("attempt %d was begun, want the second", res.Scene.Attempt)
		}
	})
}

// unreadable is a log that cannot be read while it is broken.
type unreadable struct {
	eventlog.Log
	broken *atomic.Bool
}

func (u unreadable) AppendBatch(ctx context.Context, after eventlog.Seq, recs []room.Record) ([]eventlog.Seq, error) {
	return u.Log.(eventlog.Batcher).AppendBatch(ctx, after, recs)
}

func (u unreadable) Read(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error] {
	if !u.broken.Load() {
		return u.Log.Read(ctx, code, after)
	}
	return func(yield func(eventlog.Entry, error) bool) { yield(eventlog.Entry{}, errors.New("unreadable")) }
}

// The node that takes a line may die before it can say a word to the others.
func TestARoomThatGetsBusyElsewhereWakesItsCaretaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		code := w.codeOf("b")
		w.node("a").openRoom(code)
		pass(2 * time.Minute)
		if n := w.node("b").InMemory(); n != 0 {
			t.Fatalf("%d rooms in the caretaker's memory", n)
		}
		w.hub.Cut("a", true)
		w.node("a").do(code, room.Say{Player: "Kim", Text: "hello"})
		pass(2 * time.Second)
		if n := w.node("b").called(code); n != 2 {
			t.Errorf("%d calls, want 2", n)
		}
	})
}

// The log fails just when a node that has started wants to record that an
// attempt of the one before it is lost. The room waits and goes on.
func TestLogFailsWhileALostAttemptIsRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fails atomic.Bool
		w := newWorld(t, memlog.Options{BeforeAppend: func(rec room.Record) error {
			if fails.Load() && rec.Cause == "fail_attempt" {
				return errors.New("the log is away")
			}
			return nil
		}})
		w.create("ROOMAA", "Ada")
		w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
		w.submit("ROOMAA", room.Say{Player: "Kim", Text: "anybody?"})
		w.submit("ROOMAA", room.BeginTurn{Agent: "Ada", Model: "builtin", Node: "before", Deadline: time.Now().Add(time.Hour)})
		if err := w.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		fails.Store(true)
		w.open()
		<-time.After(10 * time.Second)
		fails.Store(false)
		<-time.After(10 * time.Second)
		running := true
		if err := w.Inspect(t.Context(), "ROOMAA", func(s *room.State) { running = s.OpenTurns()[0].Running }); err != nil || running {
			t.Errorf("the lost attempt runs: %t, %v", running, err)
		}
	})
}
