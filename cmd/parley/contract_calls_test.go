package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/client"
	"parley/internal/llm/llmtest"
)

// A turn without failures is one call, which is in the log before it is sent
// and carries the turn's name, whichever provider the model is of.
func TestContractACallIsRecordedAndNamed(t *testing.T) {
	gates := []chan struct{}{make(chan struct{}), make(chan struct{})}
	h := newHouse(t, func(c llmtest.Call) llmtest.Reply { return llmtest.Reply{Text: "tea, always", Gate: gates[c.N-1]} })
	for i, model := range []string{"openai:test", "anthropic:test"} {
		host, kim := h.open(client.Settings{"agents": []map[string]any{{"model": model}}})
		seq := h.say(kim, "tea or coffee?")
		if err := h.model.WaitTotal(t.Context(), i+1); err != nil {
			t.Fatal(err)
		}
		running := h.turns(host, func([]turnFull) bool { return true })
		if len(running) != 1 || running[0].State != "open" || !slices.Equal(running[0].outcomes(), []string{"-"}) {
			t.Fatalf("%s: while the call runs: %+v", model, running)
		}
		if a := running[0].Attempts[0]; a.N != 1 || a.Model != model || a.Node == "" || a.EndedAt != nil {
			t.Errorf("%s: the running attempt: %+v", model, a)
		}
		call := h.model.Calls()[i]
		want := fmt.Sprintf("%s/%s/%s/1", host.Room().Code, url.PathEscape(running[0].Agent), url.PathEscape(running[0].Turn))
		if call.Turn != want {
			t.Errorf("%s: X-Parley-Turn %q, want %q", model, call.Turn, want)
		}
		if !strings.Contains(call.Prompt.Last(), "Kim: tea or coffee?") || call.Prompt.Model != "test" {
			t.Errorf("%s: prompt %s", model, call.Body)
		}
		close(gates[i])
		turn := h.turns(host, ended(1))[0]
		if turn.State != "replied" || turn.Reply == nil || *turn.Reply != seq+1 || len(turn.Covers) != 1 || turn.Covers[0] != float64(seq) {
			t.Errorf("%s: the turn: %+v", model, turn)
		}
		a := turn.Attempts[0]
		if a.PromptTokens != 100 || a.CompletionTokens != 2 || *a.Outcome != "answered" || a.EndedAt == nil || *a.EndedAt < a.StartedAt {
			t.Errorf("%s: the attempt: %+v", model, a)
		}
		wantFields(t, h, host)
	}
	if repeated := h.model.Repeated(); len(repeated) > 0 {
		t.Errorf("called more than once: %v", repeated)
	}
}

// wantFields demands every field that the contract names, null or not.
func wantFields(t *testing.T, h *house, host *client.Seat) {
	t.Helper()
	_, body := h.request("GET", "/v1/rooms/"+host.Room().Code+"/turns", host.Token, nil)
	var got struct{ Turns []map[string]any }
	if err := json.Unmarshal(body, &got); err != nil || len(got.Turns) == 0 {
		t.Fatalf("%s: %v", body, err)
	}
	need := func(what string, in map[string]any, fields ...string) {
		t.Helper()
		for _, f := range fields {
			if _, is := in[f]; !is {
				t.Errorf("a %s has no %s: %v", what, f, slices.Sorted(maps.Keys(in)))
			}
		}
	}
	need("turn", got.Turns[0], "turn", "agent", "covers", "state", "reply_seq", "reason", "attempts")
	attempt := got.Turns[0]["attempts"].([]any)[0].(map[string]any)
	need("attempt", attempt, "n", "model", "node", "started_at", "ended_at", "prompt_tokens", "completion_tokens", "outcome")
}

