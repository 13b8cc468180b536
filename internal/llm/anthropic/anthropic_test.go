package anthropic_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/llmtest"
)

const turn = "ABC234/Player%203/t7/1"

func request() llm.Request {
	return llm.Request{
		Turn: turn,
		Messages: []llm.Message{
			{Role: llm.System, Text: "Chat."},
			{Role: llm.System, Text: "Be short."},
			{Role: llm.User, Text: "tea or coffee?"},
			{Role: llm.Assistant, Text: " "},
			{Role: llm.User, Text: "well?"},
		},
		MaxTokens:   80,
		Temperature: 1.5,
		Seed:        7,
	}
}

// call makes one attempt against a server that follows the script.
func call(t *testing.T, script llmtest.Reply) (llm.Answer, *llm.Error, *llmtest.Server) {
	t.Helper()
	server := llmtest.NewServer(t, llmtest.Always(script))
	model := anthropic.New(server.Root+"/", "secret", "claude-test")
	t.Cleanup(model.Close)
	answer, err := model.Complete(t.Context(), request())
	failed, is := errors.AsType[*llm.Error](err)
	if err != nil && !is {
		t.Fatalf("error is a %T: %v", err, err)
	}
	if got := server.Total(); got != 1 {
		t.Errorf("%d requests on the wire, want 1", got)
	}
	return answer, failed, server
}

// connect makes the connector for the suite that all are held to.
func connect(tb testing.TB) llmtest.Connect {
	tb.Helper()
	return func(root string) llm.Model {
		model := anthropic.New(root, "secret", "claude-test")
		tb.Cleanup(model.Close)
		return model
	}
}

func TestConnector(t *testing.T) { llmtest.TestConnector(t, connect(t)) }

func FuzzStream(f *testing.F) {
	llmtest.FuzzStream(f, connect(f), "data: null\n\ndata: {}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
}

func TestAnswer(t *testing.T) {
	answer, failed, server := call(t, llmtest.Reply{Text: "tea, of course"})
	if failed != nil {
		t.Fatal(failed)
	}
	want := llm.Answer{Text: "tea, of course", PromptTokens: 100, CompletionTokens: 3}
	if diff := cmp.Diff(want, answer); diff != "" {
		t.Error(diff)
	}
	got := server.Calls()[0]
	for name, want := range map[string]string{
		"X-Api-Key": "secret", "Anthropic-Version": "2023-06-01", "Content-Type": "application/json",
		llm.TurnHeader: turn, "Authorization": "",
	} {
		if value := got.Header.Get(name); value != want {
			t.Errorf("%s: %q, want %q", name, value, want)
		}
	}
	var body map[string]any
	if err := json.Unmarshal(got.Body, &body); err != nil {
		t.Fatal(err)
	}
	wantBody := map[string]any{
		"model": "claude-test", "stream": true, "max_tokens": 2128.0, "temperature": 1.0, "system": "Chat.\n\nBe short.",
		"messages": []any{
			map[string]any{"role": "user", "content": "tea or coffee?"}, map[string]any{"role": "user", "content": "well?"},
		},
	}
	if diff := cmp.Diff(wantBody, body); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutAKeyNoneIsSent(t *testing.T) {
	server := llmtest.NewServer(t, llmtest.Always(llmtest.Reply{}))
	model := anthropic.New(server.Root, "", "m")
	defer model.Close()
	if _, err := model.Complete(t.Context(), request()); err != nil {
		t.Fatal(err)
	}
	if _, sent := server.Calls()[0].Header["X-Api-Key"]; sent {
		t.Error("an empty key was sent")
	}
}

// A model that thinks first, and reads most of its prompt from a cache.
func TestThoughtsAreTokensAndNoText(t *testing.T) {
	raw, err := os.ReadFile("testdata/thinking.sse")
	if err != nil {
		t.Fatal(err)
	}
	answer, failed, _ := call(t, llmtest.Reply{Does: llmtest.Replays, Raw: raw})
	if failed != nil {
		t.Fatal(failed)
	}
	want := llm.Answer{Text: "tea, always", PromptTokens: 31, CompletionTokens: 42}
	if diff := cmp.Diff(want, answer); diff != "" {
		t.Error(diff)
	}
}

func TestCutStreamsAreTruncatedWhereverTheyAreCut(t *testing.T) {
	raw, err := os.ReadFile("testdata/thinking.sse")
	if err != nil {
		t.Fatal(err)
	}
	events := strings.SplitAfter(string(raw), "\n\n")
	for n, event := range events {
		if strings.Contains(event, "message_delta") {
			break
		}
		_, failed, _ := call(t, llmtest.Reply{Does: llmtest.Replays, Raw: []byte(strings.Join(events[:n], ""))})
		if failed == nil || failed.Class != llm.Truncated {
			t.Errorf("after %d events: %v", n, failed)
		} else if started := n >= 4; failed.Started != started {
			t.Errorf("after %d events: started %v", n, failed.Started)
		}
	}
}

func TestFailures(t *testing.T) {
	tell := func(kind string) llmtest.Reply {
		return llmtest.Reply{Does: llmtest.Replays, Raw: []byte(`event: error
data: {"type":"error","error":{"type":"` + kind + `","message":"no"}}

`)}
	}
	tests := []struct {
		name    string
		reply   llmtest.Reply
		class   llm.Class
		started bool
	}{
		{"length", llmtest.Reply{Text: "well, I", Finish: "max_tokens"}, llm.Truncated, true},
		{"context", llmtest.Reply{Text: "well, I", Finish: "model_context_window_exceeded"}, llm.Truncated, true},
		{"refusal", llmtest.Reply{Text: "well", Finish: "refusal"}, llm.Failed, true},
		{"overloaded", tell("overloaded_error"), llm.Overload, false},
		{"rate", tell("rate_limit_error"), llm.Rate, false},
		{"key", tell("authentication_error"), llm.Auth, false},
		{"trouble", tell("api_error"), llm.Overload, false},
		{"slow", tell("timeout_error"), llm.Timeout, false},
		{"wrong", tell("invalid_request_error"), llm.Failed, false},
		{"wrong kind of JSON", llmtest.Reply{Does: llmtest.Replays, Raw: []byte("data: [7]\n\n")}, llm.Garbage, false},
	}
	for _, test := range tests {
		answer, failed, _ := call(t, test.reply)
		if failed == nil {
			t.Errorf("%s: answered %+v", test.name, answer)
		} else if failed.Class != test.class || failed.Started != test.started {
			t.Errorf("%s: class %s, started %v: %v", test.name, failed.Class, failed.Started, failed)
		}
	}
}
