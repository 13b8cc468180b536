package verify

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/room"
)

// forged is a sound log that is being doctored.
type forged struct {
	t   testing.TB
	log []room.Record
}

// forge doctors a copy of a sound log and judges it.
func forge(w *world, doctor func(*forged)) Report {
	w.t.Helper()
	if rep := judged(w.log); !rep.OK() {
		w.t.Fatalf("the log to be doctored is not sound: %v", rep.Faults)
	}
	l := &forged{t: w.t}
	for _, rec := range w.log {
		l.log = append(l.log, copied(w.t, rec))
	}
	doctor(l)
	return judged(l.log)
}

func (l *forged) last() *room.Record { return &l.log[len(l.log)-1] }

// add appends a record.
func (l *forged) add(cause string, wait time.Duration, events ...room.Event) {
	prev := l.last()
	rec := room.Record{
		V: room.Version, Room: prev.Room, Ordinal: prev.Ordinal + 1, ID: fmt.Sprintf("forged%d", prev.Ordinal),
		At: prev.At.Add(wait), Node: "n1", Cause: cause, Seq: prev.Seq, Events: events,
	}
	for _, e := range events {
		if public(e) {
			rec.Seq++
		}
	}
	l.log = append(l.log, rec)
}

// edit changes the nth event of a type; -1 is the last.
func edit[E room.Event](l *forged, n int, change func(*E)) {
	l.t.Helper()
	i, k := find[E](l, n)
	e, _ := l.log[i].Events[k].(E)
	change(&e)
	l.log[i].Events[k] = e
}

// cut takes the nth event of a type out of its record. Of public events only
// the last may be cut, since later ones keep their numbers.
func cut[E room.Event](l *forged, n int) {
	l.t.Helper()
	i, k := find[E](l, n)
	if public(l.log[i].Events[k]) {
		l.log[i].Seq--
	}
	l.log[i].Events = slices.Delete(l.log[i].Events, k, k+1)
}

// find returns the place of the nth event of a type.
func find[E room.Event](l *forged, n int) (rec, event int) {
	l.t.Helper()
	var places [][2]int
	for i, r := range l.log {
		for k, e := range r.Events {
			if _, ok := e.(E); ok {
				places = append(places, [2]int{i, k})
			}
		}
	}
	if n < 0 {
		n += len(places)
	}
	if n < 0 || n >= len(places) {
		var e E
		l.t.Fatalf("the log has no %d. event %s", n, e.Type())
	}
	return places[n][0], places[n][1]
}

// chat is an open room with Eve, Dan, Ada and Bob. Eve has spoken.
func chat(tb testing.TB) *world {
	tb.Helper()
	w := newWorld(tb, config(room.Open, room.Coalesce))
	w.join("Eve", "Dan")
	w.wait(time.Second)
	w.do(room.Say{Player: "Eve", Text: "Hello?", ClientID: "c1"})
	return w
}

// begun is a chat in which Ada is in a turn.
func begun(tb testing.TB) *world {
	tb.Helper()
	w := chat(tb)
	w.begin("Ada")
	return w
}

// answered is a chat in which Ada has replied to two lines of Eve's.
func answered(tb testing.TB) *world {
	tb.Helper()
	w := chat(tb)
	w.do(room.Say{Player: "Eve", Text: "Anybody there?"})
	w.reply("Ada", "Me.")
	return w
}

// passed is a chat in which Ada has chosen silence.
func passed(tb testing.TB) *world {
	tb.Helper()
	w := begun(tb)
	w.do(room.Answer{Turn: "Ada-1", Attempt: 1, Pass: true})
	return w
}

// behind is a chat in which Eve spoke during Ada's turn, which has replied.
func behind(tb testing.TB) *world {
	tb.Helper()
	w := begun(tb)
	w.do(room.Say{Player: "Eve", Text: "Anybody there?"})
	w.do(room.Answer{Turn: "Ada-1", Attempt: 1, Text: "Me."})
	return w
}

// lost is a chat in which the first attempt of Ada's turn was lost.
func lost(tb testing.TB) *world {
	tb.Helper()
	w := begun(tb)
	w.wait(2 * time.Minute)
	w.begin("Ada")
	return w
}

// drafted is a chat in which Ada's draft has been posted.
func drafted(tb testing.TB) *world {
	tb.Helper()
	w := begun(tb)
	w.do(room.Answer{Turn: "Ada-1", Attempt: 1, Text: "Me.", Due: w.now.Add(time.Second)})
	w.wait(time.Second)
	w.do(room.Tick{})
	return w
}

// quiet is a chat that fell silent for long.
func quiet(tb testing.TB) *world {
	tb.Helper()
	w := chat(tb)
	for _, a := range []string{"Ada", "Bob"} {
		w.do(room.Answer{Turn: w.begin(a), Attempt: 1, Pass: true})
	}
	w.wait(20 * time.Second)
	w.do(room.Tick{Attended: true})
	return w
}

// stopped is a chat that was paused during Ada's turn.
func stopped(tb testing.TB) *world {
	tb.Helper()
	w := begun(tb)
	w.do(room.Pause{})
	return w
}

// playedTo plays a game of two rounds and skips to a phase of its first round.
func playedTo(tb testing.TB, phase room.Phase) *world {
	tb.Helper()
	c := config(room.Imitation, room.Coalesce)
	c.Rounds = 2
	w := newWorld(tb, c)
	w.join("", "", "")
	for w.s.Phase != phase {
		w.wait(time.Second)
		w.do(room.Skip{})
	}
	return w
}

// voted is a game's first vote, in which everybody voted for the first agent,
// and the agent for the first person.
func voted(tb testing.TB) *world {
	tb.Helper()
	w := playedTo(tb, room.PhaseVoting)
	agents, people := w.names(room.Agent), w.names(room.Person)
	for i, suspect := range []string{people[0], agents[0]} {
		w.do(room.Answer{Turn: w.begin(agents[i]), Attempt: 1, Suspect: suspect})
	}
	for _, p := range people {
		w.do(room.Cast{Player: p, Suspect: agents[0]})
	}
	return w
}

// redrafted is a chat that was paused while Ada's draft waited.
func redrafted(tb testing.TB) *world {
	tb.Helper()
	w := begun(tb)
	w.do(room.Answer{Turn: "Ada-1", Attempt: 1, Text: "Me.", Due: w.now.Add(time.Second)})
	w.do(room.Pause{})
	return w
}

// putOff is a game in which nobody was there when an agent's draft came due.
func putOff(tb testing.TB) *world {
	tb.Helper()
	w := playedTo(tb, room.PhaseDiscussion)
	w.do(room.Answer{Turn: w.begin(w.names(room.Agent)[0]), Attempt: 1, Text: "Me.", Due: w.now.Add(time.Second)})
	w.wait(10 * time.Second)
	w.do(room.Tick{})
	return w
}

// retried is a chat in which Ada's turn waits for its second attempt.
func retried(tb testing.TB) *world {
	tb.Helper()
	w := begun(tb)
	w.do(room.FailAttempt{Turn: "Ada-1", Attempt: 1, Outcome: room.CallTimeout})
	return w
}
