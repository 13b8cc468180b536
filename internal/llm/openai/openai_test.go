package openai_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/openai"
)

const turn = "ABC234/Player%203/t7/1"

func request() llm.Request {
	return llm.Request{
		Turn:        turn,
		Messages:    []llm.Message{{Role: llm.System, Text: "Chat."}, {Role: llm.User, Text: "tea or coffee?"}},
		MaxTokens:   80,
		Temperature: 0.5,
		Seed:        7,
	}
}

// call makes one attempt against a server that follows the script.
func call(t *testing.T, script llmtest.Reply) (llm.Answer, *llm.Error, *llmtest.Server) {
	t.Helper()
	server := llmtest.NewServer(t, llmtest.Always(script))
	model := openai.New(server.URL, "secret", "gpt-test")
	t.Cleanup(model.Close)
	answer, err := model.Complete(t.Context(), request())
	var failed *llm.Error
	if err != nil && !errors.As(err, &failed) {
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
		model := openai.New(root+"/v1", "secret", "gpt-test")
		tb.Cleanup(model.Close)
		return model
	}
}

func TestConnector(t *testing.T) { llmtest.TestConnector(t, connect(t)) }

func FuzzStream(f *testing.F) {
	llmtest.FuzzStream(f, connect(f), "data: null\n\ndata: {}\n\ndata: [DONE]\n\n")
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
	if got.Turn != turn {
		t.Errorf("turn header %q", got.Turn)
	}
	if auth := got.Header.Get("Authorization"); auth != "Bearer secret" {
		t.Errorf("authorization %q", auth)
	}
	if got.Header.Get("Idempotency-Key") != "" {
		t.Error("an idempotency key lets net/http repeat the request")
	}
	prompt := got.Prompt
	if prompt.Model != "gpt-test" || !prompt.Stream || !prompt.StreamOptions.IncludeUsage ||
		prompt.MaxTokens != 80 || prompt.Temperature != 0.5 || *prompt.Seed != 7 || prompt.Last() != "tea or coffee?" {
		t.Errorf("body %s", got.Body)
	}
}

func TestTokensAreEstimatedWhenTheServerSendsNone(t *testing.T) {
	answer, failed, _ := call(t, llmtest.Reply{Text: "grüße, alle", NoUsage: true})
	if failed != nil {
		t.Fatal(failed)
	}
	want := llm.Answer{Text: "grüße, alle", PromptTokens: 6, CompletionTokens: 3}
	if diff := cmp.Diff(want, answer); diff != "" {
		t.Error(diff)
	}
}

func TestReasoningModelsTakeOtherWords(t *testing.T) {
	server := llmtest.NewServer(t, llmtest.Always(llmtest.Reply{}))
	model := openai.New(server.URL, "", "gpt-5-mini")
	defer model.Close()
	if _, err := model.Complete(t.Context(), request()); err != nil {
		t.Fatal(err)
	}
	prompt := server.Calls()[0].Prompt
	if prompt.MaxTokens != 0 || prompt.MaxCompletion <= 80 || prompt.Temperature != 0 {
		t.Errorf("%+v", prompt)
	}
	if _, sent := server.Calls()[0].Header["Authorization"]; sent {
		t.Error("an empty key was sent")
	}
}

func TestDialects(t *testing.T) {
	files, err := filepath.Glob("testdata/*.sse")
	if err != nil || len(files) < 4 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			answer, failed, _ := call(t, llmtest.Reply{Does: llmtest.Replays, Raw: raw})
			if failed != nil {
				t.Fatal(failed)
			}
			want := llm.Answer{Text: "tea, always", PromptTokens: 31, CompletionTokens: 3}
			if diff := cmp.Diff(want, answer); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCutStreamsAreTruncatedWhereverTheyAreCut(t *testing.T) {
	raw, err := os.ReadFile("testdata/openai.sse")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(raw), "\n")
	for n := range 6 { // up to just before the finish reason
		cut := []byte(strings.Join(lines[:n], ""))
		answer, failed, _ := call(t, llmtest.Reply{Does: llmtest.Replays, Raw: cut})
		if failed == nil || failed.Class != llm.Truncated {
			t.Errorf("after %d lines: %+v, %v", n, answer, failed)
		} else if started := n >= 3; failed.Started != started {
			t.Errorf("after %d lines: started %v", n, failed.Started)
		}
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	raw := func(s string) llmtest.Reply { return llmtest.Reply{Does: llmtest.Replays, Raw: []byte(s)} }
	tests := []struct {
		name    string
		reply   llmtest.Reply
		class   llm.Class
		started bool
	}{
		{"length", llmtest.Reply{Text: "well, I", Finish: "length"}, llm.Truncated, true},
		{"filtered", llmtest.Reply{Text: "well", Finish: "content_filter"}, llm.Failed, true},
		{"wrong kind of JSON", raw("data: {\"choices\":[{\"delta\":{\"content\":7}}]}\n\ndata: [DONE]\n"), llm.Garbage, false},
		{"not a stream", raw(`{"choices":[{"message":{"content":"hi"}}]}`), llm.Garbage, false},
		{"only the end", raw("data: [DONE]\n\n"), llm.Empty, false},
		{"error inside", raw("data: {\"error\":{\"message\":\"slow down\",\"code\":429}}\n\n"), llm.Rate, false},
		{"error inside, worded", raw("data: {\"error\":{\"message\":\"x\",\"type\":\"server_error\"}}\n\n"), llm.Overload, false},
		{"error event", raw("error: {\"code\":503,\"message\":\"loading model\"}\n\n"), llm.Overload, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			answer, failed, _ := call(t, test.reply)
			if failed == nil {
				t.Fatalf("answered %+v", answer)
			}
			if failed.Class != test.class || failed.Started != test.started {
				t.Errorf("class %s, started %v: %v", failed.Class, failed.Started, failed)
			}
			if len(failed.Error()) > 8<<10 {
				t.Errorf("error text of %d bytes", len(failed.Error()))
			}
			if failed.CompletionTokens > 16<<10/4+256 {
				t.Errorf("%d tokens of text were kept", failed.CompletionTokens)
			}
			if test.started && (failed.PromptTokens == 0 || failed.CompletionTokens == 0) {
				t.Errorf("an attempt that had begun costs tokens: %+v", failed)
			}
		})
	}
}

func TestDoneWithoutAReasonIsComplete(t *testing.T) {
	raw := "data: {\"choices\":[{\"delta\":{\"content\":\"yes\"}}]}\n\ndata: [DONE]\n\n"
	answer, failed, _ := call(t, llmtest.Reply{Does: llmtest.Replays, Raw: []byte(raw)})
	if failed != nil || answer.Text != "yes" {
		t.Fatalf("%+v, %v", answer, failed)
	}
}
