package httpapi

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"parley/internal/host"
	"parley/room"
)

const (
	heartbeat  = 15 * time.Second // between an event stream's comments
	writeLimit = 10 * time.Second // for a write to a client that reads
)

// streamEvents answers with a room's events as server-sent events.
func (s *Server) streamEvents(c *call) (answer, error) {
	from := uint64(c.query.numbers["after"]) //nolint:gosec // not negative
	if id := c.r.Header.Get("Last-Event-ID"); id != "" {
		n, err := strconv.ParseUint(id, 10, 63)
		if err != nil {
			return refused(wrongField("header.Last-Event-ID", "is no seq"))
		}
		from = n
	}
	if s.beyond(c, from) {
		return refused(host.ErrBeyond)
	}
	if from == c.room.seq && c.room.phase == room.PhaseClosed {
		return noContent()
	}
	release, err := s.limits.openStream(address(c.r))
	if err != nil {
		return refused(err)
	}
	defer release()
	want := host.Watching{After: from}
	if c.who.person() {
		want.Player = c.who.player
	}
	w, err := s.Host.Watch(c.ctx(), c.code, want)
	if err != nil {
		return refused(err)
	}
	defer w.Close()
	s.Connections("sse", 1)
	defer s.Connections("sse", -1)
	c.w.Header().Set("Content-Type", "text/event-stream")
	c.w.Header().Set("X-Accel-Buffering", "no")
	if c.r.Method == http.MethodHead {
		return sent()
	}
	s.pump(c, w)
	return sent()
}

// pump writes frames until the room is closed, the server goes down or the
// client is gone or does not keep up. In each case the client may come back
// with the last id it has.
func (s *Server) pump(c *call, w *host.Watcher) {
	out := http.NewResponseController(c.w)
	write := func(b []byte) bool {
		_ = out.SetWriteDeadline(time.Now().Add(writeLimit)) // not every writer has one
		_, err := c.w.Write(b)
		return err == nil && out.Flush() == nil
	}
	if !write([]byte(":\n\n")) {
		return
	}
	for {
		ctx, cancel := context.WithTimeout(c.ctx(), heartbeat)
		frames, err := w.Next(ctx)
		cancel()
		switch {
		case err == nil && write(eventStream(frames)):
		case errors.Is(err, context.DeadlineExceeded) && c.ctx().Err() == nil && write([]byte(":\n\n")):
		default:
			return
		}
	}
}

// eventStream writes frames in the form of an event stream. A frame is one
// line of JSON.
func eventStream(frames []host.Frame) []byte {
	var b bytes.Buffer
	for _, f := range frames {
		if f.Seq > 0 {
			b.WriteString("id: ")
			b.WriteString(strconv.FormatUint(f.Seq, 10))
			b.WriteByte('\n')
		}
		b.WriteString("data: ")
		b.Write(f.JSON)
		b.WriteString("\n\n")
	}
	return b.Bytes()
}
