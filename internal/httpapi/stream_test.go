package httpapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"

	"parley/internal/httpapi"
)

// patience is how long a test waits for something that is bound to happen.
const patience = 20 * time.Second

func (w *world) dial(code string, after any, options ...option) (*websocket.Conn, reply) {
	w.t.Helper()
	req, err := http.NewRequest(http.MethodGet, fmt.Sprintf("%s/v1/rooms/%s/ws?after=%v", w.http.URL, code, after), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, o := range options {
		o(req)
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	conn, res, err := websocket.Dial(ctx, req.URL.String(), &websocket.DialOptions{HTTPHeader: req.Header, Subprotocols: []string{"parley.v1"}})
	if res == nil {
		w.t.Fatal(err)
	}
	if res.Body != nil {
		defer res.Body.Close()
	}
	r := reply{status: res.StatusCode, header: res.Header}
	if err != nil {
		return nil, r
	}
	conn.SetReadLimit(1 << 20)
	w.t.Cleanup(func() { _ = conn.CloseNow() })
	return conn, r
}

func (w *world) mustDial(code string, after any, options ...option) *websocket.Conn {
	w.t.Helper()
	conn, r := w.dial(code, after, options...)
	if conn == nil {
		w.t.Fatalf("no socket: status %d", r.status)
	}
	return conn
}

// readFrame returns the next frame, or the code that the socket was closed with.
func (w *world) readFrame(conn *websocket.Conn) (string, websocket.StatusCode) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	_, b, err := conn.Read(ctx)
	if err == nil {
		return string(b), 0
	}
	if ctx.Err() != nil {
		w.t.Fatal("nothing came")
	}
	return err.Error(), websocket.CloseStatus(err)
}

// waitFor reads frames until one is of the type, and returns it.
func (w *world) waitFor(conn *websocket.Conn, kind string) map[string]any {
	w.t.Helper()
	for {
		text, code := w.readFrame(conn)
		if code != 0 {
			w.t.Fatalf("closed with %d while waiting for %s", code, kind)
		}
		var f map[string]any
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			w.t.Fatalf("not JSON: %q", text)
		}
		if f["type"] == kind {
			return f
		}
	}
}

func (w *world) write(conn *websocket.Conn, text string) {
	w.t.Helper()
	if err := conn.Write(w.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		w.t.Fatal(err)
	}
}

// stored keeps frames that have a seq.
func stored(frames []string) []string {
	var out []string
	for _, f := range frames {
		if strings.HasPrefix(f, `{"seq":`) {
			out = append(out, f)
		}
	}
	return out
}

func (w *world) bySocket(code string, after int) []string {
	w.t.Helper()
	conn := w.mustDial(code, after)
	var out []string
	for {
		text, closed := w.readFrame(conn)
		if closed != 0 {
			if closed != websocket.StatusNormalClosure {
				w.t.Fatalf("closed with %d", closed)
			}
			return out
		}
		out = append(out, text)
	}
}

// bySSE reads an event stream to its end. With a header it comes back.
func (w *world) bySSE(path string, options ...option) (frames []string, lastID int) {
	w.t.Helper()
	r := w.want(200, "GET", path, nil, append(options, header("Accept", "text/event-stream"))...)
	if got := r.header.Get("Content-Type"); got != "text/event-stream" {
		w.t.Fatalf("content type %q", got)
	}
	lines := bufio.NewScanner(strings.NewReader(string(r.body)))
	for lines.Scan() {
		if id, is := strings.CutPrefix(lines.Text(), "id: "); is {
			lastID, _ = strconv.Atoi(id)
		}
		if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
			frames = append(frames, data)
		}
	}
	return frames, lastID
}

func (w *world) byPoll(code string, after int) []string {
	w.t.Helper()
	var out []string
	for {
		var page struct {
			Events []json.RawMessage
			Next   int
		}
		r := w.want(200, "GET", fmt.Sprintf("/v1/rooms/%s/events?after=%d", code, after), nil)
		if err := json.Unmarshal(r.body, &page); err != nil {
			w.t.Fatal(err)
		}
		if len(page.Events) == 0 {
			if page.Next != after {
				w.t.Errorf("next is %d after %d", page.Next, after)
			}
			return out
		}
		for _, e := range page.Events {
			out = append(out, string(e))
		}
		after = page.Next
	}
}

