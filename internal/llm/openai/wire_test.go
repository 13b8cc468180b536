package openai_test

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/internal/llm/openai"
)

func TestDeadlines(t *testing.T) {
	const short = 50 * time.Millisecond
	tests := []struct {
		name    string
		reply   llmtest.Reply
		change  func(*llm.Request)
		started bool
	}{
		{"no first token", llmtest.Reply{Does: llmtest.Hangs}, func(r *llm.Request) { r.FirstToken = short }, false},
		{"no next token", llmtest.Reply{Does: llmtest.Stalls}, func(r *llm.Request) { r.NextToken = short }, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, failed, server := call(t, test.reply, test.change)
			if failed == nil || failed.Class != llm.Timeout || failed.Started != test.started {
				t.Fatalf("%+v", failed)
			}
			if err := server.WaitIdle(t.Context()); err != nil { // the server saw the connection close
				t.Fatal(err)
			}
		})
	}
}

func TestCommentsAreNoTokens(t *testing.T) {
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(": wait\n\n"))
			_ = http.NewResponseController(w).Flush()
			_ = llmtest.Delay(r.Context(), 5*time.Millisecond)
		}
	}))
	req := request()
	req.FirstToken = 100 * time.Millisecond
	_, err := openai.New(url, "", "m").Complete(t.Context(), req)
	if llm.ClassOf(err) != llm.Timeout || !llm.Retryable(err) {
		t.Fatal(err)
	}
}

func TestTokensThatKeepComingKeepTheCallAlive(t *testing.T) {
	reply := llmtest.Reply{Text: "a b c d e f", Gap: 60 * time.Millisecond}
	_, failed, _ := call(t, reply, func(r *llm.Request) {
		r.FirstToken, r.NextToken = 250*time.Millisecond, 250*time.Millisecond
	})
	if failed != nil {
		t.Fatal(failed)
	}
}

func TestTheCallersDeadlineIsATimeout(t *testing.T) {
	server := llmtest.NewServer(t, llmtest.Always(llmtest.Reply{Does: llmtest.Hangs}))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := openai.New(server.URL, "", "m").Complete(ctx, request())
	if llm.ClassOf(err) != llm.Timeout {
		t.Fatal(err)
	}
}

func TestCancellationClosesTheConnection(t *testing.T) {
	for _, does := range []llmtest.Does{llmtest.Hangs, llmtest.Stalls, llmtest.Rambles} {
		server := llmtest.NewServer(t, llmtest.Always(llmtest.Reply{Does: does, Gap: time.Millisecond, Text: "a b"}))
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error, 1)
		go func() {
			_, err := openai.New(server.URL, "", "m").Complete(ctx, request())
			result <- err
		}()
		if err := server.WaitTotal(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := <-result; llm.ClassOf(err) != llm.Cancelled {
			t.Errorf("%d: %v", does, err)
		}
		if err := server.WaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// A server that closes connections it had promised to keep is what makes
// net/http send a request again. This one does so whenever a second request
// arrives on a connection, after reading it: not answered, but counted.
func TestNoRequestIsSentTwice(t *testing.T) {
	var listenConfig net.ListenConfig
	listener, err := listenConfig.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var seen atomic.Int64
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go answerOnce(conn, &seen)
		}
	}()
	model := openai.New("http://"+listener.Addr().String()+"/v1", "", "m")
	defer model.Close()
	const calls = 40
	var answered, failed int
	for range calls {
		_, err := model.Complete(t.Context(), request())
		switch {
		case err == nil:
			answered++
		case llm.Retryable(err):
			failed++
		default:
			t.Fatal(err)
		}
	}
	if got := seen.Load(); got > calls {
		t.Errorf("%d calls made %d requests", calls, got)
	}
	if failed == 0 {
		t.Error("no connection was used twice: the test shows nothing")
	}
}

// answerOnce answers the first request of a connection and closes it in the
// face of the second.
func answerOnce(conn net.Conn, seen *atomic.Int64) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for n := range 2 {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if _, err := in.Discard(int(req.ContentLength)); err != nil {
			return
		}
		seen.Add(1)
		if n == 1 {
			return
		}
		body := "data: {\"choices\":[{\"delta\":{\"content\":\"yes\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
		resp := &http.Response{
			StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1,
			Header:        http.Header{"Content-Type": {"text/event-stream"}},
			Body:          http.NoBody,
			ContentLength: 0,
		}
		resp.Body, resp.ContentLength = bodyOf(body), int64(len(body))
		if resp.Write(conn) != nil {
			return
		}
	}
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("data: {\"choices\":[{\"delta\":{\"content\":\"yes\"}}]}\n\ndata: [DONE]\n\n"))
		_ = http.NewResponseController(w).Flush()
		_ = llmtest.Delay(r.Context(), 10*time.Millisecond)
	}))
	model := openai.New(url, "", "m")
	defer model.Close()
	ports := map[string]bool{}
	var mu sync.Mutex
	count := &countingDialer{used: func(addr string) { mu.Lock(); ports[addr] = true; mu.Unlock() }}
	for range 10 {
		if _, err := model.Complete(count.trace(t.Context()), request()); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(ports) > 3 {
		t.Errorf("10 calls one after another took %d connections", len(ports))
	}
}

func TestAServerThatDoesNotCloseIsNotWaitedFor(t *testing.T) {
	raw := []byte("data: {\"choices\":[{\"delta\":{\"content\":\"yes\"},\"finish_reason\":\"stop\"}]}\n\n")
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(raw)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	url := serve(t, handler)
	start := time.Now()
	answer, err := openai.New(url, "", "m").Complete(t.Context(), request())
	if err != nil || answer.Text != "yes" {
		t.Fatalf("%+v, %v", answer, err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

// Streams without text and without an end: what keeps a connection open, and
// thoughts that lead nowhere.
func TestStreamsAreBounded(t *testing.T) {
	for _, piece := range []string{
		": " + strings.Repeat("wait", 500) + "\n\n",
		"data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"" + strings.Repeat("hm", 1000) + "\"}}]}\n\n",
	} {
		chunk := []byte(strings.Repeat(piece, 10))
		url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		_, err := openai.New(url, "", "m").Complete(ctx, request())
		cancel()
		if llm.ClassOf(err) != llm.Truncated {
			t.Errorf("%.60q: %v", piece, err)
		}
	}
}

func TestErrorBodiesAreBounded(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		junk := make([]byte, 64<<10)
		for r.Context().Err() == nil {
			if _, err := w.Write(junk); err != nil {
				return
			}
		}
	})
	_, err := openai.New(serve(t, handler), "", "m").Complete(t.Context(), request())
	var failed *llm.Error
	if !errors.As(err, &failed) || failed.Class != llm.Overload || len(failed.Error()) > 8<<10 {
		t.Fatalf("%d bytes of error: %.200v", len(err.Error()), err)
	}
}