// What comes of an attempt is in the log by its name; a failed one is followed
// by another within the turn's budget, unless its answer had begun.
func TestContractAttemptsEndByName(t *testing.T) {
	first := func(r llmtest.Reply) llmtest.Script {
		return func(c llmtest.Call) llmtest.Reply {
			if strings.HasSuffix(c.Turn, "/1") {
				return r
			}
			return llmtest.Reply{Text: "well then"}
		}
	}
	tests := []struct {
		name     string
		script   llmtest.Script
		state    string
		reason   string
		attempts []string
	}{
		{"answer", llmtest.Always(llmtest.Reply{Text: "yes"}), "replied", "", []string{"answered"}},
		{"pass", llmtest.Always(llmtest.Reply{Text: "[pass]"}), "silent", "chosen", []string{"answered"}},
		{"pass in other clothes", llmtest.Always(llmtest.Reply{Text: "\"PASS.\""}), "silent", "chosen", []string{"answered"}},
		{"key", llmtest.Always(llmtest.Reply{Status: 401}), "failed", "auth", []string{"auth"}},
		{"rate", first(llmtest.Reply{Status: 429}), "replied", "", []string{"rate", "answered"}},
		{"overload", llmtest.Always(llmtest.Reply{Status: 503}), "failed", "overload", []string{"overload", "overload", "overload"}},
		{"cut", llmtest.Always(llmtest.Reply{Does: llmtest.Truncates, Text: "well I think"}), "failed", "truncated", []string{"truncated"}},
		{"garbage", first(llmtest.Reply{Does: llmtest.Garbles}), "replied", "", []string{"garbage", "answered"}},
		{"empty", first(llmtest.Reply{Does: llmtest.Empties}), "replied", "", []string{"empty", "answered"}},
		{"nothing but a name", first(llmtest.Reply{Text: "Assistant: "}), "replied", "", []string{"empty", "answered"}},
		{"error", first(llmtest.Reply{Status: 400}), "replied", "", []string{"error", "answered"}},
		{"too long", first(llmtest.Reply{Text: strings.Repeat("x", 1001)}), "replied", "", []string{"refused", "answered"}},
		{"too long twice", llmtest.Always(llmtest.Reply{Text: strings.Repeat("x", 1001)}), "failed", "refused", []string{"refused", "refused"}},
	}
	var script llmtest.Script
	h := newHouse(t, func(c llmtest.Call) llmtest.Reply { return script(c) })
	for _, test := range tests {
		script = test.script
		host, kim := h.open(nil)
		h.say(kim, "well?")
		turn := h.turns(host, ended(1))[0]
		if turn.State != test.state || turn.why() != test.reason || !slices.Equal(turn.outcomes(), test.attempts) {
			t.Errorf("%s: %s %s %v, want %s %s %v", test.name, turn.State, turn.why(), turn.outcomes(), test.state, test.reason, test.attempts)
		}
		if said := len(h.lines(host.Room())) - 1; (said == 1) != (test.state == "replied") {
			t.Errorf("%s: %d lines of the agent", test.name, said)
		}
	}
}

// A server that asks to be left alone for a while is.
func TestContractRetryAfterIsRespected(t *testing.T) {
	h := newHouse(t, func(c llmtest.Call) llmtest.Reply {
		if c.OfTurn == 1 && strings.HasSuffix(c.Turn, "/1") {
			return llmtest.Reply{Status: 429, RetryAfter: "2"}
		}
		return llmtest.Reply{Text: "now then"}
	})
	host, kim := h.open(nil)
	h.say(kim, "well?")
	attempts := h.turns(host, ended(1))[0].Attempts
	if len(attempts) != 2 {
		t.Fatalf("attempts: %+v", attempts)
	}
	before, err := time.Parse(time.RFC3339, *attempts[0].EndedAt)
	after, err2 := time.Parse(time.RFC3339, attempts[1].StartedAt)
	if err != nil || err2 != nil || after.Sub(before) < 2*time.Second {
		t.Errorf("asked for 2 s, and came again after %v (%v, %v)", after.Sub(before), err, err2)
	}
}

// Nobody's line is posted again word for word by an agent.
func TestContractARepeatIsRefused(t *testing.T) {
	h := newHouse(t, func(c llmtest.Call) llmtest.Reply {
		if strings.HasSuffix(c.Turn, "-2/2") {
			return llmtest.Reply{Text: "something new"}
		}
		return llmtest.Reply{Text: "I like tea."}
	})
	host, kim := h.open(nil)
	h.say(kim, "well?")
	h.turns(host, ended(1))
	h.say(kim, "and?")
	turn := h.turns(host, ended(2))[1]
	if turn.State != "replied" || !slices.Equal(turn.outcomes(), []string{"refused", "answered"}) {
		t.Errorf("%+v", turn)
	}
	if lines := h.lines(host.Room()); !strings.HasSuffix(lines[len(lines)-1], ": something new") {
		t.Errorf("%q", lines)
	}
}
