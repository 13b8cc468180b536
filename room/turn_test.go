package room_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/room"
)

// I2, I3: `[pass]` is silence, whoever sends it and however it is written.
func TestPassIsNeverPosted(t *testing.T) {
	for _, text := range []string{"[pass]", "PASS.", " \"pass\" ", "(Pass)", "*pass*"} {
		w := newOpen(t, openConfig("Ada"))
		w.do(t, room.Say{Player: "Cleo", Text: "hello"})
		turn := w.begin(t, "Ada")
		w.do(t, room.Answer{Turn: turn, Attempt: 1, Text: text})
		if got := w.ended(t, "Ada"); got.Outcome != room.Silent || got.Reason != room.ReasonChosen {
			t.Errorf("%q: the turn ended %s (%s), want silent (chosen)", text, got.Outcome, got.Reason)
		}
	}
}

// I14: the last call that the room could pay for is lost with its node; nobody
// may begin another attempt, so the turn is cancelled at the attempt's deadline.
func TestALostCallBeyondTheBudgetEndsTheTurn(t *testing.T) {
	c := openConfig("Ada")
	c.Calls, c.SilenceSeconds = 1, 0
	w := newOpen(t, c)
	w.do(t, room.Say{Player: "Cleo", Text: "hello"})
	w.begin(t, "Ada")
	at, ok := w.state.Deadline(true)
	if want := w.now.Add(time.Minute); !ok || !at.Equal(want) {
		t.Fatalf("Deadline is %v %v, want the attempt's, %v", at, ok, want)
	}
	w.wait(60)
	w.refused(t, room.Idle, w.beginning("Ada"))
	w.do(t, room.Tick{})
	if got := w.ended(t, "Ada"); got.Outcome != room.Cancelled || got.Reason != room.ReasonBudget {
		t.Errorf("the turn ended %s (%s), want cancelled (budget)", got.Outcome, got.Reason)
	}
	if n := w.state.Pending(); n != 0 {
		t.Errorf("%d triggers are pending, want 0", n)
	}
}

// I8: nodes that die one after another in the same turn end it at last.
func TestATurnDoesNotKillNodesForEver(t *testing.T) {
	w := newOpen(t, openConfig("Ada"))
	w.do(t, room.Say{Player: "Cleo", Text: "hello"})
	for range 50 {
		w.begin(t, "Ada")
		w.wait(60)
	}
	w.refused(t, room.Running, w.beginning("Ada"))
	if ready, _ := w.state.Ready(w.now); len(ready) > 0 {
		t.Errorf("ready is %v, want nobody", ready)
	}
	w.do(t, room.Tick{})
	if got := w.ended(t, "Ada"); got.Outcome != room.Failed || got.Reason != "lost" {
		t.Errorf("the turn ended %s (%s), want failed (lost)", got.Outcome, got.Reason)
	}
}

// I1: Drop drops what came during a turn, not what the turn had no room for.
func TestDropKeepsWhatCameBeforeTheTurn(t *testing.T) {
	c := openConfig("Ada")
	c.Overlap = room.Drop
	w := newOpen(t, c)
	w.do(t, room.Say{Player: "Cleo", Text: strings.Repeat("a", 90)})
	w.do(t, room.Say{Player: "Cleo", Text: strings.Repeat("b", 90)})
	begin := w.beginning("Ada")
	begin.MaxChars = 100
	turn := w.do(t, begin).Turn
	w.do(t, room.Say{Player: "Cleo", Text: "during"})
	w.do(t, room.Answer{Turn: turn, Attempt: 1, Text: "aha"})
	var covers [][]room.Ref
	for _, e := range events[room.TurnEnded](w) {
		covers = append(covers, e.Covers)
	}
	if diff := cmp.Diff([][]room.Ref{{{Seq: 4}}, {{Seq: 6}}}, covers); diff != "" {
		t.Errorf("covered (-want +got):\n%s", diff)
	}
	if n := w.state.Pending(); n != 1 {
		t.Errorf("%d triggers are pending, want the line that did not fit", n)
	}
}

// I1: under Drop a pause ends the turn as everything else does.
func TestDropCoversWhatCameWhenAPauseEndsTheTurn(t *testing.T) {
	c := openConfig("Ada")
	c.Overlap = room.Drop
	w := newOpen(t, c)
	w.do(t, room.Say{Player: "Cleo", Text: "one"})
	w.begin(t, "Ada")
	w.do(t, room.Say{Player: "Cleo", Text: "two"})
	w.do(t, room.Pause{})
	if got := w.ended(t, "Ada"); got.Outcome != room.Silent || got.Reason != room.ReasonBusy {
		t.Errorf("the line in between was covered by %s (%s), want silent (busy)", got.Outcome, got.Reason)
	}
}

// I7: names that differ by a hyphen for a space would name the same turns.
func TestTurnsOfDifferentAgentsHaveDifferentNames(t *testing.T) {
	w := newOpen(t, openConfig("Ann Marie"))
	w.refused(t, room.Conflict, room.Join{Name: "Ann-Marie", Outside: true, Token: "x"})
}

