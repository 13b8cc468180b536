// Package rival is the servers that Parley is measured against: what people
// would otherwise write or take.
package rival

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"sync"

	"github.com/coder/websocket"
)

// Hub relays lines between the people of a room and does nothing else: no log,
// no rules, no identity. Frames that wait for a person are written in one go.
type Hub struct {
	mu    sync.Mutex
	rooms map[string]*hubRoom
}

// NewHub returns a hub without rooms.
func NewHub() *Hub { return &Hub{rooms: map[string]*hubRoom{}} }

type hubRoom struct {
	mu     sync.Mutex
	seq    uint64
	people map[*hubPerson]struct{}
}

// ServeHTTP takes a person's WebSocket at /ws?room=R&name=N.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := &hubPerson{name: r.URL.Query().Get("name"), rung: make(chan struct{}, 1)}
	room := h.room(r.URL.Query().Get("room"))
	room.add(p) // before the answer, after which nothing may be missed
	defer room.remove(p)
	out := &gather{ResponseWriter: w}
	conn, err := websocket.Accept(out, r, nil)
	if err != nil {
		return
	}
	defer conn.CloseNow() //nolint:errcheck // it has ended
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go p.write(ctx, conn, out) //nolint:contextcheck // a connection outlives its handshake
	for {
		_, b, err := conn.Read(ctx) //nolint:contextcheck // likewise
		if err != nil {
			return
		}
		var in struct {
			Text string `json:"text"`
		}
		if json.Unmarshal(b, &in) == nil {
			room.post(p.name, in.Text)
		}
	}
}

func (h *Hub) room(code string) *hubRoom {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[code]
	if r == nil {
		r = &hubRoom{people: map[*hubPerson]struct{}{}}
		h.rooms[code] = r
	}
	return r
}

func (r *hubRoom) add(p *hubPerson) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.people[p] = struct{}{}
}

func (r *hubRoom) remove(p *hubPerson) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.people, p)
}

type hubFrame struct {
	Seq    uint64 `json:"seq"`
	Type   string `json:"type"`
	Player string `json:"player"`
	Text   string `json:"text"`
}

// post encodes a line once and queues it for everybody.
func (r *hubRoom) post(name, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seq++
	b, err := json.Marshal(hubFrame{Seq: r.seq, Type: "message", Player: name, Text: text})
	if err != nil {
		return
	}
	for p := range r.people {
		p.put(b)
	}
}

type hubPerson struct {
	name string
	rung chan struct{}

	mu    sync.Mutex
	queue [][]byte
}

func (p *hubPerson) put(b []byte) {
	p.mu.Lock()
	p.queue = append(p.queue, b)
	p.mu.Unlock()
	select {
	case p.rung <- struct{}{}:
	default:
	}
}

func (p *hubPerson) write(ctx context.Context, conn *websocket.Conn, out *gather) {
	for {
		select {
		case <-p.rung:
		case <-ctx.Done():
			return
		}
		p.mu.Lock()
		queue := p.queue
		p.queue = nil
		p.mu.Unlock()
		for _, b := range queue {
			if conn.Write(ctx, websocket.MessageText, b) != nil {
				return
			}
		}
		if out.flush() != nil {
			return
		}
	}
}

// gather is a connection whose writes wait for flush.
type gather struct {
	http.ResponseWriter
	net.Conn

	mu   sync.Mutex
	open bool // the handshake's answer has gone out
	held []byte
}

// Hijack implements http.Hijacker.
func (g *gather) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(g.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	g.Conn = conn
	return gathered{conn, g}, bufio.NewReadWriter(rw.Reader, bufio.NewWriter(gathered{conn, g})), nil
}

func (g *gather) flush() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, err := g.Conn.Write(g.held)
	g.held = g.held[:0]
	return err
}

// Header implements http.ResponseWriter; so do Write and WriteHeader.
func (g *gather) Header() http.Header { return g.ResponseWriter.Header() }

// Write implements http.ResponseWriter.
func (g *gather) Write(b []byte) (int, error) { return g.ResponseWriter.Write(b) }

type gathered struct {
	net.Conn
	g *gather
}

// Write holds b, but for the answer to the handshake.
func (c gathered) Write(b []byte) (int, error) {
	c.g.mu.Lock()
	defer c.g.mu.Unlock()
	if !c.g.open {
		c.g.open = true
		return c.Conn.Write(b)
	}
	c.g.held = append(c.g.held, b...)
	return len(b), nil
}

// Path is where a person's WebSocket is.
func Path(room, person int) string {
	return "/ws?room=R" + strconv.Itoa(room) + "&name=P" + strconv.Itoa(person)
}
