package httpapi_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"parley/room"
)

// TestSlowSocket stops reading while a room goes on. The room does not wait;
// the client is cut off with 4008 and resumes after the last seq it has, with
// nothing lost or doubled.
func TestSlowSocket(t *testing.T) {
	w := newWorld(t)
	code, _ := w.open()
	ann, _ := w.join(code, map[string]any{"name": "Ann"})
	conn := w.mustDial(code, 0)
	long := strings.Repeat("𝄞", 990)
	const lines = 7000 // more than the buffers on the way and the queue hold
	for i := range lines {
		if _, err := w.host.Submit(t.Context(), code, room.Say{Player: ann, Text: strconv.Itoa(i) + long}); err != nil {
			t.Fatal(err)
		}
	}
	last := uint64(0)
	follow := func(conn *websocket.Conn) websocket.StatusCode {
		for {
			text, closed := w.readFrame(conn)
			if closed != 0 {
				return closed
			}
			var f struct{ Seq uint64 }
			if err := json.Unmarshal([]byte(text), &f); err != nil {
				t.Fatal(err)
			}
			if f.Seq == 0 {
				continue
			}
			if f.Seq != last+1 {
				t.Fatalf("event %d after %d", f.Seq, last)
			}
			if last = f.Seq; last == lines+2 {
				return 0
			}
		}
	}
	if closed := follow(conn); closed != 4008 {
		t.Fatalf("closed with %d after %d events", closed, last)
	}
	for follow(w.mustDial(code, last)) != 0 {
		t.Logf("cut off again after %d", last)
	}
}
