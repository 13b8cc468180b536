package httpapi_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"parley/internal/httpapi"
)

// serves sends the same request to the handler, without a network, and demands
// a status.
func (w *world) serves(b *testing.B, status int, r *http.Request) {
	b.Helper()
	answer := httptest.NewRecorder()
	w.http.Config.Handler.ServeHTTP(answer, r)
	if answer.Code != status {
		b.Fatalf("%s %s: status %d: %s", r.Method, r.URL, answer.Code, answer.Body)
	}
}

func newRequest(method, path, body, bearer string) *http.Request {
	r := httptest.NewRequest(method, path, bytes.NewReader([]byte(body)))
	token(bearer)(r)
	header("Content-Type", "application/json")(r)
	return r
}

func benchWorld(b *testing.B) (w *world, code, ann string) {
	b.Helper()
	w = newWorld(b, func(c *httpapi.Config) { c.Limits = false })
	code, _ = w.open()
	_, ann = w.join(code, map[string]any{"name": "Ann"})
	return w, code, ann
}

// BenchmarkPost posts a line.
func BenchmarkPost(b *testing.B) {
	w, code, ann := benchWorld(b)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		body := fmt.Sprintf(`{"text":"a line as long as those that people write when they talk: %d"}`, n)
		w.serves(b, http.StatusCreated, newRequest(http.MethodPost, "/v1/rooms/"+code+"/messages", body, ann))
	}
}

// BenchmarkPoll reads the last 50 events of a room as JSON.
func BenchmarkPoll(b *testing.B) {
	const lines = 100
	w, code, ann := benchWorld(b)
	for n := range lines {
		w.say(code, ann, fmt.Sprint("a line as long as those that people write when they talk: ", n))
	}
	b.ReportAllocs()
	for b.Loop() {
		w.serves(b, http.StatusOK, newRequest(http.MethodGet, "/v1/rooms/"+code+"/events?after=52", "", ann))
	}
}

// BenchmarkView reads a room.
func BenchmarkView(b *testing.B) {
	w, code, ann := benchWorld(b)
	b.ReportAllocs()
	for b.Loop() {
		w.serves(b, http.StatusOK, newRequest(http.MethodGet, "/v1/rooms/"+code, "", ann))
	}
}

// BenchmarkSocket writes a line to a WebSocket and reads until it is
// acknowledged, over the loopback.
func BenchmarkSocket(b *testing.B) {
	w, code, ann := benchWorld(b)
	conn := w.mustDial(code, 2, token(ann))
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		w.write(conn, fmt.Sprintf(`{"type":"message","text":"a line as long as those that people write when they talk: %d","client_id":"c%d"}`, n, n))
		w.waitFor(conn, "ack")
	}
}
