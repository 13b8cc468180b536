package room_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/room"
)

// rewrite reports whether golden files are to be written anew: with -rewrite.
func rewrite() bool {
	f := flag.Lookup("rewrite") // datadriven's
	return f != nil && f.Value.String() == "true"
}

// golden compares with a file under testdata, or writes it.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if rewrite() {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-file +now); -rewrite writes it anew:\n%s", path, diff)
	}
}

// full is one event of every type with every field set.
func full() []room.Event {
	at, suspect, role, side := nine(), "Player 3", room.Agent, room.People
	call := room.Call{Attempt: 2, Outcome: room.CallAnswered, PromptTokens: 10, CompletionTokens: 5, Drafted: true}
	return []room.Event{
		room.RoomCreated{HostToken: "aa", Config: room.Config{
			Code: "ABCDEF", Title: "Tea", Follows: "FEDCBA", Mode: room.Imitation, Lang: "en", Topics: []string{"Tea or coffee?"}, Seats: 2,
			Agents: []room.AgentSpec{{Name: "Ada", Persona: "dry", Model: "builtin"}}, Discussion: 180, Voting: 60, Reveal: 30, Rounds: 2,
			Unlisted: true, Password: "salted", Overlap: room.Strict, Pacing: room.PaceHuman, Hops: 3, RepliesPerMinute: 12, Calls: 2000, SilenceSeconds: 20, CreatedAt: at,
		}},
		room.PlayerSeated{Player: "Player 3", Role: room.Agent, Token: "bb", Persona: "dry", Model: "builtin", Outside: true, Host: true},
		room.SeatFreed{Player: "Player 3", Removed: true},
		room.PlayerJoined{Player: "Player 3"},
		room.PlayerLeft{Player: "Player 3", Removed: true},
		room.HostPassed{Player: "Player 7"},
		room.PhaseBegan{Phase: room.PhaseClosed, Round: 2, Topic: "Tea or coffee?", EndsAt: &at, Reason: "everyone left"},
		room.Paused{},
		room.Resumed{EndsAt: &at},
		room.MessagePosted{Player: "Player 3", Text: "hi <b>\u2028\"é\"\n", ClientID: "c1", Hop: 2, Turn: "Player-3-1", Suppressed: "hops"},
		room.VoteCast{Player: "Player 3", Suspect: "Player 7", Turn: "Player-3-2", Random: true},
		room.RoundEnded{
			Round: 1, Votes: map[string]string{"Player 7": "Player 3"}, Tally: map[string]int{"Player 3": 1}, Suspect: &suspect, SuspectRole: &role,
			Winner: room.People, GameWinner: &side, Tied: []string{"Player 3", "Player 7"},
		},
		room.RolesRevealed{Roles: map[string]room.Role{"Player 3": room.Agent}},
		room.TriggerRaised{Name: "silence-2", Kind: room.TriggerSilence, Agent: "Player 3"},
		room.TurnBegan{Turn: "Player-3-1", Agent: "Player 3", Kind: room.TurnVote, Through: 9, Attempt: 1, Model: "builtin", Node: "n1", Deadline: at},
		room.AttemptFailed{Turn: "Player-3-1", Agent: "Player 3", Call: call, RetryAt: at.Add(time.Second)},
		room.ReplyDrafted{Turn: "Player-3-1", Agent: "Player 3", Call: call, Text: "hi", Suspect: "Player 7", Random: true, Pass: true, Due: at, Typing: []room.Stretch{{From: at, To: at}}},
		room.TurnEnded{Turn: "Player-3-1", Agent: "Player 3", Outcome: room.Silent, Reason: room.ReasonBusy, Covers: []room.Ref{{Seq: 7}, {Name: "silence-2"}}, Call: &call},
	}
}

// I19: one record of every event type, as version 1 writes it: old logs stay
// readable, and what is read is what was meant.
func TestRecordsOfVersion1(t *testing.T) {
	var file bytes.Buffer
	for i, e := range full() {
		r := room.Record{
			V: 1, Room: "ABCDEF", Ordinal: uint64(i) + 1, ID: "id", At: nine(), Node: "n1", Cause: "tick", Seq: 7, Events: []room.Event{e},
			Head: &room.Head{
				Code: "ABCDEF", Title: "Tea", Mode: room.Imitation, Status: room.StatusRunning, Unlisted: true, Locked: true,
				People: 2, Seats: 2, Players: 3, CreatedAt: nine(), Busy: true,
			},
		}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		file.Write(append(b, '\n'))
		if diff := cmp.Diff(r, encoded(t, r)); diff != "" {
			t.Errorf("%s comes back otherwise (-sent +read):\n%s", e.Type(), diff)
		}
	}
	golden(t, "testdata/records_v1.jsonl", file.Bytes())
}

// I19: what this program cannot fold it does not read.
func TestRecordsThatAreNotRead(t *testing.T) {
	for name, s := range map[string]string{
		"newer version": `{"v":2,"room":"ABCDEF","ord":1,"events":[]}`,
		"no version":    `{"room":"ABCDEF","ord":1,"events":[]}`,
		"unknown event": `{"v":1,"room":"ABCDEF","ord":1,"events":[{"type":"room_painted","event":{}}]}`,
		"no event":      `{"v":1,"room":"ABCDEF","ord":1,"events":[{"type":"paused"}]}`,
		"null event":    `{"v":1,"room":"ABCDEF","ord":1,"events":[{"type":"paused","event":null}]}`,
		"wrong field":   `{"v":1,"room":"ABCDEF","ord":1,"events":[{"type":"player_joined","event":{"player":3}}]}`,
		"wrong trigger": `{"v":1,"room":"ABCDEF","ord":1,"events":[{"type":"turn_ended","event":{"covers":[-1]}}]}`,
	} {
		var r room.Record
		if err := json.Unmarshal([]byte(s), &r); err == nil {
			t.Errorf("%s: read as %+v", name, r)
		}
	}
}
