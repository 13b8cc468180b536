package host_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/host"
	"parley/room"
)

// listener keeps the frames of a watcher that are not stored.
type listener struct {
	mu     sync.Mutex
	frames []string
}

func listen(t *testing.T, w *host.Watcher) *listener {
	t.Helper()
	l := &listener{}
	go func() {
		for {
			frames, err := w.Next(t.Context())
			if err != nil {
				return
			}
			l.mu.Lock()
			for _, f := range frames {
				if f.Seq == 0 {
					l.frames = append(l.frames, string(f.JSON))
				}
			}
			l.mu.Unlock()
		}
	}()
	return l
}

// heard returns what came since it was last called.
func (l *listener) heard() []string {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.frames
	l.frames = nil
	return out
}

func (l *listener) want(t *testing.T, want ...string) {
	t.Helper()
	if got := l.heard(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("heard %v, want %v", got, want)
	}
}

const (
	kimCame  = `{"type":"presence","player":"Kim","present":true}`
	kimWent  = `{"type":"presence","player":"Kim","present":false}`
	kimTypes = `{"type":"typing","player":"Kim"}`
)

func TestPresenceIsOneForAllNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b", "c")
		a, b, c := w.node("a"), w.node("b"), w.node("c")
		const code = "ROOMAA"
		a.openRoom(code)
		onA, onB := listen(t, a.watch(code, "")), listen(t, b.watch(code, ""))
		onA.want(t)
		first := a.watch(code, "Kim")
		onA.want(t, kimCame)
		onB.want(t, kimCame)
		second := c.watch(code, "Kim") // another device
		onA.want(t)
		onB.want(t)
		listen(t, b.watch(code, "")).want(t, kimCame)
		first.Close()
		onA.want(t)
		onB.want(t)
		second.Close()
		onA.want(t, kimWent)
		onB.want(t, kimWent)
	})
}

func TestPeopleOfADeadNodeAreGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		const code = "ROOMAA"
		w.node("a").openRoom(code)
		onA := listen(t, w.node("a").watch(code, ""))
		w.node("b").watch(code, "Kim")
		onA.want(t, kimCame)
		w.kill("b")
		pass(4 * time.Second)
		onA.want(t, kimWent)
	})
}

func TestTypingIsShownOnAllNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		a, b := w.node("a"), w.node("b")
		const code = "ROOMAA"
		a.openRoom(code)
		onA, onB := listen(t, a.watch(code, "")), listen(t, b.watch(code, ""))
		types := func() {
			if err := a.Typing(t.Context(), code, "Kim"); err != nil {
				t.Fatal(err)
			}
		}
		types()
		types() // more than one a second
		onA.want(t, kimTypes)
		onB.want(t, kimTypes)
		pass(2 * time.Second)
		types()
		pass(2 * time.Second) // until the next beat
		onA.want(t, kimTypes)
		onB.want(t, kimTypes)
	})
}

// With pacing instant no typing is shown in a game, since agents do not type
// there; that holds for the words of other nodes too.
func TestNoNodeShowsTypingInAGameWithoutIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		a, b := w.node("a"), w.node("b")
		const code = "ROOMAA"
		c := room.Config{
			Code: code, Mode: room.Imitation, Seats: 2, Discussion: 600, Voting: 30, Reveal: 30, Rounds: 1, Pacing: room.PaceInstant,
			Calls: 10, RepliesPerMinute: 10, Hops: 1, Agents: make([]room.AgentSpec, 2), CreatedAt: time.Now().UTC(),
		}
		if _, err := a.Create(t.Context(), room.Create{Config: c}); err != nil {
			t.Fatal(err)
		}
		kim := a.do(code, room.Join{Token: "k"}).Player
		b.do(code, room.Join{Token: "l"})
		onB := listen(t, b.watch(code, ""))
		a.watch(code, kim)
		if err := a.Typing(t.Context(), code, kim); err != nil {
			t.Fatal(err)
		}
		w.hub.Net("a").Publish("room."+code, fmt.Appendf(nil, `{"node":"a","kind":"typing","player":%q}`, kim))
		onB.want(t)
	})
}

