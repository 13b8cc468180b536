//go:build linux

package load

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Seat is a person in a room, as a server wants to be spoken to.
type Seat struct {
	Room   int      // which of the crowd's rooms
	Path   string   // of the WebSocket
	Token  string   // sent as the bearer of the handshake; empty for none
	Hello  []string // frames to send after the handshake
	Ready  string   // what the answer to Hello contains when all is done
	Before string   // what a frame that posts a line holds before its text
	After  string   // and behind it
}

const key = "cGFybGV5LWJlbmNoLTAwMA==" // any 16 bytes

// dial opens a seat's WebSocket and says hello. rest is what came behind the
// answer to the handshake.
func dial(address netip.AddrPort, s Seat) (fd int, rest []byte, err error) {
	fd, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, nil, fmt.Errorf("make a socket: %w", err)
	}
	defer func() {
		if err != nil {
			_ = unix.Close(fd)
		}
	}()
	to := &unix.SockaddrInet4{Port: int(address.Port()), Addr: address.Addr().As4()}
	if err := unix.Connect(fd, to); err != nil && !errors.Is(err, unix.EINTR) {
		return 0, nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		return 0, nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	limit := unix.Timeval{Sec: 20}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		return 0, nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	head := "GET " + s.Path + " HTTP/1.1\r\nHost: " + address.String() +
		"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\n"
	if s.Token != "" {
		head += "Authorization: Bearer " + s.Token + "\r\n"
	}
	answer, err := talk(fd, []byte(head+"\r\n"), "\r\n\r\n")
	if err == nil && !bytes.HasPrefix(answer, []byte("HTTP/1.1 101")) {
		err = errors.New("refused: " + string(answer))
	}
	if err != nil {
		return 0, nil, fmt.Errorf("handshake for %s: %w", s.Path, err)
	}
	for _, hello := range s.Hello {
		if _, err := talk(fd, frame([]byte(hello)), s.Ready); err != nil {
			return 0, nil, fmt.Errorf("hello for %s: %w", s.Path, err)
		}
	}
	_, rest, _ = bytes.Cut(answer, []byte("\r\n\r\n"))
	return fd, rest, unix.SetNonblock(fd, true)
}

// talk writes b and reads until the answer contains what it must.
func talk(fd int, b []byte, contains string) ([]byte, error) {
	if _, err := unix.Write(fd, b); err != nil {
		return nil, err
	}
	var answer []byte
	for !bytes.Contains(answer, []byte(contains)) {
		var part [4096]byte
		n, err := unix.Read(fd, part[:])
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, errors.New("closed by the server: " + string(answer))
		}
		answer = append(answer, part[:n]...)
	}
	return answer, nil
}

// frame makes a masked text frame of a payload. The mask is zero, so the
// payload stands in it as it is.
func frame(payload []byte) []byte {
	b := []byte{0x81}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	default:
		b = append(b, 0x80|126, byte(n>>8), byte(n)) //nolint:gosec // lines are short
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}