// TestOneStream reads the same room in all three ways, from each of its seqs.
func TestOneStream(t *testing.T) {
	w := newWorld(t)
	code, hostToken := w.open()
	_, ann := w.join(code, map[string]any{"name": "Ann"})
	for i := range 20 {
		w.say(code, ann, fmt.Sprintf("line %d <&> \"ä\"\u2028", i))
	}
	w.want(200, "POST", "/v1/rooms/"+code+"/end", nil, token(hostToken))
	all := w.byPoll(code, 0)
	for i, e := range all {
		if !strings.HasPrefix(e, fmt.Sprintf(`{"seq":%d,`, i+1)) {
			t.Errorf("event %d is %s", i+1, e)
		}
	}
	for after := range len(all) + 1 {
		want := all[after:]
		if len(want) == 0 {
			want = nil
		}
		if diff := cmp.Diff(want, w.byPoll(code, after)); diff != "" {
			t.Errorf("poll after %d: %s", after, diff)
		}
		if diff := cmp.Diff(want, w.bySocket(code, after)); diff != "" {
			t.Errorf("socket after %d: %s", after, diff)
		}
		path := fmt.Sprintf("/v1/rooms/%s/events?after=%d", code, after)
		if after == len(all) {
			w.want(204, "GET", path, nil, header("Accept", "text/event-stream"))
			w.want(204, "GET", path[:len(path)-len(strconv.Itoa(after))]+"0", nil, header("Accept", "text/event-stream"), header("Last-Event-ID", strconv.Itoa(after)))
			continue
		}
		frames, last := w.bySSE(path)
		if diff := cmp.Diff(want, frames); diff != "" || last != len(all) {
			t.Errorf("SSE after %d ends with %d: %s", after, last, diff)
		}
		frames, _ = w.bySSE("/v1/rooms/"+code+"/events?after=1", header("Last-Event-ID", strconv.Itoa(after)))
		if diff := cmp.Diff(want, frames); diff != "" {
			t.Errorf("SSE with Last-Event-ID %d: %s", after, diff)
		}
	}
}

// TestPages polls more than one page.
func TestPages(t *testing.T) {
	w := newWorld(t)
	code, hostToken := w.open()
	_, ann := w.join(code, map[string]any{"name": "Ann"})
	for i := range 700 {
		w.say(code, ann, strconv.Itoa(i))
	}
	first := w.want(200, "GET", "/v1/rooms/"+code+"/events", nil).json(t)
	if n := len(first["events"].([]any)); n != 500 || first["next"] != 500.0 {
		t.Errorf("first page: %d events, next %v", n, first["next"])
	}
	if all := w.byPoll(code, 0); len(all) != 702 {
		t.Errorf("%d events in all", len(all))
	}
	w.want(200, "POST", "/v1/rooms/"+code+"/end", nil, token(hostToken))
	if all := w.bySocket(code, 0); len(all) != 703 {
		t.Errorf("%d events by socket", len(all))
	}
}

func TestStreamRefusals(t *testing.T) {
	w := newWorld(t)
	code, _ := w.open()
	at := "/v1/rooms/" + code
	for _, q := range []string{"after=99", "after=-1", "after=x", "after=1.0", "after=99999999999999999999", "wait=31", "wait=-1", "since=1", "after=1&after=1"} {
		w.want(422, "GET", at+"/events?"+q, nil)
		w.want(422, "GET", at+"/events?"+q, nil, header("Accept", "text/event-stream"))
	}
	for _, id := range []string{"x", "-1", "99"} {
		w.want(422, "GET", at+"/events", nil, header("Accept", "text/event-stream"), header("Last-Event-ID", id))
	}
	if r := w.want(426, "GET", at+"/ws", nil); r.header.Get("Upgrade") != "websocket" {
		t.Error("426 without Upgrade")
	}
	upgrade := []option{header("Connection", "Upgrade"), header("Upgrade", "websocket")}
	w.want(400, "GET", at+"/ws", nil, append(upgrade, header("Sec-WebSocket-Version", "12"))...)
	w.want(400, "GET", at+"/ws", nil, append(upgrade, header("Sec-WebSocket-Version", "13"), header("Sec-WebSocket-Key", "short"))...)
	for status, o := range map[int]option{401: token("nonsense"), 403: header("Origin", "https://evil.example")} {
		conn, r := w.dial(code, 0, o)
		if conn != nil || r.status != status || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("want %d: %v", status, r)
		}
	}
	if conn, r := w.dial(code, 99); conn != nil || r.status != http.StatusUnprocessableEntity {
		t.Errorf("after beyond the last: %v", r)
	}
	conn, r := w.dial(code, 0, header("Origin", w.http.URL))
	if conn == nil || conn.Subprotocol() != "parley.v1" || r.status != http.StatusSwitchingProtocols {
		t.Errorf("own origin: %v", r)
	}
}

