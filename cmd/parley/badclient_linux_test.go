package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/client"
)

// upgraded opens a WebSocket by hand, to do with it what no library would.
func upgraded(t *testing.T, p *process, room string) net.Conn {
	t.Helper()
	conn := rawConn(t, p)
	fmt.Fprintf(conn, "GET /v1/rooms/%s/ws?after=0 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", room)
	status, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.Contains(status, "101") {
		t.Fatalf("upgrade: %q, %v", status, err)
	}
	return conn
}

func rawConn(t *testing.T, p *process) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
	must(t, err)
	must(t, conn.(*net.TCPConn).SetReadBuffer(1<<10))
	return conn
}

// TestBadClientsHurtNobodyElse has clients that stop in mid-frame, in
// mid-request, never read, or come and go all the time, while people talk and
// one of them watches.
func TestBadClientsHurtNobodyElse(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	s := newSiege(t, rand.New(rand.NewPCG(seed, 0)), 20*time.Millisecond)
	p := s.start(t)
	s.enter(t, p)
	code := s.rooms[0].Code
	ctx, hush := context.WithCancel(t.Context())
	defer hush()
	watched := make(chan uint64, 1)
	go func() { watched <- watch(ctx, p.Room(code)) }()
	wait := s.talk(ctx, 0)
	must(t, s.waitAcked(t.Context(), 50)) // its own connections are open by then
	before := p.files(t)

	const each, slack = 20, 10 // what it opens for itself may vary
	var conns []net.Conn
	for range each {
		halfFrame, halfRequest, deaf := upgraded(t, p, code), rawConn(t, p), upgraded(t, p, code)
		halfFrame.Write([]byte{0x81, 0x85, 1, 2, 3, 4, 'h', 'e'}) // 2 of 5 bytes of a text
		fmt.Fprintf(halfRequest, "POST /v1/rooms/%s/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{", code)
		conns = append(conns, halfFrame, halfRequest, deaf)
	}
	comings := trials(100, 1000)
	for n := range comings {
		must(t, comeAndGo(t.Context(), p, code, n%2 == 0))
	}
	must(t, s.waitAcked(t.Context(), s.countAcked()+trials(100, 3000)))
	hush()
	wait()
	for _, c := range conns {
		c.Close()
	}
	http.DefaultClient.CloseIdleConnections()
	eventually(t, "its files are closed", func() bool { return p.files(t) < before+slack })
	if seen, last := <-watched, uint64(len(everything(t, s.rooms[0]))); seen == 0 || seen > last {
		t.Errorf("who watched has seen %d of %d events", seen, last)
	}
	lines := len(s.acked)
	s.end(t, p)
	t.Attr("guarantee", "clients that send half a frame or half a request, never read, or reconnect again and again: others lose nothing and see every event in order, and nothing stays open")
	t.Attr("trials", fmt.Sprintf("%d bad clients, %d reconnections, %d lines beside", len(conns), comings, lines))
	t.Attr("result", "0 lost, 0 doubled; the connections of all of them closed")
}

// watch follows a room until ctx ends and returns how many events it has seen
// in order; 0 when one was missing.
func watch(ctx context.Context, r *client.Room) uint64 {
	after := uint64(0)
	for {
		events, err := r.Events(ctx, "", after, 30)
		if err != nil {
			return after
		}
		for _, e := range events {
			if after++; e.Seq != after {
				return 0
			}
		}
	}
}

// comeAndGo reads one event of a room, and says goodbye or not.
func comeAndGo(ctx context.Context, p *process, code string, polite bool) error {
	ws, _, err := websocket.Dial(ctx, strings.Replace(p.base, "http", "ws", 1)+"/v1/rooms/"+code+"/ws?after=0", nil) //nolint:bodyclose // there is none
	if err != nil {
		return err
	}
	ws.SetReadLimit(1 << 20)
	if _, _, err := ws.Read(ctx); err != nil {
		return err
	}
	if polite {
		return ws.Close(websocket.StatusNormalClosure, "")
	}
	return ws.CloseNow()
}
