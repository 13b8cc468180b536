package llmtest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/internal/llm"
)

// Connect makes the connector under test: a model of the server at root, an
// address without a path.
type Connect func(root string) llm.Model

// TestConnector holds a connector to what all connectors over HTTP promise: one
// request an attempt, with the turn's header; every failure in its class; the
// deadlines; a cancelled call closes its connection.
func TestConnector(t *testing.T, connect Connect) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(t *testing.T, connect Connect)
	}{
		{"failures have their class", testFailures},
		{"Retry-After is read", testRetryAfter},
		{"tokens have deadlines", testDeadlines},
		{"cancellation closes the connection", testCancellation},
		{"nobody there is a failure", testNobodyThere},
		{"errors are bounded", testLongErrors},
		{"no request is sent twice", testNoRequestTwice},
		{"connections are used again", testConnectionsUsedAgain},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, connect) })
	}
}

const turn = "ABC234/Player%203/t7/1"

func request() llm.Request {
	return llm.Request{
		Turn:      turn,
		Messages:  []llm.Message{{Role: llm.System, Text: "Chat."}, {Role: llm.User, Text: "tea or coffee?"}},
		MaxTokens: 80,
	}
}

// attempt makes one attempt against a server that follows the script, and
// counts its requests.
func attempt(t *testing.T, connect Connect, reply Reply, change func(*llm.Request)) (*llm.Error, *Server) {
	t.Helper()
	server := NewServer(t, Always(reply))
	req := request()
	if change != nil {
		change(&req)
	}
	_, err := connect(server.Root).Complete(t.Context(), req)
	failed, is := errors.AsType[*llm.Error](err)
	if err != nil && !is {
		t.Fatalf("error is a %T: %v", err, err)
	}
	if got := server.Total(); got != 1 {
		t.Errorf("%d requests on the wire, want 1", got)
	}
	call := server.Calls()[0]
	if call.Turn != turn || call.Header.Get("Idempotency-Key") != "" { // with such a key net/http repeats a request
		t.Errorf("turn header %q, idempotency key %q", call.Turn, call.Header.Get("Idempotency-Key"))
	}
	return failed, server
}

func testFailures(t *testing.T, connect Connect) {
	t.Helper()
	raw := func(s string) Reply { return Reply{Does: Replays, Raw: []byte(s)} }
	tests := []struct {
		name    string
		reply   Reply
		class   llm.Class
		started bool
	}{
		{"400", Reply{Status: 400}, llm.Failed, false},
		{"401", Reply{Status: 401}, llm.Auth, false},
		{"403", Reply{Status: 403}, llm.Auth, false},
		{"404", Reply{Status: 404}, llm.Failed, false},
		{"408", Reply{Status: 408}, llm.Timeout, false},
		{"429", Reply{Status: 429}, llm.Rate, false},
		{"500", Reply{Status: 500}, llm.Overload, false},
		{"502", Reply{Status: 502}, llm.Overload, false},
		{"503", Reply{Status: 503}, llm.Overload, false},
		{"504", Reply{Status: 504}, llm.Overload, false},
		{"529", Reply{Status: 529}, llm.Overload, false},
		{"redirect", Reply{Status: 307}, llm.Failed, false},
		{"cut", Reply{Does: Truncates, Text: "one two three"}, llm.Truncated, true},
		{"cut at once", raw(""), llm.Truncated, false},
		{"endless", Reply{Does: Rambles, Text: strings.Repeat("blah ", 200)}, llm.Truncated, true},
		{"endless line", Reply{Does: Babbles}, llm.Garbage, false},
		{"broken JSON", Reply{Does: Garbles}, llm.Garbage, false},
		{"a web page", raw("<!DOCTYPE html>\n<p>Log in</p>\n"), llm.Garbage, false},
		{"empty", Reply{Does: Empties}, llm.Empty, false},
		{"blank", Reply{Text: " \n "}, llm.Empty, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			failed, _ := attempt(t, connect, test.reply, nil)
			if failed == nil {
				t.Fatal("answered")
			}
			if failed.Class != test.class || failed.Started != test.started {
				t.Errorf("class %s, started %v: %v", failed.Class, failed.Started, failed)
			}
			if len(failed.Error()) > 8<<10 {
				t.Errorf("error text of %d bytes", len(failed.Error()))
			}
			if test.started && (failed.PromptTokens == 0 || failed.CompletionTokens == 0) {
				t.Errorf("an attempt that had begun costs tokens: %+v", failed)
			}
			if failed.CompletionTokens > 16<<10/4+256 {
				t.Errorf("%d tokens of text were kept", failed.CompletionTokens)
			}
		})
	}
}

