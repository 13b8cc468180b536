package verify

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/room"
)

// doctored is a log with one thing wrong, and the rules that it breaks.
type doctored struct {
	rules  string // apart by spaces
	what   string
	from   func(testing.TB) *world
	doctor func(*forged)
}

// TestDoctoredLogs sees of each doctored log just the rule it breaks.
func TestDoctoredLogs(t *testing.T) {
	t.Parallel()
	for _, c := range slices.Concat(doctoredChains(), doctoredSeats(), doctoredPhases(), doctoredLines(),
		doctoredCoverage(), doctoredTurns(), doctoredOutcomes(), doctoredVotes(), doctoredResults()) {
		t.Run(c.rules+"/"+c.what, func(t *testing.T) {
			t.Parallel()
			rep := forge(c.from(t), c.doctor)
			var broken []string
			for _, f := range rep.Faults {
				broken = append(broken, f.Rule)
			}
			slices.Sort(broken)
			want := strings.Fields(c.rules)
			if !slices.Equal(slices.Compact(broken), slices.Sorted(slices.Values(want))) || rep.OK() {
				t.Errorf("the faults are %v; only %v is broken", rep.Faults, want)
			}
		})
	}
}

// TestEveryRuleHasADoctoredLog keeps the table above complete.
func TestEveryRuleHasADoctoredLog(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "rules.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	tested := []string{ruleUnreadable, ruleMore}
	for _, c := range slices.Concat(doctoredChains(), doctoredSeats(), doctoredPhases(), doctoredLines(),
		doctoredCoverage(), doctoredTurns(), doctoredOutcomes(), doctoredVotes(), doctoredResults()) {
		tested = append(tested, strings.Fields(c.rules)...)
	}
	rules := 0
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok {
			rules++
			if name, err := strconv.Unquote(lit.Value); err != nil || !slices.Contains(tested, name) {
				t.Errorf("no doctored log breaks the rule %s", lit.Value)
			}
		}
		return true
	})
	if rules < 60 {
		t.Errorf("only %d rules found", rules)
	}
}

func TestDamagedRoomIsNotReadOn(t *testing.T) {
	t.Parallel()
	w := chat(t)
	r := NewRoom("ABC234")
	r.Record(w.log[0])
	r.Damaged(errors.New("bits have rotted"))
	r.Record(w.log[2])
	rep := r.Finish()
	if len(rep.Faults) != 1 || rep.Faults[0].Rule != ruleUnreadable || rep.Faults[0].Ordinal != 2 || rep.OK() {
		t.Errorf("faults: %v", rep.Faults)
	}
}

func TestFaultsOfOneRoomAreLimited(t *testing.T) {
	t.Parallel()
	rep := forge(chat(t), func(l *forged) {
		for range 3 * mostFaults {
			l.add("say", 0, room.MessagePosted{Player: "Zed", Text: "Boo."})
		}
	})
	if n := len(rep.Faults); n != mostFaults+1 || rep.Faults[n-1].Rule != ruleMore {
		t.Errorf("%d faults, the last %v", n, rep.Faults[n-1])
	}
}

func doctoredChains() []doctored {
	return []doctored{
		{"ordinal", "a record is missing", chat, func(l *forged) { l.log = slices.Delete(l.log, 1, 2) }},
		{"ordinal", "a record is doubled", chat, func(l *forged) { l.log = slices.Insert(l.log, 2, l.log[1]) }},
		{"ordinal", "two records are swapped", chat, func(l *forged) { l.log[1], l.log[2] = l.log[2], l.log[1] }},
		{"ordinal", "the beginning is missing", chat, func(l *forged) { l.log = l.log[1:] }},
		{"record_id", "an id comes again", chat, func(l *forged) { l.log[2].ID = l.log[1].ID }},
		{"time", "time goes back", chat, func(l *forged) { l.log[1].At = l.log[0].At.Add(-time.Hour) }},
		{"version", "a version to come", chat, func(l *forged) { l.last().V = room.Version + 1 }},
		{"code", "another room's record", chat, func(l *forged) { l.last().Room = "XYZ789" }},
		{"code", "created under another code", chat, func(l *forged) {
			edit(l, 0, func(e *room.RoomCreated) { e.Config.Code = "XYZ789" })
		}},
		{"created", "no creation", chat, func(l *forged) { cut[room.RoomCreated](l, 0) }},
		{"created", "a second creation", chat, func(l *forged) { l.add("create", 0, room.RoomCreated{}) }},
		{"empty", "no events", chat, func(l *forged) { l.last().Events = nil }},
		{"phase", "no phase", chat, func(l *forged) {
			l.log = l.log[:1]
			l.last().Events, l.last().Seq = l.last().Events[:1], 0
		}},
		{"seq", "a number too many", chat, func(l *forged) { l.log[1].Seq++ }},
		{"seq", "a public event is missing", chat, func(l *forged) { l.last().Seq++ }},
		{"closed", "a player leaves a closed room", func(tb testing.TB) *world {
			tb.Helper()
			w := chat(tb)
			w.do(room.End{})
			return w
		}, func(l *forged) { l.add("leave", 0, room.PlayerLeft{Player: "Dan"}) }},
		{"closed", "roles are told after the end", func(tb testing.TB) *world {
			tb.Helper()
			w := game(tb)
			w.do(room.Skip{})
			return w
		}, func(l *forged) {
			i, k := find[room.RolesRevealed](l, -1)
			l.last().Events = append(l.last().Events, l.log[i].Events[k])
			l.last().Seq++
		}},
	}
}

