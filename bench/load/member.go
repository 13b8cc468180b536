//go:build linux

package load

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// member is one person's socket, with what it has seen of the others.
type member struct {
	fd     int
	id     int32 // among all
	room   int
	index  uint32 // in the room
	line   []byte // the frame that posts a line; its stamp is written anew each time
	stamp  int    // where
	sent   uint32 // lines
	unsent []byte // of frames that the kernel did not take
	carry  []byte // of a frame that has not come whole
	next   []uint32
	gaps   map[stamp]bool // lines that later ones of their senders have overtaken
}

func newMember(fd int, s Seat, index uint32, payload int) *member {
	text := bytes.Repeat([]byte("lorem ipsum "), payload/12+1)[:max(payload, stampLen)]
	body := append(append([]byte(s.Before), text...), s.After...)
	m := &member{fd: fd, room: s.Room, index: index, line: frame(body)}
	m.stamp = len(m.line) - len(s.After) - len(text)
	return m
}

// say posts the member's next line. It reports whether the kernel took all of it.
func (m *member) say(now int64) (bool, error) {
	m.sent++
	stamp{at: now, sender: m.index, number: m.sent}.put(m.line[m.stamp:])
	return m.write(m.line)
}

func (m *member) write(b []byte) (bool, error) {
	if len(m.unsent) > 0 {
		m.unsent = append(m.unsent, b...)
		return false, nil
	}
	n, err := unix.Write(m.fd, b)
	if err != nil && !errors.Is(err, unix.EAGAIN) {
		return false, err
	}
	m.unsent = append(m.unsent, b[max(n, 0):]...)
	return len(m.unsent) == 0, nil
}

// flush writes what the kernel did not take before.
func (m *member) flush() (bool, error) {
	b := m.unsent
	m.unsent = nil
	return m.write(b)
}

var errClosed = errors.New("closed by the server")

// read takes the frames of one read of the kernel's and calls line with the
// stamp of every line in them.
func (m *member) read(buffer []byte, line func(*member, stamp)) error {
	n, err := unix.Read(m.fd, buffer)
	switch {
	case errors.Is(err, unix.EAGAIN):
		return nil
	case err != nil:
		return err
	case n == 0:
		return errClosed
	}
	b := buffer[:n]
	if len(m.carry) > 0 {
		m.carry = append(m.carry, b...)
		b = m.carry
	}
	for {
		payload, kind, rest := cut(b)
		if rest == nil {
			break
		}
		if err := m.take(payload, kind, line); err != nil {
			return err
		}
		b = rest
	}
	m.carry = append(m.carry[:0], b...)
	return nil
}

const (
	kindClose = 8
	kindPing  = 9
)

// take handles one frame.
func (m *member) take(payload []byte, kind byte, line func(*member, stamp)) error {
	switch kind {
	case kindClose:
		return fmt.Errorf("%w: %q", errClosed, payload)
	case kindPing:
		pong := frame(payload)
		pong[0] = 0x8A
		_, err := m.write(pong)
		return err
	}
	for {
		i := bytes.IndexByte(payload, stampMark)
		if i < 0 || len(payload)-i < stampLen {
			return nil
		}
		line(m, readStamp(payload[i+1:]))
		payload = payload[i+stampLen:]
	}
}

// cut splits the first frame off; rest is nil when it is not whole.
func cut(b []byte) (payload []byte, kind byte, rest []byte) {
	if len(b) < 2 {
		return nil, 0, nil
	}
	n, head := int(b[1]), 2
	switch {
	case n == 126 && len(b) >= 4:
		n, head = int(binary.BigEndian.Uint16(b[2:])), 4
	case n == 127 && len(b) >= 10:
		n, head = int(binary.BigEndian.Uint64(b[2:])), 10 //nolint:gosec // what the servers here send
	case n >= 126:
		return nil, 0, nil
	}
	if len(b)-head < n {
		return nil, 0, nil
	}
	return b[head : head+n], b[0] & 15, b[head+n:]
}