// I14: a call is one of the node's, whatever its model is called.
func TestCallsCountWhateverTheModelIsCalled(t *testing.T) {
	c := openConfig("Ada")
	c.Calls = 1
	w := newOpen(t, c)
	for range 2 {
		w.do(t, room.Say{Player: "Cleo", Text: "hello"})
	}
	begin := w.beginning("Ada")
	begin.Model = ""
	turn := w.do(t, begin).Turn
	w.do(t, room.Say{Player: "Cleo", Text: "and?"})
	w.do(t, room.Answer{Turn: turn, Attempt: 1, Pass: true})
	w.refused(t, room.Idle, begin)
}

// I6: a further attempt of an interrupted turn covers no less than the one before.
func TestAnInterruptedTurnNeverCoversLess(t *testing.T) {
	c := openConfig("Ada")
	c.Overlap = room.Interrupt
	w := newOpen(t, c)
	for range 3 {
		w.do(t, room.Say{Player: "Cleo", Text: strings.Repeat("a", 90)})
	}
	w.begin(t, "Ada")
	w.do(t, room.Say{Player: "Cleo", Text: "wait"})
	begin := w.beginning("Ada")
	begin.MaxChars = 100
	w.do(t, begin)
	began := events[room.TurnBegan](w)
	if began[1].Through < began[0].Through {
		t.Errorf("attempt 2 covers through %d, attempt 1 through %d", began[1].Through, began[0].Through)
	}
}

// I13: a program outside that claims nothing does not keep a room silent.
func TestAnIdleOutsideAgentDoesNotKeepTheSilence(t *testing.T) {
	w := newOpen(t, openConfig("Ada"))
	w.do(t, room.Join{Name: "Bot", Outside: true, Token: "bot"})
	w.do(t, room.Say{Player: "Cleo", Text: "hello"})
	w.do(t, room.Answer{Turn: w.begin(t, "Ada"), Attempt: 1, Pass: true})
	w.wait(20)
	w.do(t, room.Tick{Attended: true})
	raised := events[room.TriggerRaised](w)
	if len(raised) != 1 || raised[0].Agent != "Ada" {
		t.Fatalf("raised %v, want one silence for Ada", raised)
	}
}

// I6: a hundred triggers wait under Strict; the next is cancelled at once.
func TestStrictLetsAHundredWait(t *testing.T) {
	c := openConfig("Ada")
	c.Overlap = room.Strict
	w := newOpen(t, c)
	w.do(t, room.Say{Player: "Cleo", Text: "first"})
	w.begin(t, "Ada")
	for range 102 {
		w.do(t, room.Say{Player: "Cleo", Text: "more"})
	}
	w.do(t, room.Nudge{Agent: "Ada"})
	var covers []room.Ref
	turns := map[string]bool{}
	for _, e := range events[room.TurnEnded](w) {
		if e.Outcome != room.Cancelled || e.Reason != room.ReasonOverflow || turns[e.Turn] {
			t.Errorf("%+v, want another turn cancelled, overflow", e)
		}
		turns[e.Turn] = true
		covers = append(covers, e.Covers...)
	}
	if diff := cmp.Diff([]room.Ref{{Seq: 105}, {Seq: 106}, {Name: "nudge-1"}}, covers); diff != "" {
		t.Errorf("overflowed (-want +got):\n%s", diff)
	}
	if n := w.state.Pending(); n != 101 {
		t.Errorf("%d are pending, want the turn's one and 100", n)
	}
}

// I6: the room forgets old lines, but none that an agent has still to read, and
// keeps some before it.
func TestLinesAreForgottenOnlyWhenRead(t *testing.T) {
	c := openConfig("Ada", "Bob")
	c.Calls = 10000
	w := newOpen(t, c)
	for i := range 500 {
		w.do(t, room.Say{Player: "Cleo", Text: "line " + strconv.Itoa(i)})
		if i >= 100 && i%10 == 0 { // Bob stops reading at the 200th
			w.do(t, room.Answer{Turn: w.begin(t, "Ada"), Attempt: 1, Pass: true})
			if i < 200 {
				w.do(t, room.Answer{Turn: w.begin(t, "Bob"), Attempt: 1, Pass: true})
			}
		}
	}
	turn := w.begin(t, "Bob")
	sc, _ := w.state.Scene(turn)
	if len(sc.Covers) != 309 || sc.New != 309 {
		t.Errorf("covers %d, %d new, want 309", len(sc.Covers), sc.New)
	}
	if n := len(sc.Lines) - sc.New; n < 30 || n > 120 {
		t.Errorf("%d lines of context, want 30 to 120", n)
	}
	w.do(t, room.Answer{Turn: turn, Attempt: 1, Pass: true})
	w.do(t, room.Answer{Turn: w.begin(t, "Ada"), Attempt: 1, Pass: true})
	for range 130 {
		w.do(t, room.Say{Player: "Cleo", Text: "more"})
		w.do(t, room.Answer{Turn: w.begin(t, "Ada"), Attempt: 1, Pass: true})
		w.do(t, room.Answer{Turn: w.begin(t, "Bob"), Attempt: 1, Pass: true})
	}
	if n := len(w.state.Lines); n > 120 {
		t.Errorf("%d lines are remembered, want at most 120", n)
	}
}
