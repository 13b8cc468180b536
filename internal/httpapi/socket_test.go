package httpapi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

func TestSocketRefusals(t *testing.T) {
	w := newWorld(t)
	code, hostToken := w.open()
	_, ann := w.join(code, map[string]any{"name": "Ann"})
	for _, tt := range []struct {
		name, frame string
		status      float64
		id          any
		o           []option
	}{
		{"no token", `{"type":"message","text":"x","client_id":"a"}`, 401, "a", nil},
		{"no token, vote", `{"type":"vote","suspect":"Ann"}`, 401, nil, nil},
		{"host without a seat", `{"type":"message","text":"x"}`, 403, nil, []option{token(hostToken)}},
		{"empty", `{"type":"message","text":" ","client_id":"b"}`, 422, "b", []option{token(ann)}},
		{"no text", `{"type":"message","client_id":"b"}`, 422, "b", []option{token(ann)}},
		{"too long", `{"type":"message","text":"` + strings.Repeat("x", 1001) + `"}`, 422, nil, []option{token(ann)}},
		{"no vote now", `{"type":"vote","suspect":"Ann","client_id":"v"}`, 409, "v", []option{cookie(code, ann)}},
		{"no suspect", `{"type":"vote"}`, 422, nil, []option{token(ann)}},
		{"unknown type", `{"type":"shout","client_id":"z"}`, 422, "z", []option{token(ann)}},
		{"unknown field", `{"type":"message","text":"x","player":"Bob"}`, 422, nil, []option{token(ann)}},
		{"other case", `{"type":"message","Text":"x"}`, 422, nil, []option{token(ann)}},
		{"wrong type", `{"type":"message","text":5}`, 422, nil, []option{token(ann)}},
		{"null", `null`, 422, nil, []option{token(ann)}},
		{"malformed", `{"type":`, 400, nil, []option{token(ann)}},
		{"nothing", ``, 400, nil, []option{token(ann)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w.t = t
			conn := w.mustDial(code, 2, tt.o...)
			w.unchanged(code, func() {
				w.write(conn, tt.frame)
				f := w.waitFor(conn, "error")
				if f["status"] != tt.status || f["client_id"] != tt.id || f["title"] == "" || f["detail"] == "" {
					t.Errorf("answer: %v", f)
				}
			})
		})
	}
}

func TestSocketCloses(t *testing.T) {
	w := newWorld(t)
	code, _ := w.open()
	_, ann := w.join(code, map[string]any{"name": "Ann"})
	big := func(n int) string {
		const start, end = `{"type":"message","text":"`, `"}`
		return start + strings.Repeat("x", n-len(start)-len(end)) + end
	}
	for _, tt := range []struct {
		name   string
		kind   websocket.MessageType
		frames []string
		want   websocket.StatusCode
	}{
		{"binary", websocket.MessageBinary, []string{"x"}, 1003},
		{"binary JSON", websocket.MessageBinary, []string{`{"type":"typing"}`}, 1003},
		{"not UTF-8", websocket.MessageText, []string{"{\"type\":\"typing\xff\"}"}, 1007},
		{"too large", websocket.MessageText, []string{big(16<<10 + 1)}, 1009},
		{"far too large", websocket.MessageText, []string{big(1 << 20)}, 1009},
		{"malformed", websocket.MessageText, slices.Repeat([]string{"{"}, 10), 1008},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w.t = t
			conn := w.mustDial(code, 2, token(ann))
			for _, f := range tt.frames {
				if err := conn.Write(t.Context(), tt.kind, []byte(f)); err != nil {
					t.Fatal(err)
				}
			}
			for {
				text, closed := w.readFrame(conn)
				if closed == 0 {
					continue
				}
				if closed != tt.want {
					t.Errorf("closed with %d, want %d: %s", closed, tt.want, text)
				}
				return
			}
		})
	}
	w.t = t
	conn := w.mustDial(code, 2, token(ann))
	for _, f := range append(slices.Repeat([]string{"{"}, 9), `{"type":"message","text":""}`, `{`, big(16<<10)) {
		w.write(conn, f) // nine in a row, then one that is well formed, so that the count begins anew
	}
	for range 11 {
		w.waitFor(conn, "error")
	}
	if f := w.waitFor(conn, "error"); f["status"] != 422.0 {
		t.Errorf("a frame of just 16 KB: %v", f)
	}
}