func doctoredSeats() []doctored {
	return []doctored{
		{"name", "a name that is taken", chat, func(l *forged) {
			l.add("join", 0, room.PlayerSeated{Player: "eVe", Role: room.Person}, room.PlayerJoined{Player: "eVe"})
		}},
		{"seats", "more people than seats", chat, func(l *forged) {
			edit(l, 0, func(e *room.RoomCreated) { e.Config.Seats = 1 })
		}},
		{"seats announce", "seated in a game that runs", discussing, func(l *forged) {
			l.add("join", 0, room.PlayerSeated{Player: "Zed", Role: room.Agent})
		}},
		{"announce", "seated without a word", chat, func(l *forged) {
			l.add("join", 0, room.PlayerSeated{Player: "Zed", Role: room.Person})
		}},
		{"announce", "announced twice", chat, func(l *forged) { l.add("join", 0, room.PlayerJoined{Player: "Eve"}) }},
		{"leave", "nobody leaves", chat, func(l *forged) { l.add("leave", 0, room.PlayerLeft{Player: "Zed"}) }},
		{"leave", "an announced seat is freed", chat, func(l *forged) { l.add("leave", 0, room.SeatFreed{Player: "Dan"}) }},
		{"host", "hosting is taken away", chat, func(l *forged) { l.add("leave", 0, room.HostPassed{Player: "Dan"}) }},
		{"host", "nobody hosts", func(tb testing.TB) *world {
			tb.Helper()
			w := chat(tb)
			w.do(room.Leave{Player: "Eve"})
			return w
		}, func(l *forged) { cut[room.HostPassed](l, -1) }},
	}
}

// waiting is a game that one person waits for.
func waiting(tb testing.TB) *world {
	tb.Helper()
	w := newWorld(tb, config(room.Imitation, room.Coalesce))
	w.join("")
	return w
}

// cancels covers all that is pending at the beginning of a game.
func (l *forged) cancels() []room.Event {
	i, k := find[room.PhaseBegan](l, -1)
	seq := l.log[i].Seq
	for _, e := range l.log[i].Events[k+1:] {
		if public(e) {
			seq--
		}
	}
	var out []room.Event
	for n := range 2 {
		a := l.someone(room.Agent, n)
		out = append(out, room.TurnEnded{
			Turn: a + "-end", Agent: a, Outcome: room.Cancelled, Reason: room.ReasonPhase, Covers: []room.Ref{{Seq: seq}},
		})
	}
	return out
}

func discussing(tb testing.TB) *world { tb.Helper(); return playedTo(tb, room.PhaseDiscussion) }

func voting(tb testing.TB) *world { tb.Helper(); return playedTo(tb, room.PhaseVoting) }

func revealed(tb testing.TB) *world { tb.Helper(); return playedTo(tb, room.PhaseReveal) }

