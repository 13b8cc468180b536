package verify

import (
	"testing"
	"time"

	"parley/room"
)

func doctoredTurns() []doctored {
	begins := func(e room.TurnBegan) func(*forged) {
		e.Kind, e.Deadline = room.TurnMessage, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
		return func(l *forged) { l.add("begin_turn", 0, e) }
	}
	change := func(f func(*room.TurnBegan)) func(*forged) {
		return func(l *forged) { edit(l, -1, f) }
	}
	return []doctored{
		{"turn_agent", "a person's turn", chat, begins(room.TurnBegan{Turn: "Eve-1", Agent: "Eve", Attempt: 1, Through: helloPos})},
		{"turn_agent turn_idle", "an agent that was voted out", func(tb testing.TB) *world {
			tb.Helper()
			return voted(tb)
		}, func(l *forged) {
			i, k := find[room.RoundEnded](l, -1)
			e, _ := l.log[i].Events[k].(room.RoundEnded)
			l.add("nudge", 0, room.TurnBegan{Turn: "new", Agent: *e.Suspect, Kind: room.TurnMessage, Attempt: 1})
		}},
		{"turn_idle", "a second vote", func(tb testing.TB) *world {
			tb.Helper()
			w := voting(tb)
			agents := w.names(room.Agent)
			w.do(room.Answer{Turn: w.begin(agents[0]), Attempt: 1, Suspect: agents[1]})
			w.do(room.Nudge{Agent: agents[0]})
			return w
		}, func(l *forged) {
			i, k := find[room.TurnEnded](l, -1)
			e, _ := l.log[i].Events[k].(room.TurnEnded)
			l.add("begin_turn", 0, room.TurnBegan{Turn: "new", Agent: e.Agent, Kind: room.TurnVote, Attempt: 1})
		}},
		{"turn_kind", "another kind at its next attempt", lost, func(l *forged) {
			edit(l, 0, func(e *room.TurnBegan) { e.Kind = "song" })
		}},
		{"turn_phase turn_idle", "after the game", revealed, func(l *forged) {
			i, k := find[room.TurnEnded](l, -1)
			e, _ := l.log[i].Events[k].(room.TurnEnded)
			begins(room.TurnBegan{Turn: "new", Agent: e.Agent, Attempt: 1})(l)
		}},
		{"turn_kind", "a vote in a chat", begun, change(func(e *room.TurnBegan) { e.Kind = room.TurnVote })},
		{"turn_id", "an id comes again", behind, begins(room.TurnBegan{Turn: "Ada-1", Agent: "Ada", Attempt: 1, Through: helloPos + 2})},
		{"turn_id", "another agent's id", begun, begins(room.TurnBegan{Turn: "Ada-1", Agent: "Bob", Attempt: 1, Through: helloPos})},
		{"turn_idle", "nothing to consider", answered, begins(room.TurnBegan{Turn: "Ada-2", Agent: "Ada", Attempt: 1})},
		{"turn_overlap", "two at once", begun, begins(room.TurnBegan{Turn: "Ada-2", Agent: "Ada", Attempt: 1, Through: helloPos})},
		{"through", "beyond the last trigger", begun, change(func(e *room.TurnBegan) { e.Through++ })},
		{"through", "further at its next attempt", func(tb testing.TB) *world {
			tb.Helper()
			w := begun(tb)
			w.do(room.Say{Player: "Eve", Text: "Anybody there?"})
			w.wait(2 * time.Minute)
			w.begin("Ada")
			return w
		}, change(func(e *room.TurnBegan) { e.Through = helloPos + 2 })},
		{"through", "strict takes one", func(tb testing.TB) *world {
			tb.Helper()
			w := newWorld(tb, config(room.Open, room.Strict))
			w.join("Eve")
			w.do(room.Say{Player: "Eve", Text: "One."})
			w.do(room.Say{Player: "Eve", Text: "Two."})
			w.begin("Ada")
			return w
		}, change(func(e *room.TurnBegan) { e.Through++ })},
		{"attempt", "begins with the second", begun, change(func(e *room.TurnBegan) { e.Attempt = 2 })},
		{"attempt", "one is left out", lost, change(func(e *room.TurnBegan) { e.Attempt = 3 })},
		{"attempt_open", "the first has no end", lost, func(l *forged) { cut[room.AttemptFailed](l, -1) }},
		{"retry", "too soon", lost, func(l *forged) {
			edit(l, -1, func(e *room.AttemptFailed) { e.RetryAt = e.RetryAt.Add(time.Second) })
		}},
		{"lease", "lost before its deadline", lost, func(l *forged) {
			edit(l, 0, func(e *room.TurnBegan) { e.Deadline = e.Deadline.Add(time.Hour) })
		}},
		{"rate", "two replies where one may be", func(tb testing.TB) *world {
			tb.Helper()
			w := answered(tb)
			w.do(room.Say{Player: "Dan", Text: "Who?"})
			w.reply("Ada", "Ada.")
			return w
		}, func(l *forged) { edit(l, 0, func(e *room.RoomCreated) { e.Config.RepliesPerMinute = 1 }) }},
		{"rate", "a turn begins too soon", func(tb testing.TB) *world {
			tb.Helper()
			w := answered(tb)
			w.do(room.Say{Player: "Dan", Text: "Who?"})
			w.begin("Ada")
			return w
		}, func(l *forged) { edit(l, 0, func(e *room.RoomCreated) { e.Config.RepliesPerMinute = 1 }) }},
		{"rate duplicate", "two lines of one turn", answered, func(l *forged) {
			edit(l, 0, func(e *room.RoomCreated) { e.Config.RepliesPerMinute = 1 })
			l.add("answer", time.Second, room.MessagePosted{Player: "Ada", Text: "And me.", Hop: 1, Turn: "Ada-1"})
		}},
		{"calls", "a call too many", lost, func(l *forged) {
			edit(l, 0, func(e *room.RoomCreated) { e.Config.Calls = 1 })
		}},
		{"interrupt", "a person speaks in vain", behind, func(l *forged) {
			edit(l, 0, func(e *room.RoomCreated) { e.Config.Overlap = room.Interrupt })
		}},
		{"drop", "what was there before", func(tb testing.TB) *world {
			tb.Helper()
			w := newWorld(tb, config(room.Open, room.Drop))
			w.join("Eve")
			w.do(room.Say{Player: "Eve", Text: "One."})
			w.do(room.Say{Player: "Eve", Text: "Two."})
			turn := w.do(room.BeginTurn{Agent: "Ada", Model: "m", Deadline: w.now.Add(time.Minute), MaxChars: 4}).Turn
			w.do(room.Say{Player: "Eve", Text: "Three."})
			w.do(room.Answer{Turn: turn, Attempt: 1, Pass: true})
			return w
		}, func(l *forged) {
			edit(l, -1, func(e *room.TurnEnded) { e.Covers = append([]room.Ref{{Seq: e.Covers[0].Seq - 1}}, e.Covers...) })
		}},
		{"drop", "what came waits", behind, func(l *forged) {
			edit(l, 0, func(e *room.RoomCreated) { e.Config.Overlap = room.Drop })
		}},
	}
}

