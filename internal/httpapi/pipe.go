package httpapi

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// maxHeld is how much a pipe gathers before it writes anyway.
const maxHeld = 64 << 10

// pipe is the connection below a WebSocket. It can gather what is written, so
// that many frames go out in one system call.
type pipe struct {
	http.ResponseWriter
	conn net.Conn

	mu      sync.Mutex
	holding bool
	held    []byte
}

// Hijack implements http.Hijacker for the WebSocket library.
func (p *pipe) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(p.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, fmt.Errorf("take over the connection: %w", err)
	}
	_ = conn.SetDeadline(time.Time{}) // the server's no longer count
	p.conn = conn
	return pipeConn{conn, p}, bufio.NewReadWriter(rw.Reader, bufio.NewWriterSize(pipeConn{conn, p}, 4<<10)), nil
}

// hold begins to gather.
func (p *pipe) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.holding = true
}

// flush writes what was gathered and gathers no more.
func (p *pipe) flush(until time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.holding = false
	return p.drain(until)
}

func (p *pipe) drain(until time.Time) error {
	if len(p.held) == 0 {
		return nil
	}
	if err := p.conn.SetWriteDeadline(until); err != nil {
		return fmt.Errorf("write to a websocket: %w", err)
	}
	_, err := p.conn.Write(p.held)
	if p.held = p.held[:0]; cap(p.held) > 2*maxHeld {
		p.held = nil
	}
	if err != nil {
		return fmt.Errorf("write to a websocket: %w", err)
	}
	return p.conn.SetWriteDeadline(time.Time{})
}

// pipeConn is the connection as the library sees it.
type pipeConn struct {
	net.Conn
	p *pipe
}

// Write gathers or writes.
func (c pipeConn) Write(b []byte) (int, error) {
	c.p.mu.Lock()
	defer c.p.mu.Unlock()
	if !c.p.holding && len(c.p.held) == 0 {
		return c.Conn.Write(b)
	}
	c.p.held = append(c.p.held, b...)
	if c.p.holding && len(c.p.held) < maxHeld {
		return len(b), nil
	}
	if err := c.p.drain(time.Now().Add(stallLimit)); err != nil {
		return 0, err
	}
	return len(b), nil
}