// Agents' frames are derived from the draft on every node, people's are passed
// on: each node shows one as often as the other.
func TestEveryNodeShowsAnAgentTyping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		code := w.codeOf("b")
		w.node("b").think = time.Hour
		w.node("a").openRoom(code, func(c *room.Config) { c.Pacing = room.PaceHuman; c.Agents = c.Agents[:1] })
		onA, onB := listen(t, w.node("a").watch(code, "")), listen(t, w.node("b").watch(code, ""))
		w.node("a").do(code, room.Say{Player: "Kim", Text: "hello"})
		pass(time.Second)
		turn := eventsOf[room.TurnBegan](w.records(code))[0]
		now := time.Now().UTC()
		typing := []room.Stretch{{From: now, To: now.Add(9500 * time.Millisecond)}}
		w.node("b").do(code, room.Answer{Turn: turn.Turn, Attempt: 1, Text: "Hello, Kim.", Due: now.Add(10 * time.Second), Typing: typing})
		pass(11 * time.Second)
		a, b := onA.heard(), onB.heard()
		if len(a) != 4 || len(b) != 4 {
			t.Errorf("a shows %d frames, b %d; want 4 each: %v", len(a), len(b), a)
		}
	})
}

func TestSilenceIsBrokenWhileAPersonIsOnAnyNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		code := w.codeOf("b")
		a := w.node("a")
		a.openRoom(code, func(c *room.Config) { c.SilenceSeconds = 120 })
		a.do(code, room.Say{Player: "Kim", Text: "hello"})
		watcher := a.watch(code, "Kim")
		pass(3 * time.Minute) // the caretaker has dropped the room meanwhile
		raised := len(eventsOf[room.TriggerRaised](w.records(code)))
		if raised != 1 || w.node("b").called(code) != 3 {
			t.Errorf("%d silences, %d calls; want 1 and 3", raised, w.node("b").called(code))
		}
		watcher.Close()
		pass(10 * time.Minute)
		if n := len(eventsOf[room.TriggerRaised](w.records(code))); n != raised {
			t.Errorf("%d silences were broken while nobody was there", n-raised)
		}
	})
}

func TestAgentsThinkWhileAPersonIsOnAnyNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b")
		code := w.codeOf("b")
		a := w.node("a")
		a.openRoom(code)
		watcher := a.watch(code, "Kim")
		w.node("b").watch(code, "") // keeps the room in the caretaker's memory
		pass(30 * time.Minute)
		a.do(code, room.Nudge{Agent: "Ada"})
		pass(5 * time.Second)
		if n := w.node("b").called(code); n != 1 {
			t.Errorf("%d calls with a person there, want 1", n)
		}
		watcher.Close()
		pass(30 * time.Minute)
		a.do(code, room.Nudge{Agent: "Ada"})
		pass(5 * time.Second)
		if n := w.node("b").called(code); n != 1 {
			t.Errorf("%d calls after nobody was there for half an hour", n-1)
		}
		a.Seen(code, "Kim") // who only polls is there as well
		pass(5 * time.Second)
		if n := w.node("b").called(code); n != 2 {
			t.Errorf("%d calls after a person came back, want 1", n-1)
		}
		pass(30 * time.Minute)
		a.do(code, room.Say{Player: "Kim", Text: "hello"})
		pass(5 * time.Second)
		if n := w.node("b").called(code); n != 4 {
			t.Errorf("%d calls after a line, want 2", n-2)
		}
	})
}

func TestAProgramOutsideWaitsOnAnyNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, "a", "b", "c")
		code := w.codeOf("b")
		w.node("a").openRoom(code, func(c *room.Config) { c.Agents = nil })
		w.node("a").do(code, room.Join{Name: "Bot", Token: "bot", Outside: true})
		ready := make(chan error, 1)
		go func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			ready <- w.node("c").WaitTurn(ctx, code, "Bot")
		}()
		synctest.Wait()
		w.node("a").do(code, room.Say{Player: "Kim", Text: "hello"})
		if err := <-ready; err != nil {
			t.Fatal(err)
		}
		w.node("b").do(code, room.BeginTurn{Agent: "Bot", Node: host.NodeOutside, Outside: true, Deadline: time.Now().Add(time.Minute)})
		pass(5 * time.Second)
		if failed := eventsOf[room.AttemptFailed](w.records(code)); len(failed) > 0 {
			t.Errorf("a claim was ended: %+v", failed)
		}
	})
}
