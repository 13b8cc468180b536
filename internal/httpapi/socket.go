package httpapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
	"github.com/danielgtaylor/huma/v2"

	"parley/internal/host"
)

const (
	subprotocol = "parley.v1"
	// statusSlow closes the socket of a client that does not keep up.
	statusSlow   websocket.StatusCode = 4008
	maxMalformed                      = 10
	pingEvery                         = 30 * time.Second
	pingLimit                         = 60 * time.Second
	stallLimit                        = 60 * time.Second // for a cut off client to read why
)

// socket is one WebSocket. Two goroutines serve it: read takes the client's
// frames one after the other, follow writes the room's.
type socket struct {
	s       *Server
	c       *call
	conn    *websocket.Conn
	pipe    *pipe
	watcher *host.Watcher
	schema  *huma.Schema
	slow    atomic.Bool // a write took too long
}

func (s *Server) followSocket(c *call, _ nothing) (answer, error) {
	if err := checkHandshake(c); err != nil {
		return refused(err)
	}
	from := uint64(c.query.numbers["after"]) //nolint:gosec // not negative
	if s.beyond(c, from) {
		return refused(host.ErrBeyond)
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
	p := &pipe{ResponseWriter: c.w}
	conn, err := websocket.Accept(p, c.r, &websocket.AcceptOptions{
		Subprotocols: []string{subprotocol}, InsecureSkipVerify: true, // the origin has been checked
	})
	if err != nil {
		s.Logger.DebugContext(c.ctx(), "no websocket", "error", err)
		return sent()
	}
	conn.SetReadLimit(-1) // read keeps the limit, and says goodbye properly
	s.Connections("ws", 1)
	defer s.Connections("ws", -1)
	so := &socket{s: s, c: c, conn: conn, pipe: p, watcher: w, schema: s.wsSchema}
	so.serve()
	return sent()
}

// checkHandshake refuses what is no WebSocket handshake, before the library
// would in its own words.
func checkHandshake(c *call) error {
	h := c.r.Header
	upgrade := func(detail string) error {
		return problem(http.StatusUpgradeRequired, detail).with("Upgrade", "websocket").with("Connection", "Upgrade")
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(h.Get("Sec-WebSocket-Key")))
	switch {
	case c.r.Method != http.MethodGet:
		return problem(http.StatusMethodNotAllowed, "A WebSocket begins with GET.").with("Allow", http.MethodGet)
	case c.r.ProtoMajor != 1 || !c.r.ProtoAtLeast(1, 1):
		return upgrade("A WebSocket begins with HTTP/1.1.")
	case !hasToken(h, "Connection", "upgrade") || !hasToken(h, "Upgrade", "websocket"):
		return upgrade("This is a WebSocket; use the upgrade handshake, or read events instead.")
	case h.Get("Sec-WebSocket-Version") != "13":
		return problem(http.StatusBadRequest, "Only version 13 of the WebSocket protocol is spoken.").with("Sec-WebSocket-Version", "13")
	case err != nil || len(key) != 16 || len(h.Values("Sec-WebSocket-Key")) != 1: //nolint:mnd // RFC 6455
		return problem(http.StatusBadRequest, "Sec-WebSocket-Key is not 16 bytes in base64.")
	}
	return nil
}

func hasToken(h http.Header, name, token string) bool {
	return slices.ContainsFunc(strings.Split(strings.Join(h.Values(name), ","), ","), func(t string) bool {
		return strings.EqualFold(strings.TrimSpace(t), token)
	})
}

// serve runs the socket until one side ends it.
func (so *socket) serve() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	over := make(chan struct{})
	go func() {
		defer close(over)
		defer cancel()
		so.read(ctx)
	}()
	go so.keepAlive(ctx)
	code, reason := so.follow(ctx)
	if code != 0 {
		_ = so.conn.Close(code, reason) // the client may be gone
	}
	_ = so.conn.CloseNow()
	<-over
}

// follow writes the room's frames and returns how to close; 0 when the other
// side has ended it.
func (so *socket) follow(ctx context.Context) (websocket.StatusCode, string) {
	for {
		frames, err := so.watcher.Next(ctx)
		switch {
		case errors.Is(err, io.EOF):
			return websocket.StatusNormalClosure, "the room is closed"
		case errors.Is(err, host.ErrSlow):
			return statusSlow, "too slow: resume by seq"
		case errors.Is(err, host.ErrGoingDown):
			return websocket.StatusServiceRestart, "going down: come back"
		case ctx.Err() != nil:
			return 0, ""
		case err != nil:
			so.s.Logger.ErrorContext(ctx, "watching failed", "room", so.c.code, "error", err)
			return websocket.StatusInternalError, "come back"
		}
		if !so.write(ctx, frames) {
			if so.slow.Load() {
				return statusSlow, "too slow: resume by seq"
			}
			return 0, ""
		}
		if so.c.room.locked && so.removed(frames) {
			return websocket.StatusPolicyViolation, "you have left this room"
		}
	}
}