func doctoredPhases() []doctored {
	begunByHost := func(tb testing.TB) *world {
		tb.Helper()
		w := newWorld(tb, config(room.Imitation, room.Coalesce))
		w.join("", "")
		w.do(room.Start{})
		return w
	}
	cutOff := func(tb testing.TB) *world {
		tb.Helper()
		w := discussing(tb)
		w.begin(w.names(room.Agent)[0])
		w.do(room.Skip{})
		return w
	}
	return []doctored{
		{"phase", "back to the discussion", voting, func(l *forged) {
			edit(l, -1, func(e *room.PhaseBegan) { e.Phase = room.PhaseDiscussion })
		}},
		{"phase", "a round is left out", voted, func(l *forged) { edit(l, -1, func(e *room.PhaseBegan) { e.Round++ }) }},
		{"phase", "reveal without a vote", discussing, func(l *forged) {
			l.add("skip", 0, room.PhaseBegan{Phase: room.PhaseReveal, Round: 1, Topic: "tea"})
		}},
		{"clock", "a phase too short", discussing, func(l *forged) {
			edit(l, -1, func(e *room.PhaseBegan) { *e.EndsAt = e.EndsAt.Add(-time.Second) })
		}},
		{"clock", "a pause that costs time", game, func(l *forged) {
			edit(l, 0, func(e *room.Resumed) { *e.EndsAt = e.EndsAt.Add(-time.Second) })
		}},
		{"topic", "another topic", voting, func(l *forged) { edit(l, -1, func(e *room.PhaseBegan) { e.Topic = "war" }) }},
		{"early", "before its time", voting, func(l *forged) { l.last().Cause = "tick" }},
		{"early", "an open room closes of itself", func(tb testing.TB) *world {
			tb.Helper()
			w := chat(tb)
			w.do(room.End{})
			return w
		}, func(l *forged) { l.last().Cause = "tick" }},
		{"early", "a waiting room with somebody in it", waiting, func(l *forged) {
			l.add("tick", 2*time.Hour, room.PhaseBegan{Phase: room.PhaseClosed, Topic: "tea"})
		}},
		{"early", "a waiting room too soon", waiting, func(l *forged) {
			i, k := find[room.PlayerSeated](l, -1)
			p, _ := l.log[i].Events[k].(room.PlayerSeated)
			l.add("leave", 0, room.SeatFreed{Player: p.Player})
			l.add("tick", time.Hour-time.Second, room.PhaseBegan{Phase: room.PhaseClosed, Topic: "tea"})
		}},
		{"early", "an end of the discussion that nobody wanted", discussing, func(l *forged) {
			l.add("leave", 0, append(l.cancels(), room.PhaseBegan{Phase: room.PhaseClosed, Round: 1, Topic: "tea"})...)
		}},
		{"start", "with seats free", begunByHost, func(l *forged) { l.last().Cause = "join" }},
		{"carried uncovered", "a turn goes on in the vote", cutOff, func(l *forged) {
			l.last().Events = slices.DeleteFunc(l.last().Events, func(e room.Event) bool {
				end, ok := e.(room.TurnEnded)
				return ok && end.Call != nil
			})
		}},
		{"paused", "a line in a pause", stopped, func(l *forged) {
			l.add("say", 0, room.MessagePosted{Player: "Eve", Text: "Still here?"})
		}},
		{"paused", "a turn goes on in a pause", stopped, func(l *forged) { cut[room.TurnEnded](l, -1) }},
		{"paused", "a turn begins in a pause", stopped, func(l *forged) {
			l.add("begin_turn", 0, room.TurnBegan{Turn: "Bob-1", Agent: "Bob", Kind: room.TurnMessage, Attempt: 1, Through: helloPos})
		}},
		{"paused", "a waiting room is paused", waiting, func(l *forged) { l.add("pause", 0, room.Paused{}) }},
		{"paused", "a phase ends in a pause", func(tb testing.TB) *world {
			tb.Helper()
			w := discussing(tb)
			w.do(room.Pause{})
			return w
		}, func(l *forged) {
			ends := l.last().At.Add(time.Minute)
			l.add("skip", 0, append(l.cancels(), room.PhaseBegan{Phase: room.PhaseVoting, Round: 1, Topic: "tea", EndsAt: &ends})...)
		}},
		{"paused", "resumed without a pause", chat, func(l *forged) { l.add("resume", 0, room.Resumed{}) }},
		{"late", "a line after the bell", discussing, func(l *forged) {
			i, k := find[room.PlayerSeated](l, 0)
			p, _ := l.log[i].Events[k].(room.PlayerSeated)
			l.add("say", 180*time.Second, room.MessagePosted{Player: p.Player, Text: "One more thing."})
		}},
	}
}

// helloPos is the position of Eve's line among the events of a chat: after
// creation and phase, two agents and two people seated and announced.
const helloPos = 2 + 4 + 4 + 1

// helloSeq is its seq: after the phase and four announcements.
const helloSeq = 6
