package room_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/room"
)

// I8: what a host reads of turns: attempts with their ends, outcomes, what they
// cover, and the line that a reply became.
func TestTurnLog(t *testing.T) {
	w := newOpen(t, openConfig("Ada"))
	w.do(t, room.Say{Player: "Cleo", Text: "one"})
	turn := w.begin(t, "Ada")
	w.wait(2)
	w.do(t, room.FailAttempt{Turn: turn, Attempt: 1, Outcome: room.CallTimeout, PromptTokens: 9})
	w.begin(t, "Ada")
	w.wait(1)
	w.do(t, room.Answer{Turn: turn, Attempt: 2, Text: "hi", PromptTokens: 9, CompletionTokens: 2, Due: w.now.Add(3e9)})
	w.wait(3)
	w.do(t, room.Tick{})
	w.do(t, room.Nudge{Agent: "Ada"})
	w.begin(t, "Ada")
	var log room.TurnLog
	for _, r := range w.records {
		if err := log.Apply(encoded(t, r)); err != nil {
			t.Fatal(err)
		}
	}
	b, err := json.Marshal(log.Turns())
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"turn":"Ada-1","agent":"Ada","kind":"message","covers":[4],"state":"replied","reply_seq":5,"reason":null,` +
		`"began_at":"2026-03-01T09:00:00.000Z","ended_at":"2026-03-01T09:00:06.000Z","attempts":[` +
		`{"n":1,"model":"m","node":"n1","started_at":"2026-03-01T09:00:00.000Z","ended_at":"2026-03-01T09:00:02.000Z","prompt_tokens":9,"completion_tokens":0,"outcome":"timeout"},` +
		`{"n":2,"model":"m","node":"n1","started_at":"2026-03-01T09:00:02.000Z","ended_at":"2026-03-01T09:00:03.000Z","prompt_tokens":9,"completion_tokens":2,"outcome":"answered"}]},` +
		`{"turn":"Ada-2","agent":"Ada","kind":"message","covers":["nudge-1"],"state":"open","reply_seq":null,"reason":null,` +
		`"began_at":"2026-03-01T09:00:06.000Z","ended_at":null,"attempts":[` +
		`{"n":1,"model":"m","node":"n1","started_at":"2026-03-01T09:00:06.000Z","ended_at":null,"prompt_tokens":0,"completion_tokens":0,"outcome":null}]}]`
	if diff := cmp.Diff(want, string(b)); diff != "" {
		t.Errorf("turns (-want +got):\n%s", diff)
	}
}

// checkTurnLog holds the turns that a host reads to I1, I4 and I8, at the end
// of a random room.
func (m *machine) checkTurnLog(t *rapid.T) {
	var log room.TurnLog
	for _, r := range m.records {
		if err := log.Apply(r); err != nil {
			t.Fatal(err)
		}
	}
	var open []string
	covered := map[string][]room.Ref{}
	for _, v := range log.Turns() {
		if v.State == "open" {
			open = append(open, v.Turn)
		}
		for _, r := range v.Covers {
			if slices.Contains(covered[v.Agent], r) {
				t.Fatalf("I1: the turns of %s cover %s twice", v.Agent, r)
			}
			covered[v.Agent] = append(covered[v.Agent], r)
		}
		for i, a := range v.Attempts {
			if a.N != i+1 || ((a.EndedAt == nil || a.Outcome == nil) && (v.State != "open" || i+1 < len(v.Attempts))) {
				t.Fatalf("I8: turn %s, %s, has attempt %+v at place %d", v.Turn, v.State, a, i+1)
			}
		}
		if (v.ReplySeq != nil) != (v.State == string(room.Replied)) {
			t.Fatalf("I2: turn %s, %s, has reply_seq %v", v.Turn, v.State, v.ReplySeq)
		}
	}
	if len(open) != len(m.state.OpenTurns()) {
		t.Fatalf("I4: open are %v, want %v", open, m.state.OpenTurns())
	}
}

// I8: a draft that comes to nothing changes how its attempt ended, not when.
func TestTurnLogOfADroppedDraft(t *testing.T) {
	w := newOpen(t, openConfig("Ada"))
	w.do(t, room.Say{Player: "Cleo", Text: "one"})
	w.do(t, room.Answer{Turn: w.begin(t, "Ada"), Attempt: 1, Text: "hi", CompletionTokens: 2, Due: w.now.Add(9e9)})
	w.wait(5)
	w.do(t, room.Pause{})
	var log room.TurnLog
	for _, r := range w.records {
		if err := log.Apply(r); err != nil {
			t.Fatal(err)
		}
	}
	a := log.Turns()[0].Attempts[0]
	if *a.Outcome != "cancelled" || *a.EndedAt != room.Time(nine()) || a.CompletionTokens != 2 {
		t.Errorf("the attempt is %s, ended at %s, with %d tokens", *a.Outcome, *a.EndedAt, a.CompletionTokens)
	}
}
