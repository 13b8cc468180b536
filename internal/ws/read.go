package ws

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
	"unicode/utf8"

	rfc "github.com/gobwas/ws"
)

// Next waits for the next message, ping, pong or close. The payload is the
// caller's; of a close it is the code and the reason. Errors are ErrIdle, a
// *ViolationError, or those of a connection that has ended.
func (c *Conn) Next() (Kind, []byte, error) {
	for {
		h, err := c.header()
		if err != nil {
			return 0, nil, err
		}
		if h.OpCode.IsControl() {
			b, err := c.payload(nil, h)
			if err == nil && h.OpCode == Close {
				err = checkClose(b)
			}
			return h.OpCode, b, err
		}
		if c.partial, err = c.payload(c.partial, h); err != nil {
			return 0, nil, err
		}
		if c.open = !h.Fin; c.open {
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

// header waits for a frame, reads its header and checks whether it may come.
func (c *Conn) header() (rfc.Header, error) {
	if err := c.await(); err != nil {
		return rfc.Header{}, err
	}
	if err := c.hurry(rfc.MaxHeaderSize); err != nil {
		return rfc.Header{}, err
	}
	h, err := c.begin()
	if err != nil {
		return h, err
	}
	state := rfc.StateServerSide
	if c.open {
		state = state.Set(rfc.StateFragmented)
	}
	switch err := rfc.CheckHeader(h, state); {
	case err != nil:
		return h, &ViolationError{ProtocolError, err.Error()}
	case h.OpCode == rfc.OpBinary:
		return h, &ViolationError{UnsupportedData, "text frames only"}
	case h.OpCode.IsData() && h.Length > int64(c.limits.Message-len(c.partial)):
		return h, &ViolationError{TooBig, fmt.Sprintf("a message has at most %d bytes", c.limits.Message)}
	}
	return h, nil
}

// begin reads the header of a frame, whose payload is to be read next.
func (c *Conn) begin() (rfc.Header, error) {
	h, err := rfc.ReadHeaderBuffer(c.r, c.head[:])
	if errors.Is(err, rfc.ErrHeaderLengthMSB) {
		return h, &ViolationError{ProtocolError, "a frame's length is negative"}
	}
	c.left = h.Length
	return h, err
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

// hurry gives the client a time for the rest of its frame, if n bytes are not
// there yet.
func (c *Conn) hurry(n int64) error {
	if int64(c.r.Buffered()) >= n {
		return nil
	}
	return c.expect(time.Now().Add(c.limits.Stall))
}

// payload appends the payload of the present frame, which is within limits.
func (c *Conn) payload(b []byte, h rfc.Header) ([]byte, error) {
	if err := c.hurry(h.Length); err != nil {
		return nil, err
	}
	at := len(b)
	b = slices.Grow(b, int(h.Length))[:at+int(h.Length)]
	if _, err := io.ReadFull(c.r, b[at:]); err != nil {
		return nil, err
	}
	c.left = 0
	rfc.Cipher(b[at:], h.Mask, 0)
	return b, nil
}

// checkClose checks what a close brings: nothing, or a code and a reason.
func checkClose(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	code, reason := rfc.ParseCloseFrameData(b)
	if code >= ServiceRestart && code <= lastRegistered {
		code = NormalClosure // the library knows the codes of the RFC alone
	}
	err := rfc.CheckCloseFrameData(code, reason)
	switch {
	case errors.Is(err, rfc.ErrProtocolInvalidUTF8):
		return &ViolationError{InvalidText, "a close's reason is not UTF-8"}
	case err != nil || code > rfc.StatusRangePrivate.Max:
		return &ViolationError{ProtocolError, "a close without a proper code"}
	}
	return nil
}

// WaitClose reads on, to nowhere, until the client has answered a close or has
// had the time for it.
func (c *Conn) WaitClose(limit time.Duration) {
	if c.expect(time.Now().Add(limit)) != nil {
		return
	}
	for {
		if _, err := io.CopyN(io.Discard, c.r, c.left); err != nil {
			return
		}
		if h, err := c.begin(); err != nil || h.OpCode == Close {
			return
		}
	}
}
