package httpapi

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/host"
	"parley/internal/ws"
)

const (
	subprotocol = "parley.v1"
	// statusSlow closes the socket of a client that does not keep up.
	statusSlow   = 4008
	maxMalformed = 10
	pingEvery    = 30 * time.Second // while the client says nothing
	maxPings     = 2                // that a client may leave without an answer
	stallLimit   = 60 * time.Second // for a cut off client to read why
	closeLimit   = 5 * time.Second  // for a client to answer a close
	maxOut       = 64 << 10         // of answers waiting for a client
)

// socket is one WebSocket. One goroutine reads the client's frames; another,
// pump, is there only while there is something to write.
type socket struct {
	s       *Server
	conn    *ws.Conn
	watcher *host.Watcher
	release func()
	code    string
	who     caller
	room    facts
	asked   atomic.Bool // the client waits for an answer

	mu      sync.Mutex
	out     []byte        // answers, ready to send
	drained chan struct{} // closed when out has been taken; nil when nobody waits for that
	running bool          // a pump is there
	again   bool          // it has to look again
	ending  bool          // out ends with a close, which nothing follows
	said    bool          // the close has been written, or cannot be
	left    bool          // the client has closed, or is gone
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
	so := &socket{s: s, code: c.code, who: c.who, room: c.room, release: release, running: true}
	want := host.Watching{After: from, Wake: so.wake}
	if c.who.person() {
		want.Player = c.who.player
	}
	if so.watcher, err = s.Host.Watch(c.ctx(), c.code, want); err != nil {
		release()
		return refused(err)
	}
	so.conn, err = ws.Upgrade(c.w, c.r, subprotocol, ws.Limits{Message: maxFrame, Idle: pingEvery, Stall: stallLimit})
	if err != nil {
		s.Logger.DebugContext(c.ctx(), "no websocket", "error", err)
		so.watcher.Close()
		release()
		return sent()
	}
	s.Connections("ws", 1)
	// The handshake's goroutine and what hangs on it end here: a socket lives
	// long and shall be small.
	s.sockets.Go(so.read)
	go so.pump()
	return sent()
}

// WaitSockets waits until all WebSockets have ended. The host ends them when it
// closes.
func (s *Server) WaitSockets(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		s.sockets.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for sockets to end: %w", ctx.Err())
	}
}

// gone ends the socket when no more is read. A close that waits to be written
// still is.
func (so *socket) gone() {
	so.mu.Lock()
	over := so.said || !so.ending
	so.left, so.ending = true, true
	so.drain()
	so.mu.Unlock()
	if over {
		so.conn.Close()
	}
	so.watcher.Close()
	so.release()
	so.s.Connections("ws", -1)
}
