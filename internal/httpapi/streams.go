package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"parley/internal/host"
	"parley/room"
)

const (
	maxEvents = 500 // of one poll
	maxWait   = 30  // seconds
)

// Events is a page of a room's stream. Its events are those that WebSocket and
// SSE carry.
type Events struct {
	Events []json.RawMessage `json:"events" nullable:"false" doc:"objects with seq, type, at and what their type has: player, text, phase, round, topic, ends_at, votes, tally, suspect, suspect_role, winner, game_winner, roles"`
	Next   uint64            `json:"next" doc:"the last seq of the answer, to be sent as after"`
}

func (s *Server) addStreams() {
	s.wsSchema = s.frameSchema()
	add(s, route{
		method: http.MethodGet, path: "/v1/rooms/{code}/events", id: "read-events", tag: "reading", summary: "Read events: JSON poll, or SSE",
		about: "As JSON at most 500; wait holds the answer until there is one, a closed room answers at once. " +
			"With Accept: text/event-stream as SSE: id is the seq, Last-Event-ID resumes and beats after, a comment every 15 s, " +
			"the end after the last event of a closed room, then 204. Frames without id (typing, presence) are not stored.",
		need: needRead,
		query: []param{
			after(),
			{name: "wait", about: "seconds to wait for an event when there is none; JSON only", number: true, most: maxWait},
		},
		status: http.StatusOK, answer: Events{}, content: []string{"text/event-stream"},
		also: map[int]string{http.StatusNoContent: "SSE: the room is closed and the client has its last event"}, refusals: []int{http.StatusTooManyRequests},
	}, s.readEvents)
	add(s, route{
		method: http.MethodGet, path: "/v1/rooms/{code}/ws", id: "follow-room", tag: "reading", summary: "Follow and talk by WebSocket",
		about: "Subprotocol parley.v1 (optional). Server to client: one event a text frame. Client to server: " +
			`{"type":"message","text","client_id"?}, {"type":"vote","suspect","client_id"?}, {"type":"typing"}. ` +
			`Messages and votes are answered by {"type":"ack","client_id","status","seq"} or {"type":"error","client_id","status","title","detail"}; ` +
			"the answer may come before or after the event itself. The token is the handshake's. " +
			"Closing: 1000 after the last event of a closed room, 4008 for a client that cannot keep up (it resumes by seq), 1003 binary, " +
			"1007 not UTF-8, 1008 ten malformed frames in a row, 1009 over 16 KB, 1012 going down: come back.",
		need: needRead, query: []param{after()}, status: http.StatusSwitchingProtocols,
		refusals: []int{http.StatusBadRequest, http.StatusUpgradeRequired, http.StatusTooManyRequests},
	}, s.followSocket)
}

func (s *Server) readEvents(c *call, _ nothing) (answer, error) {
	if strings.Contains(strings.ToLower(c.r.Header.Get("Accept")), "text/event-stream") {
		return s.streamEvents(c)
	}
	return s.pollEvents(c)
}

func (s *Server) pollEvents(c *call) (answer, error) {
	from := uint64(c.query.numbers["after"]) //nolint:gosec // not negative
	wait := time.Duration(c.query.numbers["wait"]) * time.Second
	if c.r.Method == http.MethodHead {
		wait = 0
	}
	out := Events{Events: []json.RawMessage{}, Next: from}
	closed := c.room.phase == room.PhaseClosed
	switch {
	case s.beyond(c, from):
		return refused(host.ErrBeyond)
	case from == c.room.seq && (closed || wait == 0):
		return ok(out)
	}
	s.Connections("poll", 1)
	defer s.Connections("poll", -1)
	through := min(c.room.seq, from+maxEvents)
	limit := submitTime
	if from == c.room.seq {
		through, limit = from+1, wait
	}
	ctx, cancel := context.WithTimeout(c.ctx(), limit)
	defer cancel()
	frames, err := s.frames(ctx, c.code, from, through)
	if err != nil && (!errors.Is(err, context.DeadlineExceeded) || from < c.room.seq) {
		return refused(err)
	}
	for _, f := range frames {
		out.Events, out.Next = append(out.Events, f.JSON), f.Seq
	}
	if c.who.person() {
		s.seen(c)
	}
	return ok(out)
}

// beyond reports whether a seq lies beyond the room's last event. A client may
// have it from another node before this one has.
func (s *Server) beyond(c *call, seq uint64) bool {
	if seq <= c.room.seq {
		return false
	}
	ctx, cancel := brief(c)
	defer cancel()
	if err := s.Host.Refresh(ctx, c.code); err != nil {
		return true
	}
	err := s.Host.Inspect(ctx, c.code, func(st *room.State) { c.room.phase, c.room.seq = st.Phase, st.Seq })
	return err != nil || seq > c.room.seq
}

// frames reads stored frames after one seq up to another, and as many more as
// there are, at most maxEvents. It waits for those that are not there yet. What
// it has read when the room closes is all there is.
func (s *Server) frames(ctx context.Context, code string, after, through uint64) ([]host.Frame, error) {
	w, err := s.Host.Watch(ctx, code, host.Watching{After: after})
	if err != nil {
		return nil, err
	}
	defer w.Close() //nolint:contextcheck // it has to happen whatever became of the request
	var out []host.Frame
	for last := after; last < through; {
		frames, err := w.Next(ctx)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		for _, f := range frames {
			if f.Seq > 0 && len(out) < maxEvents {
				out, last = append(out, f), f.Seq
			}
		}
	}
	return out, nil
}
