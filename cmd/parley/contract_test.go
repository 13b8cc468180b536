package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"parley/client"
	"parley/internal/llm/llmtest"
)

// house is a server, and the model that its agents call. The tests that begin
// with TestContract hold it to what the public contract says, from outside.
type house struct {
	*process
	t     *testing.T
	model *llmtest.Server
}

func newHouse(t *testing.T, script llmtest.Script) *house {
	t.Helper()
	h := &house{t: t, model: llmtest.NewServer(t, script)}
	env := []string{"OPENAI_BASE_URL=" + h.model.URL, "ANTHROPIC_BASE_URL=" + h.model.Root}
	h.process = start(t, env, "--data", t.TempDir(), "--model", "openai:test", "--limits", "off", "--log-level", "warn")
	return h
}

// open makes an open room with agents that answer people at once, and seats Kim.
func (h *house) open(settings client.Settings) (host, kim *client.Seat) {
	h.t.Helper()
	all := client.Settings{
		"mode": "open", "agents": 1, "seats": 3, "pacing": "instant", "hops": 1, "silence_seconds": 0, "replies_per_minute": 600,
	}
	maps.Copy(all, settings)
	r, err := h.Create(h.t.Context(), all)
	if err != nil {
		h.t.Fatal(err)
	}
	kim, err = r.Join(h.t.Context(), "Kim")
	if err != nil {
		h.t.Fatal(err)
	}
	return r.Host, kim
}

func (h *house) say(seat *client.Seat, text string) uint64 {
	h.t.Helper()
	seq, err := seat.Say(h.t.Context(), text, "")
	if err != nil {
		h.t.Fatal(err)
	}
	return seq
}

func (h *house) act(seat *client.Seat, path ...string) {
	h.t.Helper()
	if err := seat.Act(h.t.Context(), path...); err != nil {
		h.t.Fatal(err)
	}
}

// turnFull is a turn as /turns tells it.
type turnFull struct {
	Turn     string
	Agent    string
	Covers   []any
	State    string
	Reply    *uint64 `json:"reply_seq"`
	Reason   *string
	Attempts []attemptFull
}

type attemptFull struct {
	N                int
	Model, Node      string
	StartedAt        string  `json:"started_at"`
	EndedAt          *string `json:"ended_at"`
	PromptTokens     int     `json:"prompt_tokens"`
	CompletionTokens int     `json:"completion_tokens"`
	Outcome          *string
}

// outcomes gives the outcomes of the attempts, "-" for one that runs.
func (t turnFull) outcomes() []string {
	var out []string
	for _, a := range t.Attempts {
		if a.Outcome == nil {
			out = append(out, "-")
		} else {
			out = append(out, *a.Outcome)
		}
	}
	return out
}

func (t turnFull) why() string {
	if t.Reason == nil {
		return ""
	}
	return *t.Reason
}

// turns waits until enough says so of the room's turns, and returns them.
func (h *house) turns(host *client.Seat, enough func([]turnFull) bool) []turnFull {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var got struct{ Turns []turnFull }
		if err := host.Room().Get(h.t.Context(), host.Token, &got, "turns"); err != nil {
			h.t.Fatal(err)
		}
		if enough(got.Turns) {
			return got.Turns
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			h.t.Fatalf("the turns stay %+v", got.Turns)
		}
	}
}

// ended says whether there are n turns and all have ended.
func ended(n int) func([]turnFull) bool {
	return func(turns []turnFull) bool {
		open := func(t turnFull) bool { return t.State == "open" }
		return len(turns) >= n && !slices.ContainsFunc(turns, open)
	}
}

// request sends one request and returns the status and the answer.
func (h *house) request(method, path, token string, body any) (status int, answer []byte) {
	h.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		h.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.base+path, bytes.NewReader(b))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return res.StatusCode, out
}

// lines returns what was said in a room, oldest first, as "Player: text".
func (h *house) lines(r *client.Room) []string {
	h.t.Helper()
	var out []string
	for _, e := range everything(h.t, r) {
		if e.Type == "message" {
			out = append(out, e.Player+": "+e.Text)
		}
	}
	return out
}