// write sends frames in one go. When the client does not take them in time it
// has been too slow; it then has a while to read on, and finds out why.
func (so *socket) write(ctx context.Context, frames []host.Frame) bool {
	ctx, cancel := context.WithTimeout(ctx, stallLimit)
	defer cancel()
	late := time.AfterFunc(writeLimit, func() { so.slow.Store(true) })
	defer late.Stop()
	so.pipe.hold()
	var err error
	for _, f := range frames {
		if err = so.conn.Write(ctx, websocket.MessageText, f.JSON); err != nil {
			break
		}
	}
	flushed := so.pipe.flush(time.Now().Add(stallLimit)) // also what the other goroutine wrote
	return err == nil && flushed == nil && !so.slow.Load()
}

// removed reports whether the frames say that the client's player has gone: in
// a room with a password its token may read no more.
func (so *socket) removed(frames []host.Frame) bool {
	return so.c.who.player != "" && slices.ContainsFunc(frames, func(f host.Frame) bool {
		var left struct{ Player string }
		return f.Type == "left" && json.Unmarshal(f.JSON, &left) == nil && left.Player == so.c.who.player
	})
}

// keepAlive finds out when the client has gone without a word.
func (so *socket) keepAlive(ctx context.Context) {
	t := time.NewTicker(pingEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		pinging, cancel := context.WithTimeout(ctx, pingLimit)
		err := so.conn.Ping(pinging)
		cancel()
		if err != nil {
			_ = so.conn.CloseNow()
			return
		}
	}
}

// read takes the client's frames until the socket ends.
func (so *socket) read(ctx context.Context) {
	malformed := 0
	for {
		b, code := so.next(ctx)
		if code != 0 {
			_ = so.conn.Close(code, goodbye(code))
		}
		if b == nil {
			return
		}
		f, err := decodeFrame(so.s.schemas, so.schema, b)
		if err == nil {
			malformed = 0
			so.handle(ctx, f)
			continue
		}
		p, _ := problemOf(err)
		so.send(ctx, refusedFrame(f, p))
		if malformed++; malformed >= maxMalformed {
			_ = so.conn.Close(websocket.StatusPolicyViolation, "ten malformed frames in a row")
			return
		}
	}
}

// next returns the client's next frame; nil when there is none, with the code
// to close with, or 0 when the socket has ended.
func (so *socket) next(ctx context.Context) ([]byte, websocket.StatusCode) {
	kind, r, err := so.conn.Reader(ctx)
	if err != nil {
		return nil, 0
	}
	if kind == websocket.MessageBinary {
		return nil, websocket.StatusUnsupportedData
	}
	b, err := io.ReadAll(io.LimitReader(r, maxFrame+1))
	switch {
	case err != nil:
		return nil, 0
	case len(b) > maxFrame:
		return nil, websocket.StatusMessageTooBig
	case !utf8.Valid(b):
		return nil, websocket.StatusInvalidFramePayloadData
	}
	return b, 0
}

func goodbye(code websocket.StatusCode) string {
	switch code { //nolint:exhaustive // the others are not the client's doing
	case websocket.StatusUnsupportedData:
		return "text frames only"
	case websocket.StatusMessageTooBig:
		return "a frame has at most 16 KB"
	case websocket.StatusInvalidFramePayloadData:
		return "not UTF-8"
	}
	return ""
}

// handle does what a frame asks for.
func (so *socket) handle(ctx context.Context, f frameIn) {
	s, who, code := so.s, so.c.who, so.c.code
	if err := permit(who, so.c.room, needSeat); err != nil {
		p, _ := problemOf(err)
		so.send(ctx, refusedFrame(f, p))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, submitTime)
	defer cancel()
	var res host.Result
	var err error
	switch f.Type {
	case "message":
		res, err = s.say(ctx, code, who.player, NewMessage{Text: f.Text, ClientID: f.ClientID})
	case "vote":
		res, err = s.castVote(ctx, code, who.player, NewVote{Suspect: f.Suspect})
	default:
		s.seen(so.c) //nolint:contextcheck // a hint, which outlives its request
		if err = s.Host.Typing(ctx, code, who.player); err == nil {
			return
		}
	}
	if err == nil {
		so.send(ctx, ack(f, again(res.Again, http.StatusCreated), res.Seq))
		return
	}
	p, expected := problemOf(err)
	if !expected {
		s.Logger.ErrorContext(ctx, "frame failed", "room", code, "type", f.Type, "error", err)
	}
	so.send(ctx, refusedFrame(f, p))
}

// send writes an answer to the client's frame. One that cannot be written is
// followed by the end of the socket.
func (so *socket) send(ctx context.Context, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stallLimit)
	defer cancel()
	_ = so.conn.Write(ctx, websocket.MessageText, b)
	_ = so.pipe.flush(time.Now().Add(stallLimit))
}