// TestLive follows a room while it goes on.
func TestLive(t *testing.T) {
	w := newWorld(t)
	code, hostToken := w.open()
	_, ann := w.join(code, map[string]any{"name": "Ann"})
	conn := w.mustDial(code, 2, token(ann))
	polled := make(chan reply, 1)
	go func() { polled <- w.do("GET", "/v1/rooms/"+code+"/events?after=2&wait=30", nil) }()
	streamed := make(chan []string, 1)
	go func() { f, _ := w.bySSE("/v1/rooms/" + code + "/events?after=2"); streamed <- f }()
	w.write(conn, `{"type":"message","text":"hello","client_id":"1"}`)
	var live []string
	var acked map[string]any
	for acked == nil || len(live) == 0 {
		text, closed := w.readFrame(conn)
		if closed != 0 {
			t.Fatalf("closed with %d", closed)
		}
		switch {
		case strings.HasPrefix(text, `{"seq":`):
			live = append(live, text)
		case strings.HasPrefix(text, `{"type":"ack"`):
			_ = json.Unmarshal([]byte(text), &acked)
		}
	}
	if diff := cmp.Diff(map[string]any{"type": "ack", "client_id": "1", "status": 201.0, "seq": 3.0}, acked); diff != "" {
		t.Errorf("ack: %s", diff)
	}
	r := <-polled
	if p := r.json(t); p["next"] != 3.0 || !strings.Contains(string(r.body), `"hello"`) {
		t.Errorf("polled %s", r.body)
	}
	w.write(conn, `{"type":"message","text":"hello","client_id":"1"}`)
	if a := w.waitFor(conn, "ack"); a["status"] != 200.0 || a["seq"] != 3.0 {
		t.Errorf("again: %v", a)
	}
	w.want(200, "POST", "/v1/rooms/"+code+"/end", nil, token(hostToken))
	for {
		text, closed := w.readFrame(conn)
		if closed != 0 {
			if closed != websocket.StatusNormalClosure {
				t.Errorf("closed with %d: %s", closed, text)
			}
			break
		}
		live = append(live, text)
	}
	if diff := cmp.Diff(stored(live), stored(<-streamed)); diff != "" {
		t.Errorf("socket and SSE: %s", diff)
	}
	if diff := cmp.Diff(stored(live), w.byPoll(code, 2)); diff != "" {
		t.Errorf("socket and poll: %s", diff)
	}
	w.want(200, "GET", "/v1/rooms/"+code+"/events?after=4&wait=30", nil) // at once
}

// TestGoingDown stops the host under those who read.
func TestGoingDown(t *testing.T) {
	reading := make(chan string, 3)
	w := newWorld(t, func(c *httpapi.Config) {
		c.Connections = func(transport string, delta int) {
			if delta > 0 {
				reading <- transport
			}
		}
	})
	code, _ := w.open()
	conn := w.mustDial(code, 0)
	answers := make(chan reply, 2)
	for _, o := range [][]option{nil, {header("Accept", "text/event-stream")}} {
		go func() { answers <- w.do("GET", "/v1/rooms/"+code+"/events?after=1&wait=30", nil, o...) }()
	}
	got := []string{<-reading, <-reading, <-reading}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"poll", "sse", "ws"}, got); diff != "" {
		t.Errorf("connections: %s", diff)
	}
	if err := w.host.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.waitFor(conn, "phase")
	if text, closed := w.readFrame(conn); closed != websocket.StatusServiceRestart {
		t.Errorf("closed with %d: %s", closed, text)
	}
	for range 2 {
		r := <-answers
		if polled := r.status == 503 && r.header.Get("Retry-After") != ""; !polled && r.status != 200 {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	w.want(503, "GET", "/v1/rooms/"+code, nil)
}

// TestRemovedReadsNoMore ends the socket of somebody who was removed from a
// room that only tokens may read.
func TestRemovedReadsNoMore(t *testing.T) {
	w := newWorld(t)
	code, hostToken := w.open(map[string]any{"password": "geheim"})
	_, ann := w.join(code, map[string]any{"name": "Ann", "password": "geheim"})
	conn := w.mustDial(code, 2, token(ann))
	w.want(204, "DELETE", "/v1/rooms/"+code+"/players/Ann", nil, token(hostToken))
	w.waitFor(conn, "left")
	if text, closed := w.readFrame(conn); closed != websocket.StatusPolicyViolation {
		t.Errorf("closed with %d: %s", closed, text)
	}
}

// TestTyping relays what is not stored, with no seq and no id.
func TestTyping(t *testing.T) {
	w := newWorld(t)
	code, _ := w.open()
	_, ann := w.join(code, map[string]any{"name": "Ann"})
	_, bob := w.join(code, map[string]any{"name": "Bob"})
	conn := w.mustDial(code, 3, token(bob))
	w.want(204, "POST", "/v1/rooms/"+code+"/typing", nil, token(ann))
	if diff := cmp.Diff(map[string]any{"type": "typing", "player": "Ann"}, w.waitFor(conn, "typing")); diff != "" {
		t.Error(diff)
	}
	other := w.mustDial(code, 3, token(ann))
	if diff := cmp.Diff(map[string]any{"type": "presence", "player": "Ann", "present": true}, w.waitFor(conn, "presence")); diff != "" {
		t.Error(diff)
	}
	w.write(conn, `{"type":"typing"}`)
	if diff := cmp.Diff(map[string]any{"type": "typing", "player": "Bob"}, w.waitFor(other, "typing")); diff != "" {
		t.Error(diff)
	}
}