func doctoredOutcomes() []doctored {
	change := func(f func(*room.TurnEnded)) func(*forged) {
		return func(l *forged) { edit(l, -1, f) }
	}
	ends := func(e room.TurnEnded) func(*forged) {
		return func(l *forged) { l.add("tick", 0, e) }
	}
	hello := []room.Ref{{Seq: helloSeq}}
	return []doctored{
		{"fence", "another attempt's outcome", answered, change(func(e *room.TurnEnded) { e.Call.Attempt = 2 })},
		{"fence", "a late failure", answered, func(l *forged) {
			l.add("fail_attempt", 0, room.AttemptFailed{Turn: "Ada-1", Agent: "Ada", Call: room.Call{Attempt: 1, Outcome: room.CallLost}})
		}},
		{"fence", "a draft of an attempt that is over", drafted, func(l *forged) {
			edit(l, 0, func(e *room.ReplyDrafted) { e.Call.Attempt = 0 })
		}},
		{"fence", "a draft of no turn", answered, func(l *forged) {
			l.add("answer", 0, room.ReplyDrafted{Turn: "Ada-1", Agent: "Ada", Call: room.Call{Attempt: 1, Outcome: room.CallAnswered}})
		}},
		{"fence", "another turn than the open one", begun, func(l *forged) {
			l.add("tick", 0, room.TurnEnded{Turn: "Ada-9", Agent: "Ada", Outcome: room.Cancelled, Reason: room.ReasonBudget, Covers: hello})
		}},
		{"turn_agent", "a person's outcome", chat, ends(room.TurnEnded{Turn: "x", Agent: "Eve", Outcome: room.Cancelled, Reason: room.ReasonPhase})},
		{"call", "a draft is dropped without a word", redrafted, change(func(e *room.TurnEnded) { e.Call = nil })},
		{"call", "an attempt drafted that did not", stopped, change(func(e *room.TurnEnded) { e.Call.Drafted = true })},
		{"call", "silent without an attempt", retried, func(l *forged) {
			l.add("answer", 0, room.TurnEnded{Turn: "Ada-1", Agent: "Ada", Outcome: room.Silent, Reason: room.ReasonChosen, Covers: hello})
		}},
		{"ended_twice", "once more", answered, ends(room.TurnEnded{Turn: "Ada-1", Agent: "Ada", Outcome: room.Cancelled, Reason: room.ReasonPhase})},
		{"call", "the attempt does not end", answered, change(func(e *room.TurnEnded) { e.Call = nil })},
		{"call", "replied and failed", answered, change(func(e *room.TurnEnded) { e.Call.Outcome = room.CallTimeout })},
		{"call", "drafts and is lost", drafted, func(l *forged) {
			edit(l, 0, func(e *room.ReplyDrafted) { e.Call.Outcome = room.CallLost })
		}},
		{"call", "fails as answered", lost, func(l *forged) {
			edit(l, 0, func(e *room.AttemptFailed) { e.Call.Outcome = room.CallAnswered })
		}},
		{"outcome", "failed without a beginning", chat, ends(room.TurnEnded{Turn: "Ada-1", Agent: "Ada", Outcome: room.Failed, Covers: hello})},
		{"outcome", "busy without drop", chat, ends(room.TurnEnded{
			Turn: "Ada-1", Agent: "Ada", Outcome: room.Silent, Reason: room.ReasonBusy, Covers: hello,
		})},
		{"reason", "out of thin air", passed, change(func(e *room.TurnEnded) { e.Reason = "moonlight" })},
		{"reply", "a line without an outcome", answered, change(func(e *room.TurnEnded) {
			e.Outcome, e.Reason = room.Silent, room.ReasonChosen
		})},
		{"reply", "an outcome without a line", answered, func(l *forged) { cut[room.MessagePosted](l, -1) }},
		{"duplicate", "two lines in one turn", answered, func(l *forged) {
			l.last().Events = append(l.last().Events, room.MessagePosted{Player: "Ada", Text: "And me.", Hop: 1, Turn: "Ada-1"})
			l.last().Seq++
		}},
		{"duplicate", "the line again after a restart", answered, func(l *forged) {
			l.add("answer", time.Second, room.MessagePosted{Player: "Ada", Text: "And me.", Hop: 1, Turn: "Ada-1"})
		}},
		{"draft", "another text", drafted, func(l *forged) { edit(l, -1, func(e *room.MessagePosted) { e.Text = "You." }) }},
		{"draft", "before its time", drafted, func(l *forged) {
			edit(l, 0, func(e *room.ReplyDrafted) { e.Due = e.Due.Add(time.Millisecond) })
		}},
		{"draft", "another text is put off", putOff, func(l *forged) { edit(l, -1, func(e *room.ReplyDrafted) { e.Text = "You." }) }},
		{"draft", "another attempt's is put off", putOff, func(l *forged) { edit(l, -1, func(e *room.ReplyDrafted) { e.Call.Attempt++ }) }},
		{"draft", "put off before its time", putOff, func(l *forged) {
			edit(l, 0, func(e *room.ReplyDrafted) { e.Due = e.Due.Add(10 * time.Second) })
		}},
		{"draft", "put off into the past", putOff, func(l *forged) {
			edit(l, -1, func(e *room.ReplyDrafted) { e.Due = e.Due.Add(-time.Hour) })
		}},
		{"overflow", "under coalesce", chat, ends(room.TurnEnded{
			Turn: "Ada-1", Agent: "Ada", Outcome: room.Cancelled, Reason: room.ReasonOverflow, Covers: hello,
		})},
		{"overflow", "with room for more", crowded, func(l *forged) {
			edit(l, 0, func(e *room.RoomCreated) { e.Config.Overlap = room.Coalesce })
		}},
		{"turn_kind reply", "a vote's turn ends as replied", voted, func(l *forged) {
			i, _ := find[room.TurnEnded](l, -1) // the first outcomes are the discussion's
			for k, e := range l.log[i].Events {
				if end, ok := e.(room.TurnEnded); ok && end.Outcome == room.Voted {
					end.Outcome = room.Replied
					l.log[i].Events[k] = end
				}
			}
		}},
		{"turn_kind", "a vote's turn replies", voted, func(l *forged) {
			edit(l, 0, func(e *room.TurnBegan) { e.Kind = room.TurnMessage })
		}},
	}
}
