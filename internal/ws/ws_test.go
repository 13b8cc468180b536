package ws_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"parley/internal/ws"
)

// echo serves WebSockets that send back every text, answer pings, and close as
// the package says they have to.
func echo(tb testing.TB, limits ws.Limits) string {
	tb.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := ws.Upgrade(w, r, "echo", limits)
		if err != nil {
			tb.Error(err)
			return
		}
		defer c.Close()
		for {
			kind, b, err := c.Next()
			var wrong *ws.ViolationError
			switch {
			case errors.Is(err, ws.ErrIdle):
				_ = c.Write(ws.AppendPing(nil))
			case errors.As(err, &wrong):
				_ = c.Write(ws.AppendClose(nil, wrong.Code, wrong.Reason))
				c.WaitClose(5 * time.Second)
				return
			case err != nil:
				return
			case kind == ws.Close:
				code := 0
				if len(b) > 1 {
					code = int(binary.BigEndian.Uint16(b))
				}
				_ = c.Write(ws.AppendClose(nil, code, ""))
				return
			case kind == ws.Ping:
				_ = c.Write(ws.AppendPong(nil, b))
			case kind == ws.Text:
				_ = c.Write(ws.AppendText(nil, b))
			}
		}
	}))
	tb.Cleanup(s.Close)
	return s.URL
}

func usual() ws.Limits { return ws.Limits{Message: 1 << 17, Idle: time.Minute, Stall: time.Minute} }

// dial does the handshake and sends early with it.
func dial(tb testing.TB, url, early string) (net.Conn, *bufio.Reader) {
	tb.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: other, echo\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"+early)
	if err != nil {
		tb.Fatal(err)
	}
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, nil) //nolint:bodyclose // a handshake has none
	if err != nil {
		tb.Fatal(err)
	}
	if res.StatusCode != http.StatusSwitchingProtocols || res.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" || res.Header.Get("Sec-WebSocket-Protocol") != "echo" {
		tb.Fatalf("handshake: %v", res)
	}
	return conn, r
}

// frame makes a client's frame: first is its first byte, mask its mask.
func frame(first byte, payload string, mask [4]byte) string {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	b = append(b, mask[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^mask[i%4])
	}
	return string(b)
}

func text(s string) string { return frame(0x81, s, [4]byte{1, 2, 3, 4}) }

// answers reads the server's frames until it closes or n have come, as kind and
// payload.
func answers(r io.Reader, n int) (out []string) {
	for range n {
		var head [2]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return append(out, "end")
		}
		size := uint64(head[1])
		switch size {
		case 126:
			var b [2]byte
			_, _ = io.ReadFull(r, b[:])
			size = uint64(binary.BigEndian.Uint16(b[:]))
		case 127:
			var b [8]byte
			_, _ = io.ReadFull(r, b[:])
			size = binary.BigEndian.Uint64(b[:])
		}
		payload := make([]byte, size)
		_, _ = io.ReadFull(r, payload)
		switch head[0] {
		case 0x81:
			out = append(out, "text "+string(payload))
		case 0x89:
			out = append(out, "ping")
		case 0x8a:
			out = append(out, "pong "+string(payload))
		case 0x88:
			code := uint16(1005)
			if len(payload) > 1 {
				code = binary.BigEndian.Uint16(payload)
			}
			out = append(out, "close "+string(rune('0'+code/1000))+string(rune('0'+code/100%10))+string(rune('0'+code/10%10))+string(rune('0'+code%10)))
		default:
			out = append(out, "?")
		}
	}
	return out
}

