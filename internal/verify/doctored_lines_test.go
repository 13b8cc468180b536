package verify

import (
	"strings"
	"testing"
	"time"

	"parley/room"
)

func doctoredLines() []doctored {
	return []doctored{
		{"speaker", "nobody speaks", chat, func(l *forged) { l.add("say", 0, room.MessagePosted{Player: "Zed", Text: "Boo."}) }},
		{"speaker", "a person speaks in a turn", chat, func(l *forged) {
			edit(l, -1, func(e *room.MessagePosted) { e.Turn = "Ada-1" })
		}},
		{"speaker", "somebody who left", func(tb testing.TB) *world {
			tb.Helper()
			w := chat(tb)
			w.do(room.Leave{Player: "Dan"})
			return w
		}, func(l *forged) { l.add("say", 0, room.MessagePosted{Player: "Dan", Text: "Boo."}) }},
		{"line_phase", "a line in the vote", voting, func(l *forged) {
			i, k := find[room.PlayerSeated](l, 0)
			p, _ := l.log[i].Events[k].(room.PlayerSeated)
			l.add("say", 0, room.MessagePosted{Player: p.Player, Text: "It is you."})
		}},
		{"text", "an empty line", chat, func(l *forged) { edit(l, -1, func(e *room.MessagePosted) { e.Text = " " }) }},
		{"text", "a line too long", chat, func(l *forged) {
			edit(l, -1, func(e *room.MessagePosted) { e.Text = strings.Repeat("é", 1001) })
		}},
		{"client_id", "a line sent twice", chat, func(l *forged) {
			l.add("say", 0, room.MessagePosted{Player: "Eve", Text: "Hello?", ClientID: "c1"})
		}},
		{"hop", "an agent's line too near", answered, func(l *forged) { edit(l, -1, func(e *room.MessagePosted) { e.Hop = 2 }) }},
		{"hop", "a person's line is far", chat, func(l *forged) { edit(l, -1, func(e *room.MessagePosted) { e.Hop = 1 }) }},
		{"suppressed", "a person's line is kept from agents", chat, func(l *forged) {
			edit(l, -1, func(e *room.MessagePosted) { e.Suppressed = "hops" })
		}},
		{"suppressed", "a line at the limit", answered, func(l *forged) {
			edit(l, 0, func(e *room.RoomCreated) { e.Config.Hops = 1 })
		}},
		{"repeat", "two agents say the same", func(tb testing.TB) *world {
			tb.Helper()
			w := answered(tb)
			w.reply("Bob", "Me too.")
			return w
		}, func(l *forged) { edit(l, -1, func(e *room.MessagePosted) { e.Text = "ME!" }) }},
		{"pass", "the word for silence", answered, func(l *forged) { edit(l, -1, func(e *room.MessagePosted) { e.Text = "[Pass]." }) }},
		{"trigger", "a nudge for a person", chat, func(l *forged) {
			l.add("nudge", 0, room.TriggerRaised{Name: "nudge-1", Kind: room.TriggerNudge, Agent: "Eve"})
		}},
		{"trigger", "in a game that waits", func(tb testing.TB) *world {
			tb.Helper()
			w := waiting(tb)
			w.do(room.Join{Outside: true, Token: "o"})
			return w
		}, func(l *forged) {
			l.add("nudge", 0, room.TriggerRaised{Name: "nudge-1", Kind: room.TriggerNudge, Agent: l.someone(room.Agent, 0)})
		}},
		{"trigger", "a vote asked for out of turn", chat, func(l *forged) {
			l.add("resume", 0, room.TriggerRaised{Name: "phase-1", Kind: room.TriggerPhase, Agent: "Ada"})
		}},
		{"trigger", "the same name twice", quiet, func(l *forged) {
			l.add("nudge", 0, room.TriggerRaised{Name: "nudge-1", Kind: room.TriggerNudge, Agent: "Ada"})
			l.add("nudge", 0, room.TriggerRaised{Name: "nudge-1", Kind: room.TriggerNudge, Agent: "Bob"})
		}},
		{"silence", "too soon", quiet, func(l *forged) { l.last().At = l.last().At.Add(-time.Second) }},
		{"silence", "in a room that wants none", quiet, func(l *forged) {
			edit(l, 0, func(e *room.RoomCreated) { e.Config.SilenceSeconds = 0 })
		}},
		{"silence", "four in a row", func(tb testing.TB) *world {
			tb.Helper()
			w := quiet(tb)
			for range 3 {
				for _, r := range first(w.s.Ready(w.now)) {
					w.do(room.Answer{Turn: w.begin(r.Agent), Attempt: 1, Pass: true})
				}
				w.wait(20 * time.Second)
				w.do(room.Tick{Attended: true})
			}
			return w
		}, func(l *forged) {
			l.add("tick", 20*time.Second, room.TriggerRaised{Name: "silence-4", Kind: room.TriggerSilence, Agent: "Ada"})
		}},
	}
}

