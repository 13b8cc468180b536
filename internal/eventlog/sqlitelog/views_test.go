package sqlitelog_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/sqlitelog"
	"parley/room"
)

// TestViews asks what a researcher would ask.
func TestViews(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, sqlitelog.Options{})
	at := time.Date(2026, 3, 1, 10, 0, 0, 987654321, time.FixedZone("", 3600))
	call := func(n int, outcome room.CallOutcome) room.Call {
		return room.Call{Attempt: n, Outcome: outcome, PromptTokens: 100 * n, CompletionTokens: n}
	}
	second := call(2, room.CallAnswered)
	for i, events := range [][]room.Event{
		{
			room.PlayerSeated{Player: "Ada", Role: room.Person, Host: true},
			room.PlayerSeated{Player: "Bot", Role: room.Agent, Persona: "dry", Model: "builtin"},
		},
		{room.MessagePosted{Player: "Ada", Text: "hello, \"Bot\"\nhow are you?", ClientID: "c1"}},
		{room.TurnBegan{Turn: "t1", Agent: "Bot", Kind: room.TurnMessage, Attempt: 1, Model: "z-model", Node: "n1"}},
		{room.AttemptFailed{Turn: "t1", Agent: "Bot", Call: call(1, room.CallTimeout)}},
		{room.TurnBegan{Turn: "t1", Agent: "Bot", Kind: room.TurnMessage, Attempt: 2, Model: "a-model", Node: "n1"}},
		{
			room.MessagePosted{Player: "Bot", Text: "fine", Hop: 1, Turn: "t1", Suppressed: "hops"},
			room.TurnEnded{Turn: "t1", Agent: "Bot", Outcome: room.Replied, Covers: []room.Ref{{Seq: 1}, {Name: "silence-1"}}, Call: &second},
		},
		{room.VoteCast{Player: "Ada", Suspect: "Bot"}, room.VoteCast{Player: "Bot", Suspect: "Ada", Turn: "t9", Random: true}},
		{room.TurnBegan{Turn: "t2", Agent: "Bot", Kind: room.TurnVote, Attempt: 1, Model: "a-model", Node: "n1"}},
		{room.TurnEnded{Turn: "t3", Agent: "Bot", Outcome: room.Cancelled, Reason: room.ReasonPhase, Covers: []room.Ref{{Seq: 2}}}},
	} {
		rec := eventlogtest.Record("ABCDEF", uint64(i)+1, "x")
		rec.At, rec.Events = at.Add(time.Duration(i)*time.Second), events
		if _, err := l.Append(t.Context(), eventlog.Seq(i), rec); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		query string
		want  []string
	}{
		{"SELECT room, ord, id, at, node, cause, json_extract(body, '$.v') FROM records WHERE ord = 1", []string{
			"ABCDEF|1|ABCDEF-1-x|2026-03-01T09:00:00.987Z|n1|say|1",
		}},
		{"SELECT room, ord, n, at, node, cause, type, event ->> 'player' FROM events WHERE ord IN (1, 6) ORDER BY ord, n", []string{
			"ABCDEF|1|0|2026-03-01T09:00:00.987Z|n1|say|player_seated|Ada",
			"ABCDEF|1|1|2026-03-01T09:00:00.987Z|n1|say|player_seated|Bot",
			"ABCDEF|6|0|2026-03-01T09:00:05.987Z|n1|say|message_posted|Bot",
			"ABCDEF|6|1|2026-03-01T09:00:05.987Z|n1|say|turn_ended|",
		}},
		{"SELECT player, role, persona, model, outside, host FROM players ORDER BY player", []string{
			"Ada|person|||0|1", "Bot|agent|dry|builtin|0|0",
		}},
		{"SELECT ord, at, player, text, hop, turn, suppressed, client_id FROM messages ORDER BY ord", []string{
			"2|2026-03-01T09:00:01.987Z|Ada|hello, \"Bot\"\nhow are you?|0|||c1",
			"6|2026-03-01T09:00:05.987Z|Bot|fine|1|t1|hops|",
		}},
		{"SELECT ord, player, suspect, turn, random FROM votes ORDER BY player", []string{"7|Ada|Bot||0", "7|Bot|Ada|t9|1"}},
		{"SELECT * FROM turns ORDER BY turn", []string{
			`ABCDEF|t1|Bot|message|a-model|2|2026-03-01T09:00:02.987Z|2026-03-01T09:00:05.987Z|replied||[1,"silence-1"]|300|3`,
			"ABCDEF|t2|Bot|vote|a-model|1|2026-03-01T09:00:07.987Z|||||0|0",
			"ABCDEF|t3|Bot|||0||2026-03-01T09:00:08.987Z|cancelled|phase|[2]|0|0",
		}},
		{"SELECT agent, avg(outcome = 'silent') FROM turns WHERE kind = 'message' GROUP BY agent", []string{"Bot|0"}},
	} {
		if diff := cmp.Diff(test.want, query(t, dir, test.query)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.query, diff)
		}
	}
}
