package llmtest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/llm"
)

// A server that closes connections it had promised to keep is what makes
// net/http send a request again. This one does so whenever a second request
// arrives on a connection, after reading it: not answered, but counted.
func testNoRequestTwice(t *testing.T, connect Connect) {
	t.Helper()
	var listenConfig net.ListenConfig
	listener, err := listenConfig.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() //nolint:errcheck // the test is over
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
	model := connect("http://" + listener.Addr().String())
	const calls = 40
	var failed int
	for range calls {
		_, err := model.Complete(t.Context(), request())
		if err != nil && !llm.Retryable(err) {
			t.Fatal(err)
		}
		if err != nil {
			failed++
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
	defer conn.Close() //nolint:errcheck // nothing is lost with it
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
		body := yes(req)
		resp := &http.Response{
			StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1,
			Header:        http.Header{"Content-Type": {"text/event-stream"}},
			Body:          io.NopCloser(strings.NewReader(body)),
			ContentLength: int64(len(body)),
		}
		if resp.Write(conn) != nil {
			return
		}
	}
}

// yes is a whole answer to a request, in its dialect.
func yes(r *http.Request) string {
	d := dialectOf(r)
	return d.open() + d.word("yes") + d.finish(Reply{}, 1)
}

// A server that takes its time to close a stream of which it has marked the end
// is waited for, so that the connection serves the next call.
func testConnectionsUsedAgain(t *testing.T, connect Connect) {
	t.Helper()
	root := newSite(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, yes(r)) //nolint:gosec // nothing of the request is in it
		_ = http.NewResponseController(w).Flush()
		_ = Delay(r.Context(), 10*time.Millisecond)
	}))
	model := connect(root)
	var mu sync.Mutex
	ports := map[string]bool{}
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			mu.Lock()
			defer mu.Unlock()
			ports[info.Conn.LocalAddr().String()] = true
		},
	})
	for range 10 {
		if _, err := model.Complete(ctx, request()); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(ports) > 3 {
		t.Errorf("10 calls one after another took %d connections", len(ports))
	}
}
