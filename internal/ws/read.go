package ws

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"time"
	"unicode/utf8"
)

// Next waits for the next message, ping, pong or close. The payload is the
// caller's; of a close it is the reason. Errors are ErrIdle, a *ViolationError, or
// those of a connection that has ended.
func (c *Conn) Next() (Kind, []byte, error) {
	for {
		h, err := c.header()
		if err != nil {
			return 0, nil, err
		}
		if h.kind >= Close {
			b, err := c.payload(nil, h)
			if err == nil && h.kind == Close {
				b, err = reason(b)
			}
			return h.kind, b, err
		}
		if err := c.admit(h); err != nil {
			return 0, nil, err
		}
		if c.partial, err = c.payload(c.partial, h); err != nil {
			return 0, nil, err
		}
		if c.open = !h.final; c.open {
			continue
		}
		b := c.partial
		c.partial = nil
		if !utf8.Valid(b) {
			return 0, nil, &ViolationError{InvalidText, "not UTF-8"}
		}
		return Text, b, nil
	}
}

// admit checks whether a frame of data may come now.
func (c *Conn) admit(h header) error {
	switch {
	case (h.kind == continuation) != c.open:
		return &ViolationError{ProtocolError, "a message begins within another, or nowhere"}
	case h.kind == binaryData:
		return &ViolationError{UnsupportedData, "text frames only"}
	case h.size > uint64(c.limits.Message-len(c.partial)): //nolint:gosec // never negative
		return &ViolationError{TooBig, fmt.Sprintf("a message has at most %d bytes", c.limits.Message)}
	}
	return nil
}

// header waits for a frame and reads its header.
func (c *Conn) header() (header, error) {
	if err := c.await(); err != nil {
		return header{}, err
	}
	b, err := c.peek(2)
	if err == nil {
		err = checkStart(b)
	}
	if err != nil {
		return header{}, err
	}
	n := headerSize(b[1])
	if b, err = c.peek(n); err != nil {
		return header{}, err
	}
	return c.begin(b)
}

// begin takes the header of a frame, whose payload is to be read next.
func (c *Conn) begin(b []byte) (header, error) {
	h := parseHeader(b)
	_, _ = c.r.Discard(len(b)) // it is there
	if h.size > math.MaxInt64 {
		return h, &ViolationError{ProtocolError, "a frame's length is negative"}
	}
	c.left = int(h.size)
	return h, nil
}

// await waits for the first byte of a frame.
func (c *Conn) await() error {
	if c.r.Buffered() > 0 {
		return nil
	}
	now := time.Now()
	if ahead := c.readUntil.Sub(now); ahead < c.limits.Idle/2 || ahead > c.limits.Idle {
		if err := c.expect(now.Add(c.limits.Idle)); err != nil {
			return err
		}
	}
	_, err := c.r.Peek(1)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ErrIdle
	}
	return err
}

func (c *Conn) expect(until time.Time) error {
	c.readUntil = until
	return c.conn.SetReadDeadline(until)
}

// peek returns the next n bytes, few enough for the reader's buffer, waiting
// for the rest of a frame that has begun.
func (c *Conn) peek(n int) ([]byte, error) {
	if err := c.hurry(n); err != nil {
		return nil, err
	}
	return c.r.Peek(n)
}

// hurry gives the client a time for the rest of its frame, if n bytes are not
// there yet.
func (c *Conn) hurry(n int) error {
	if c.r.Buffered() >= n {
		return nil
	}
	return c.expect(time.Now().Add(c.limits.Stall))
}

// payload appends the payload of the present frame.
func (c *Conn) payload(b []byte, h header) ([]byte, error) {
	if err := c.hurry(c.left); err != nil {
		return nil, err
	}
	at := len(b)
	b = slices.Grow(b, c.left)[:at+c.left]
	if _, err := io.ReadFull(c.r, b[at:]); err != nil {
		return nil, err
	}
	c.left = 0
	unmask(b[at:], h.mask)
	return b, nil
}

// reason checks what a close brings and returns its code, as two bytes, and
// text.
func reason(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return b, nil
	}
	if len(b) == 1 || !sendable(int(binary.BigEndian.Uint16(b))) {
		return nil, &ViolationError{ProtocolError, "a close without a proper code"}
	}
	if !utf8.Valid(b[2:]) {
		return nil, &ViolationError{InvalidText, "a close's reason is not UTF-8"}
	}
	return b, nil
}

// sendable reports whether a code may stand in a close.
func sendable(code int) bool {
	switch {
	case code >= 3000 && code <= 4999:
		return true
	case code >= NormalClosure && code <= 1014:
		return code != 1004 && code != noCode && code != 1006
	}
	return false
}

// WaitClose reads on, to nowhere, until the client has answered a close or has
// had the time for it.
func (c *Conn) WaitClose(limit time.Duration) {
	if c.expect(time.Now().Add(limit)) != nil {
		return
	}
	for {
		if _, err := io.CopyN(io.Discard, c.r, int64(c.left)); err != nil {
			return
		}
		c.left = 0
		b, err := c.r.Peek(2)
		if err != nil {
			return
		}
		if b, err = c.r.Peek(headerSize(b[1])); err != nil {
			return
		}
		if h, err := c.begin(b); err != nil || h.kind == Close {
			return
		}
	}
}
