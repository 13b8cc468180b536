package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/coder/websocket"
)

func (f *fake) socket(w http.ResponseWriter, req *http.Request) {
	f.mu.Lock()
	r, mute := f.rooms[req.PathValue("code")], f.mute
	f.mu.Unlock()
	if r == nil || mute {
		problem(w, http.StatusNotFound)
		return
	}
	conn, err := websocket.Accept(w, req, &websocket.AcceptOptions{Subprotocols: []string{"parley.v1"}})
	if err != nil {
		return
	}
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	out := make(chan map[string]any, 64)
	f.mu.Lock()
	me := r.tokens[r.token(req)]
	passed := len(r.passing)
	f.mu.Unlock()
	go func() {
		defer cancel()
		f.listen(ctx, conn, r, frames{me, out})
	}()
	after, _ := strconv.Atoi(req.FormValue("after"))
	f.speak(ctx, conn, r, place{after, passed, out})
}

type frames struct {
	me  *seat
	out chan<- map[string]any
}

type place struct {
	after, passed int
	out           <-chan map[string]any
}

// speak writes what is new until the room closes, is cut off, or the page goes.
func (f *fake) speak(ctx context.Context, conn *websocket.Conn, r *fakeRoom, at place) {
	f.mu.Lock()
	cut := r.cut
	f.mu.Unlock()
	for {
		f.mu.Lock()
		events, passing := r.events[at.after:], r.passing[at.passed:]
		at.after, at.passed = len(r.events), len(r.passing)
		changed, closed := r.changed, r.status == "closed"
		if r.skip > 0 && len(events) > 0 {
			events, r.skip = events[min(r.skip, len(events)-1):], 0
		}
		f.mu.Unlock()
		for _, event := range append(append([]map[string]any{}, events...), passing...) {
			if write(ctx, conn, event) != nil {
				return
			}
		}
		if closed {
			_ = conn.Close(websocket.StatusNormalClosure, "")
			return
		}
		select {
		case <-changed:
		case reply := <-at.out:
			if write(ctx, conn, reply) != nil {
				return
			}
		case <-cut:
			_ = conn.Close(websocket.StatusServiceRestart, "")
			return
		case <-ctx.Done():
			_ = conn.CloseNow()
			return
		}
	}
}

func write(ctx context.Context, conn *websocket.Conn, frame map[string]any) error {
	body, err := json.Marshal(frame)
	if err != nil {
		return err
	}
	return conn.Write(ctx, websocket.MessageText, body)
}

// listen reads a page's lines and typing.
func (f *fake) listen(ctx context.Context, conn *websocket.Conn, r *fakeRoom, to frames) {
	for {
		_, body, err := conn.Read(ctx)
		if err != nil {
			return
		}
		var in struct {
			Type, Text string
			ClientID   string `json:"client_id"`
		}
		if json.Unmarshal(body, &in) != nil {
			continue
		}
		f.mu.Lock()
		switch in.Type {
		case "typing":
			if to.me != nil {
				r.pass(map[string]any{"type": "typing", "player": to.me.name})
			}
		case "message":
			status, seq := r.take(to.me, in.Text, in.ClientID)
			r.taken++
			if how := r.deaf; how != "" {
				r.deaf = ""
				f.mu.Unlock()
				if how == "cut" {
					_ = conn.CloseNow()
				}
				return
			}
			kind := "ack"
			if status >= http.StatusBadRequest {
				kind = "error"
			}
			to.out <- map[string]any{"type": kind, "client_id": in.ClientID, "status": status, "seq": seq, "title": http.StatusText(status), "detail": "raw detail"}
		}
		f.mu.Unlock()
	}
}