func TestFrames(t *testing.T) {
	closing := func(code uint16, reason string) string {
		return frame(0x88, string(binary.BigEndian.AppendUint16(nil, code))+reason, [4]byte{9, 8, 7, 6})
	}
	long := strings.Repeat("€", 1<<15) // 98,304 bytes: a length of 64 bits
	zero := [4]byte{}
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"text", text("hello"), []string{"text hello"}},
		{"empty text", text(""), []string{"text "}},
		{"126 bytes", text(strings.Repeat("x", 126)), []string{"text " + strings.Repeat("x", 126)}},
		{"long", text(long), []string{"text " + long}},
		{"two", text("a") + text("b"), []string{"text a", "text b"}},
		{"parts", frame(0x01, "a", zero) + frame(0x00, "b", zero) + frame(0x80, "c", zero), []string{"text abc"}},
		{"a ping between parts", frame(0x01, "a", zero) + frame(0x89, "p", zero) + frame(0x80, "c", zero), []string{"pong p", "text ac"}},
		{"a character in parts", frame(0x01, "\xe2\x82", zero) + frame(0x80, "\xac", zero), []string{"text €"}},
		{"empty parts", frame(0x01, "", zero) + frame(0x00, "", zero) + frame(0x80, "", zero), []string{"text "}},
		{"ping", frame(0x89, strings.Repeat("p", 125), zero), []string{"pong " + strings.Repeat("p", 125)}},
		{"pong", frame(0x8a, "x", zero) + text("a"), []string{"text a"}},
		{"close", closing(1000, "bye") + text("a"), []string{"close 1000", "end"}},
		{"close with 1012", closing(1012, "back soon"), []string{"close 1012", "end"}},
		{"close with 1014 in no UTF-8", closing(1014, "\xff"), []string{"close 1007"}},
		{"close with 4999", closing(4999, ""), []string{"close 4999", "end"}},
		{"close without code", frame(0x88, "", zero), []string{"close 1005", "end"}},
		{"close of one byte", frame(0x88, "x", zero), []string{"close 1002"}},
		{"close with 1005", closing(1005, ""), []string{"close 1002"}},
		{"close with 1006", closing(1006, ""), []string{"close 1002"}},
		{"close with 1016", closing(1016, ""), []string{"close 1002"}},
		{"close with 999", closing(999, ""), []string{"close 1002"}},
		{"close with 5000", closing(5000, ""), []string{"close 1002"}},
		{"close in no UTF-8", closing(1000, "\xff"), []string{"close 1007"}},
		{"binary", frame(0x82, "x", zero), []string{"close 1003"}},
		{"not UTF-8", text("a\xff"), []string{"close 1007"}},
		{"half a character", text("\xe2\x82"), []string{"close 1007"}},
		{"reserved bit", frame(0xc1, "x", zero), []string{"close 1002"}},
		{"unknown data", frame(0x83, "x", zero), []string{"close 1002"}},
		{"unknown control", frame(0x8b, "x", zero), []string{"close 1002"}},
		{"no mask", "\x81\x01x", []string{"close 1002"}},
		{"no mask, nothing else", "\x81\x00", []string{"close 1002"}},
		{"ping in parts", frame(0x09, "x", zero), []string{"close 1002"}},
		{"long ping", frame(0x89, strings.Repeat("p", 126), zero), []string{"close 1002"}},
		{"part of nothing", frame(0x80, "x", zero), []string{"close 1002"}},
		{"message within a message", frame(0x01, "a", zero) + frame(0x81, "b", zero), []string{"close 1002"}},
		{"too long", text(strings.Repeat("x", 1<<17+1)), []string{"close 1009"}},
		{"too long in parts", frame(0x01, strings.Repeat("x", 1<<17), zero) + frame(0x80, "y", zero), []string{"close 1009"}},
		{"negative length", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", []string{"close 1002"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			url := echo(t, usual())
			for _, cut := range []int{0, 1, len(tt.in) / 2, len(tt.in)} {
				conn, r := dial(t, url, tt.in[:cut]) // what comes with the handshake counts too
				if _, err := io.WriteString(conn, tt.in[cut:]); err != nil {
					t.Fatal(err)
				}
				got := answers(r, len(tt.want))
				if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
					t.Fatalf("%d bytes with the handshake: %.200q, want %.200q", cut, got, tt.want)
				}
			}
		})
	}
}

func TestIdle(t *testing.T) {
	limits := usual()
	limits.Idle = time.Millisecond
	conn, r := dial(t, echo(t, limits), "")
	if got := answers(r, 3); strings.Join(got, "") != strings.Repeat("ping", 3) {
		t.Fatal(got)
	}
	if _, err := io.WriteString(conn, text("still here")); err != nil {
		t.Fatal(err)
	}
	for {
		if got := answers(r, 1); got[0] == "text still here" {
			return
		} else if got[0] != "ping" {
			t.Fatal(got)
		}
	}
}

func TestStalledFrame(t *testing.T) {
	limits := usual()
	limits.Stall = 20 * time.Millisecond
	for _, part := range []string{"\x81", "\x81\x85", "\x81\x85\x00\x00\x00\x00ab", "\x81\xfe\x10"} {
		_, r := dial(t, echo(t, limits), part)
		if got := answers(r, 1); got[0] != "end" {
			t.Errorf("%q is waited for: %q", part, got)
		}
	}
}

// TestAgainstAnother has a client of another make talk.
func TestAgainstAnother(t *testing.T) {
	conn, _, err := websocket.Dial(t.Context(), echo(t, usual()), &websocket.DialOptions{Subprotocols: []string{"echo"}}) //nolint:bodyclose // likewise
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(-1)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		sent := bytes.Repeat([]byte("ä"), chance.IntN(1<<chance.IntN(16)))
		w, err := conn.Writer(t.Context(), websocket.MessageText)
		if err != nil {
			t.Fatal(err)
		}
		for rest := sent; len(rest) > 0; {
			n := 1 + chance.IntN(len(rest))
			_, _ = w.Write(rest[:n])
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, got, err := conn.Read(t.Context())
		if err != nil || !bytes.Equal(got, sent) {
			t.Fatalf("%d bytes came back for %d: %v", len(got), len(sent), err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ctx = conn.CloseRead(ctx)
	if err := conn.Ping(ctx); err != nil {
		t.Error(err)
	}
	if err := conn.Close(websocket.StatusNormalClosure, "bye"); err != nil {
		t.Error(err)
	}
}

// FuzzFrames sends anything: the server answers or closes, and every text that
// comes back is UTF-8.
func FuzzFrames(f *testing.F) {
	f.Add([]byte(text("hello") + frame(0x89, "p", [4]byte{})))
	f.Add([]byte(frame(0x01, "a", [4]byte{}) + frame(0x80, "c", [4]byte{})))
	f.Add([]byte("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"))
	url := echo(f, usual())
	f.Fuzz(func(t *testing.T, b []byte) {
		conn, r := dial(t, url, "")
		_, _ = conn.Write(b)
		_ = conn.(*net.TCPConn).CloseWrite()
		for _, a := range answers(r, len(b)+2) {
			if text, is := strings.CutPrefix(a, "text "); is && !utf8.ValidString(text) {
				t.Errorf("%q for %q", a, b)
			}
			if a == "?" {
				t.Errorf("no frame for %q", b)
			}
		}
	})
}

func BenchmarkAppendText(b *testing.B) {
	line := bytes.Repeat([]byte("x"), 300)
	out := make([]byte, 0, 1<<16)
	b.SetBytes(300)
	for b.Loop() {
		if len(out) > 60000 {
			out = out[:0]
		}
		out = ws.AppendText(out, line)
	}
}
