package verify

import (
	"slices"
	"testing"

	"parley/room"
)

// someone returns a player of a log, of a role, by the order of seats.
func (l *forged) someone(role room.Role, n int) string {
	var names []string
	for _, rec := range l.log {
		for _, e := range rec.Events {
			if p, ok := e.(room.PlayerSeated); ok && p.Role == role {
				names = append(names, p.Player)
			}
		}
	}
	return names[n]
}

func doctoredVotes() []doctored {
	cast := func(e room.VoteCast) func(*forged) {
		return func(l *forged) {
			if e.Player == "" {
				e.Player = l.someone(room.Person, 0)
			}
			if e.Suspect == "" {
				e.Suspect = l.someone(room.Agent, 0)
			}
			l.add("cast", 0, e)
		}
	}
	halfway := func(tb testing.TB) *world {
		tb.Helper()
		w := voting(tb)
		people := w.names(room.Person)
		w.do(room.Cast{Player: people[0], Suspect: people[1]})
		return w
	}
	return []doctored{
		{"vote_phase", "in the discussion", discussing, cast(room.VoteCast{})},
		{"voter", "by nobody", voting, cast(room.VoteCast{Player: "Zed"})},
		{"voter", "by a person in a turn", voting, cast(room.VoteCast{Turn: "Ada-1"})},
		{"reason", "a lot that was none", func(tb testing.TB) *world {
			tb.Helper()
			w := voting(tb)
			agents := w.names(room.Agent)
			w.do(room.Answer{Turn: w.begin(agents[0]), Attempt: 1, Suspect: agents[1]})
			return w
		}, func(l *forged) { edit(l, -1, func(e *room.VoteCast) { e.Random = true }) }},
		{"vote_twice", "again", halfway, func(l *forged) {
			i, k := find[room.VoteCast](l, -1)
			l.add("cast", 0, l.log[i].Events[k])
		}},
		{"self_vote", "for oneself", halfway, func(l *forged) { edit(l, -1, func(e *room.VoteCast) { e.Suspect = e.Player }) }},
		{"suspect", "for nobody", halfway, func(l *forged) { edit(l, -1, func(e *room.VoteCast) { e.Suspect = "Zed" }) }},
		{"vote_open", "all have voted", voted, func(l *forged) {
			l.last().Events = l.last().Events[:1]
			l.last().Seq = l.log[len(l.log)-2].Seq + 1
		}},
		{"reply", "an agent's vote without an outcome", voting, func(l *forged) {
			l.add("answer", 0, room.VoteCast{Player: l.someone(room.Agent, 0), Suspect: l.someone(room.Agent, 1), Turn: "new"})
		}},
		{"late", "a vote after the bell", halfway, func(l *forged) {
			l.add("cast", 60_000_000_000, room.VoteCast{Player: l.someone(room.Agent, 0), Suspect: l.someone(room.Agent, 1), Turn: "new"})
			l.last().Events = []room.Event{room.VoteCast{Player: l.voter(), Suspect: l.someone(room.Agent, 1)}}
		}},
	}
}

// voter returns a person who has not voted.
func (l *forged) voter() string {
	i, k := find[room.VoteCast](l, 0)
	v, _ := l.log[i].Events[k].(room.VoteCast)
	for n := range 3 {
		if p := l.someone(room.Person, n); p != v.Player {
			return p
		}
	}
	return ""
}

func doctoredResults() []doctored {
	change := func(f func(*room.RoundEnded)) func(*forged) {
		return func(l *forged) { edit(l, -1, f) }
	}
	finished := func(tb testing.TB) *world { tb.Helper(); return game(tb) }
	return []doctored{
		{"result", "twice", voted, func(l *forged) {
			i, k := find[room.RoundEnded](l, -1)
			l.log[i].Events = slices.Insert(l.log[i].Events, k, l.log[i].Events[k])
			l.log[i].Seq++
		}},
		{"result", "none", voted, func(l *forged) { cut[room.RoundEnded](l, -1) }},
		{"result", "and the vote goes on", voted, func(l *forged) { cut[room.PhaseBegan](l, -1) }},
		{"result_votes", "a vote is missing", voted, func(l *forged) {
			change(func(e *room.RoundEnded) { delete(e.Votes, l.someone(room.Person, 0)) })(l)
		}},
		{"result_tally", "a vote too many", voted, func(l *forged) {
			change(func(e *room.RoundEnded) { e.Tally[*e.Suspect]++ })(l)
		}},
		{"result_suspect", "somebody else", voted, func(l *forged) {
			role, name := room.Agent, l.someone(room.Agent, 0)
			change(func(e *room.RoundEnded) {
				if *e.Suspect == name {
					name = l.someone(room.Agent, 1)
				}
				e.Suspect, e.SuspectRole = &name, &role
			})(l)
		}},
		{"result_suspect", "of the other role", voted, func(l *forged) {
			role := room.Person
			change(func(e *room.RoundEnded) { e.SuspectRole = &role })(l)
		}},
		{"result_suspect", "nobody", voted, change(func(e *room.RoundEnded) { e.Suspect = nil })},
		{"roles", "twice", finished, func(l *forged) {
			i, k := find[room.RolesRevealed](l, -1)
			l.add("tick", 0, l.log[i].Events[k])
		}},
		{"result_tied", "a lot without a tie", voted, change(func(e *room.RoundEnded) { e.Tied = []string{*e.Suspect, "Zed"} })},
		{"result_winner", "the other side", voted, change(func(e *room.RoundEnded) { e.Winner = room.Agents })},
		{"game_winner", "the other side", finished, change(func(e *room.RoundEnded) {
			other := room.People
			if *e.GameWinner == other {
				other = room.Agents
			}
			e.GameWinner = &other
		})},
		{"game_winner result", "it goes on after its last round", finished, change(func(e *room.RoundEnded) { e.GameWinner = nil })},
		{"game_winner result", "it ends with its first round", voted, change(func(e *room.RoundEnded) {
			e.GameWinner = &e.Winner
		})},
		{"roles", "a person is called an agent", finished, func(l *forged) {
			edit(l, -1, func(e *room.RolesRevealed) { e.Roles[l.someone(room.Person, 0)] = room.Agent })
		}},
		{"roles", "never told", func(tb testing.TB) *world {
			tb.Helper()
			w := game(tb)
			w.do(room.Skip{})
			return w
		}, func(l *forged) {
			cut[room.RolesRevealed](l, -1)
			l.last().Seq--
		}},
	}
}