func testRetryAfter(t *testing.T, connect Connect) {
	t.Helper()
	later := time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat)
	past := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)
	tests := []struct {
		header   string
		from, to time.Duration
	}{
		{"17", 17 * time.Second, 17 * time.Second},
		{"0.5", 500 * time.Millisecond, 500 * time.Millisecond},
		{later, 0, 90 * time.Second},
		{past, 0, 0},
		{"-3", 0, 0},
		{"soon", 0, 0},
		{"", 0, 0},
		{"99999999999999", 24 * time.Hour, 24 * time.Hour},
		{"NaN", 0, 0},
	}
	for _, test := range tests {
		failed, _ := attempt(t, connect, Reply{Status: 429, RetryAfter: test.header}, nil)
		if failed.RetryAfter < test.from || failed.RetryAfter > test.to {
			t.Errorf("Retry-After %q read as %v", test.header, failed.RetryAfter)
		}
	}
}

func testDeadlines(t *testing.T, connect Connect) {
	t.Helper()
	const short = 50 * time.Millisecond
	tests := []struct {
		name    string
		reply   Reply
		change  func(*llm.Request)
		started bool
	}{
		{"no first token", Reply{Does: Hangs}, func(r *llm.Request) { r.FirstToken = short }, false},
		{"no next token", Reply{Does: Stalls}, func(r *llm.Request) { r.NextToken = short }, true},
	}
	for _, test := range tests {
		failed, server := attempt(t, connect, test.reply, test.change)
		if failed == nil || failed.Class != llm.Timeout || failed.Started != test.started {
			t.Errorf("%s: %+v", test.name, failed)
		}
		if err := server.WaitIdle(t.Context()); err != nil { // the server saw the connection close
			t.Fatal(err)
		}
	}
	reply := Reply{Text: "a b c d e f", Gap: 60 * time.Millisecond}
	failed, _ := attempt(t, connect, reply, func(r *llm.Request) { r.FirstToken, r.NextToken = 250*time.Millisecond, 250*time.Millisecond })
	if failed != nil {
		t.Errorf("tokens that keep coming: %v", failed)
	}
	comments := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(": wait\n\n"))
			_ = http.NewResponseController(w).Flush()
			_ = Delay(r.Context(), 5*time.Millisecond)
		}
	}))
	req := request()
	req.FirstToken = 2 * short
	if _, err := connect(comments).Complete(t.Context(), req); llm.ClassOf(err) != llm.Timeout || !llm.Retryable(err) {
		t.Errorf("comments counted as tokens: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), short)
	defer cancel()
	server := NewServer(t, Always(Reply{Does: Hangs}))
	if _, err := connect(server.Root).Complete(ctx, request()); llm.ClassOf(err) != llm.Timeout {
		t.Errorf("the caller's deadline: %v", err)
	}
}

func testCancellation(t *testing.T, connect Connect) {
	t.Helper()
	for _, does := range []Does{Hangs, Stalls, Rambles} {
		server := NewServer(t, Always(Reply{Does: does, Gap: time.Millisecond, Text: "a b"}))
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error, 1)
		go func() {
			_, err := connect(server.Root).Complete(ctx, request())
			result <- err
		}()
		if err := server.WaitTotal(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := <-result; llm.ClassOf(err) != llm.Cancelled {
			t.Errorf("%d: %v", does, err)
		}
		if err := server.WaitIdle(t.Context()); err != nil { // the server saw the connection close
			t.Fatal(err)
		}
	}
	server := NewServer(t, Always(Reply{}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := connect(server.Root).Complete(ctx, request()); llm.ClassOf(err) != llm.Cancelled || server.Total() != 0 {
		t.Errorf("cancelled before it began: %v after %d requests", err, server.Total())
	}
}

func testNobodyThere(t *testing.T, connect Connect) {
	t.Helper()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	if _, err := connect(closed.URL).Complete(t.Context(), request()); llm.ClassOf(err) != llm.Failed || !llm.Retryable(err) {
		t.Fatal(err)
	}
}

func testLongErrors(t *testing.T, connect Connect) {
	t.Helper()
	root := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		junk := make([]byte, 64<<10)
		for r.Context().Err() == nil {
			if _, err := w.Write(junk); err != nil {
				return
			}
		}
	}))
	_, err := connect(root).Complete(t.Context(), request())
	if llm.ClassOf(err) != llm.Overload || len(err.Error()) > 8<<10 {
		t.Fatalf("%d bytes of error: %.200v", len(err.Error()), err)
	}
}

// newSite starts a server that ends with the test, and gives its address.
func newSite(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}
