package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"parley/client"
	"parley/internal/llm/llmtest"
)

// badModels is what a model server does wrong, and how the attempts may be
// recorded.
func badModels() map[string]struct {
	reply    llmtest.Reply
	outcomes []string
} {
	line := []byte("data: " + strings.Repeat("x", 10<<20) + "\n\n")
	return map[string]struct {
		reply    llmtest.Reply
		outcomes []string
	}{
		"never answers":            {llmtest.Reply{Does: llmtest.Hangs}, []string{"timeout"}},
		"stops after a token":      {llmtest.Reply{Does: llmtest.Stalls, Text: "one two"}, []string{"timeout"}},
		"breaks off":               {llmtest.Reply{Does: llmtest.Truncates, Text: "one two three four"}, []string{"truncated"}},
		"asks to wait by 429":      {llmtest.Reply{Status: http.StatusTooManyRequests, RetryAfter: "1"}, []string{"rate"}},
		"fails by 500":             {llmtest.Reply{Status: http.StatusInternalServerError}, []string{"overload"}},
		"sends no JSON":            {llmtest.Reply{Does: llmtest.Garbles}, []string{"garbage"}},
		"sends nothing":            {llmtest.Reply{Does: llmtest.Empties}, []string{"empty"}},
		"streams without end":      {llmtest.Reply{Does: llmtest.Rambles, Text: "and so on"}, []string{"truncated", "refused", "garbage", "timeout"}},
		"sends a line without end": {llmtest.Reply{Does: llmtest.Babbles}, []string{"garbage"}},
		"sends a line of 10 MB":    {llmtest.Reply{Does: llmtest.Replays, Raw: line}, []string{"garbage"}},
	}
}

// TestABadModelServerHurtsItsRoomOnly has one room for each thing that a model
// server can do wrong, at once, and a room whose model is well. The bad ones
// get well in the end.
func TestABadModelServerHurtsItsRoomOnly(t *testing.T) {
	var bad atomic.Pointer[map[string]llmtest.Reply] // by room
	bad.Store(&map[string]llmtest.Reply{})
	model := llmtest.NewServer(t, func(c llmtest.Call) llmtest.Reply {
		code, _, _ := strings.Cut(c.Turn, "/")
		if reply, ok := (*bad.Load())[code]; ok {
			return reply
		}
		return llmtest.Reply{Text: fmt.Sprintf("words of call %d", c.N)}
	})
	data := t.TempDir()
	p := start(t, []string{"OPENAI_BASE_URL=" + model.URL}, "--data", data, "--model", "openai:test", "--limits", "off", "--model-timeout", "3s")
	well := newPair(t, p)
	rooms, replies := map[string]*pair{}, map[string]llmtest.Reply{}
	for name, b := range badModels() {
		rooms[name] = newPair(t, p)
		replies[rooms[name].host.Room().Code] = b.reply
	}
	bad.Store(&replies)
	for _, c := range rooms {
		c.say(t, "hello?")
	}
	must(t, model.WaitTotal(t.Context(), len(rooms)))
	const lines = 20
	for n := range lines {
		well.say(t, fmt.Sprintf("line %d", n))
		for _, turn := range settled(t, well.host) {
			if turn.State != "replied" || len(turn.Attempts) != 1 {
				t.Errorf("beside bad models: %+v", turn)
			}
		}
	}
	attempts := 0
	for name, b := range badModels() {
		for _, turn := range settled(t, rooms[name].host) {
			if turn.State != "failed" {
				t.Errorf("a model that %s: the turn %s", name, turn.State)
			}
			for _, a := range turn.Attempts {
				if attempts++; a.Outcome == nil || !slices.Contains(b.outcomes, *a.Outcome) {
					t.Errorf("a model that %s: attempt %d ended by %v", name, a.N, *a.Outcome)
				}
			}
		}
	}
	bad.Store(&map[string]llmtest.Reply{})
	for _, name := range slices.Sorted(maps.Keys(rooms)) {
		rooms[name].say(t, "and now?")
		turns := settled(t, rooms[name].host)
		if last := turns[len(turns)-1]; last.State != "replied" {
			t.Errorf("a model that %s, and then is well: %+v", name, last)
		}
	}
	if again := model.Repeated(); len(again) > 0 {
		t.Errorf("attempts that were sent twice: %v", again)
	}
	peak := p.memory(t, "VmHWM")
	must(t, p.stop())
	r := verifyData(t, data)
	if r.PendingTriggers+r.OpenTurns > 0 || r.WastedCalls != attempts {
		t.Errorf("%d attempts failed; verify: %+v", attempts, r)
	}
	t.Attr("guarantee", "a model server that hangs, stalls, truncates, answers 429 or 500, garbage, nothing, an endless stream, an endless line or 10 MB: the turn ends as failed for a recorded reason, other rooms wait for nothing, the room is well when its model is")
	t.Attr("trials", fmt.Sprintf("%d kinds at once, %d attempts; %d lines in the room beside", len(rooms), attempts, lines))
	t.Attr("result", fmt.Sprintf("0 attempts sent twice, 0 lines beside unanswered; at most %d MB of memory", peak>>10))
}

// pair is an open room with two agents and one person.
type pair struct{ host, kim *client.Seat }

func newPair(t *testing.T, p *process) *pair {
	t.Helper()
	r, err := p.Create(t.Context(), client.Settings{
		"mode": "open", "agents": 2, "seats": 5, "pacing": "instant", "hops": 1, "silence_seconds": 0, "replies_per_minute": 600,
	})
	must(t, err)
	kim, err := r.Join(t.Context(), "Kim")
	must(t, err)
	return &pair{r.Host, kim}
}

func (c *pair) say(t *testing.T, text string) {
	t.Helper()
	_, err := c.kim.Say(t.Context(), text, "")
	must(t, err)
}
