// Package ws is a server's side of WebSocket (RFC 6455) without extensions:
// text messages, pings and a proper close. It keeps an idle connection small:
// a reader of half a kilobyte and no goroutine of its own.
//
// It never writes by itself. Next returns pings and closes like messages, and
// whoever owns the connection appends what there is to send, however much it
// is, to one buffer (AppendText and the like) and writes that in one go.
package ws

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	rfc "github.com/gobwas/ws"
)

// Codes with which a connection is closed.
const (
	NormalClosure   = 1000
	ProtocolError   = 1002
	UnsupportedData = 1003
	InvalidText     = 1007
	PolicyViolation = 1008
	TooBig          = 1009
	InternalError   = 1011
	ServiceRestart  = 1012
	lastRegistered  = 1014 // of those that came after the RFC
)

// Limits bound what a client may do to a connection.
type Limits struct {
	Message int           // bytes of a message
	Idle    time.Duration // after so long without a frame Next returns ErrIdle
	Stall   time.Duration // for the rest of a frame that has begun, and for a write
}

// ErrIdle says that no frame has come for a while. Next may be called again.
var ErrIdle = errors.New("no frame has come for a while")

// ViolationError is what a client did wrong, and the code to close with.
type ViolationError struct {
	Code   int
	Reason string
}

// Error implements error.
func (v *ViolationError) Error() string { return fmt.Sprintf("websocket: %s (%d)", v.Reason, v.Code) }

// Conn is a connection after its handshake. Next, WaitClose and Write each
// belong to one goroutine at a time; Close may be called by any.
type Conn struct {
	conn   net.Conn
	limits Limits

	r         *bufio.Reader
	readUntil time.Time
	head      [rfc.MaxHeaderSize]byte // of the frame that begins
	left      int64                   // of the present frame's payload, not read
	partial   []byte
	open      bool // a message has begun and more frames of it are to come

	writeUntil time.Time
}

const readerSize = 512 // holds a line of common length

// Upgrade answers a handshake, which the caller has found to be one, and takes
// the connection over from net/http. The subprotocol is spoken if the client
// asks for it.
func Upgrade(w http.ResponseWriter, r *http.Request, subprotocol string, limits Limits) (*Conn, error) {
	var answer rfc.HTTPUpgrader
	if asksFor(r.Header, subprotocol) {
		answer.Header = http.Header{"Sec-Websocket-Protocol": {subprotocol}}
	}
	// The library reads the first value of a header only.
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "websocket")
	conn, rw, _, err := answer.Upgrade(r, w)
	if err != nil {
		if conn != nil {
			err = errors.Join(err, conn.Close())
		}
		return nil, fmt.Errorf("answer a handshake: %w", err)
	}
	var from io.Reader = conn
	if n := rw.Reader.Buffered(); n > 0 { // the client did not wait for the answer
		early, _ := rw.Peek(n)
		from = io.MultiReader(bytes.NewReader(bytes.Clone(early)), conn)
	}
	return &Conn{conn: conn, limits: limits, r: bufio.NewReaderSize(from, readerSize)}, nil
}

func asksFor(h http.Header, subprotocol string) bool {
	asked := strings.Split(strings.Join(h.Values("Sec-WebSocket-Protocol"), ","), ",")
	return slices.ContainsFunc(asked, func(p string) bool { return strings.TrimSpace(p) == subprotocol })
}

// Write sends what the Append functions made, or fails when the client does
// not take it in time.
func (c *Conn) Write(b []byte) error {
	// A new deadline for each write would cost more than the write's own work.
	if now := time.Now(); c.writeUntil.Before(now.Add(c.limits.Stall / 2)) {
		c.writeUntil = now.Add(c.limits.Stall)
		if err := c.conn.SetWriteDeadline(c.writeUntil); err != nil {
			return fmt.Errorf("write to a websocket: %w", err)
		}
	}
	if _, err := c.conn.Write(b); err != nil {
		return fmt.Errorf("write to a websocket: %w", err)
	}
	return nil
}

// Hasten gives a Next that waits so much more time, after which it returns
// ErrIdle, or another error within a frame. Any goroutine may call it.
func (c *Conn) Hasten(limit time.Duration) {
	_ = c.conn.SetReadDeadline(time.Now().Add(limit)) // of a connection that has ended Next returns anyway
}

// Close ends the connection without a word.
func (c *Conn) Close() { _ = c.conn.Close() } // there is nothing else to do