func doctoredCoverage() []doctored {
	covers := func(change func([]room.Ref) []room.Ref) func(*forged) {
		return func(l *forged) { edit(l, -1, func(e *room.TurnEnded) { e.Covers = change(e.Covers) }) }
	}
	return []doctored{
		{"uncovered", "the older of two", answered, covers(func(r []room.Ref) []room.Ref { return r[1:] })},
		{"uncovered", "the newer of two", answered, covers(func(r []room.Ref) []room.Ref { return r[:1] })},
		{"uncovered", "at the end of a phase", voting, func(l *forged) { cut[room.TurnEnded](l, 0) }},
		{"uncovered", "by an agent that leaves", func(tb testing.TB) *world {
			tb.Helper()
			w := chat(tb)
			w.do(room.Remove{Player: "Ada"})
			return w
		}, func(l *forged) { cut[room.TurnEnded](l, -1) }},
		{"covered_twice", "once more at the end", answered, func(l *forged) {
			l.add("tick", 0, room.TurnEnded{
				Turn: "Ada-2", Agent: "Ada", Outcome: room.Cancelled, Reason: room.ReasonBudget, Covers: []room.Ref{{Seq: helloSeq}},
			})
		}},
		{"covered_twice", "twice in one outcome", answered, covers(func(r []room.Ref) []room.Ref { return append(r, r[1]) })},
		{"covered_twice duplicate", "answered by two turns", behind, func(l *forged) {
			l.add("begin_turn", 0, room.TurnBegan{Turn: "Ada-2", Agent: "Ada", Kind: room.TurnMessage, Attempt: 1, Through: helloPos + 2})
			l.add("answer", 0, room.MessagePosted{Player: "Ada", Text: "Me again.", Hop: 1, Turn: "Ada-2"}, room.TurnEnded{
				Turn: "Ada-2", Agent: "Ada", Outcome: room.Replied, Covers: []room.Ref{{Seq: helloSeq}, {Seq: helloSeq + 1}},
				Call: &room.Call{Attempt: 1, Outcome: room.CallAnswered},
			})
		}},
		{"cover_unknown", "no trigger", answered, covers(func(r []room.Ref) []room.Ref { return append(r, room.Ref{Seq: 1}) })},
		{"cover_unknown", "another agent's nudge", func(tb testing.TB) *world {
			tb.Helper()
			w := answered(tb)
			w.do(room.Nudge{Agent: "Bob"})
			w.do(room.Answer{Turn: w.begin("Bob"), Attempt: 1, Pass: true})
			w.do(room.Nudge{Agent: "Ada"})
			w.do(room.Answer{Turn: w.begin("Ada"), Attempt: 1, Pass: true})
			return w
		}, covers(func(r []room.Ref) []room.Ref { return append(r, room.Ref{Name: "nudge-1"}) })},
		{"cover_order", "the newer first", answered, covers(func(r []room.Ref) []room.Ref { return []room.Ref{r[1], r[0]} })},
		{"cover_ahead", "a line it had not read", behind, covers(func(r []room.Ref) []room.Ref {
			return append(r, room.Ref{Seq: helloSeq + 1})
		})},
		{"own_line", "its own", func(tb testing.TB) *world {
			tb.Helper()
			w := answered(tb)
			w.do(room.Nudge{Agent: "Ada"})
			w.do(room.Answer{Turn: w.begin("Ada"), Attempt: 1, Pass: true})
			return w
		}, covers(func(r []room.Ref) []room.Ref { return append(r, room.Ref{Seq: helloSeq + 2}) })},
	}
}
