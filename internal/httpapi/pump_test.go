package httpapi_test

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/internal/httpapi"
	"parley/room"
)

// TestNothingIsForgottenWhileASocketWrites has a client keep the socket in the
// middle of a write until there is more to write, an answer or a line. It comes
// as soon as the client reads on, and not only with whatever comes next.
func TestNothingIsForgottenWhileASocketWrites(t *testing.T) {
	for name, more := range map[string]func(*pipedRoom){
		"answer": func(p *pipedRoom) { p.ping("second") },
		"line":   func(p *pipedRoom) { p.say("second") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipedRoom(t)
				p.ping("first")
				synctest.Wait() // the socket waits for the client to read
				more(p)
				synctest.Wait()
				if got := p.frame(); got != "first" {
					t.Errorf("before it came %q", got)
				}
				if got := p.frame(); !strings.Contains(got, "second") {
					t.Errorf("it is forgotten; what came is %q", got)
				}
			})
		})
	}
}

// pipedRoom is an open room with Ann in it, and a client that watches it
// through a pipe, which holds nothing: a write lasts until it is read.
type pipedRoom struct {
	t    *testing.T
	host *host.Host
	conn net.Conn
	r    *bufio.Reader
}

func newPipedRoom(t *testing.T) *pipedRoom {
	t.Helper()
	const code = "ABCDEF"
	logger := slog.New(slog.DiscardHandler)
	h := host.New(host.Config{Log: memlog.New(memlog.Options{}), Node: "test", Logger: logger})
	api, err := httpapi.New(httpapi.Config{Host: h, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	made := room.Config{
		Code: code, Title: code, Mode: room.Open, Seats: 1, Overlap: room.Coalesce, Pacing: room.PaceInstant,
		RepliesPerMinute: 1, CreatedAt: time.Now().UTC(),
	}
	if _, err := h.Create(t.Context(), room.Create{Config: made}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Submit(t.Context(), code, room.Join{Name: "Ann"}); err != nil {
		t.Fatal(err)
	}
	near, far := net.Pipe()
	t.Cleanup(func() { _ = near.Close(); _ = h.Close(t.Context()); _ = api.WaitSockets(t.Context()) })
	r := httptest.NewRequest(http.MethodGet, "/v1/rooms/"+code+"/ws?after=2", nil)
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
	} {
		r.Header.Set(name, value)
	}
	go api.ServeHTTP(piped{httptest.NewRecorder(), far}, r)
	p := &pipedRoom{t: t, host: h, conn: near, r: bufio.NewReaderSize(near, 16)}
	if res, err := http.ReadResponse(p.r, r); err != nil || res.StatusCode != http.StatusSwitchingProtocols { //nolint:bodyclose // a handshake has none
		t.Fatalf("handshake: %v, %v", res, err)
	}
	return p
}

func (p *pipedRoom) say(text string) {
	if _, err := p.host.Submit(p.t.Context(), "ABCDEF", room.Say{Player: "Ann", Text: text}); err != nil {
		p.t.Fatal(err)
	}
}

func (p *pipedRoom) ping(text string) {
	frame := append([]byte{0x89, 0x80 | byte(len(text)), 0, 0, 0, 0}, text...)
	if _, err := p.conn.Write(frame); err != nil {
		p.t.Fatal(err)
	}
}

// frame returns the payload of the next frame, which is a short one. It comes
// long before anything is sent because nothing is (in fake time).
func (p *pipedRoom) frame() string {
	if err := p.conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		p.t.Fatal(err)
	}
	var head [2]byte
	if _, err := io.ReadFull(p.r, head[:]); err != nil {
		return err.Error()
	}
	payload := make([]byte, head[1])
	if _, err := io.ReadFull(p.r, payload); err != nil {
		return err.Error()
	}
	return string(payload)
}

// piped is a response whose connection is an end of a pipe.
type piped struct {
	*httptest.ResponseRecorder
	conn net.Conn
}

// Hijack implements http.Hijacker.
func (p piped) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return p.conn, bufio.NewReadWriter(bufio.NewReader(p.conn), bufio.NewWriter(p.conn)), nil
}
