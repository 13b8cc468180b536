package web_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"parley/web"
)

// policy is what the package comment asks of a server.
const policy = "default-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// fake serves the page and as much of the protocol as the page uses. It keeps
// no rules: the tests say what happens in its rooms.
type fake struct {
	mu    sync.Mutex
	rooms map[string]*fakeRoom
	made  []string
	mute  bool // WebSockets are refused
	url   string
}

type seat struct {
	name, role string
	present    bool
	voted      bool
	out        bool
}

type fakeRoom struct {
	code, title, mode, topic, phase, status string
	round, people, seats                    int
	ends                                    time.Time
	created                                 time.Time
	password, visibility, language, next    string
	seated                                  []*seat          // in the order shown
	tokens                                  map[string]*seat // nil: the host before taking a seat
	host                                    string           // the token that is the host's
	byClient                                map[string]int
	events                                  []map[string]any
	passing                                 []map[string]any // typing and presence
	changed                                 chan struct{}
	cut                                     chan struct{}
	left                                    time.Duration
	deaf                                    string // the next line is taken, then the socket is "cut" before the ack, or left to "hang"
	taken                                   int    // lines that arrived, again and again
	skip                                    int    // so many events of the next batch are not sent
	late                                    bool   // no poll is answered before somebody has sat down, who then is the last
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{rooms: map[string]*fakeRoom{}}
	mux := http.NewServeMux()
	f.routes(mux)
	files := http.FileServerFS(web.Files())
	page := func(w http.ResponseWriter, _ *http.Request) {
		body, err := fs.ReadFile(web.Files(), "index.html")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	}
	mux.HandleFunc("GET /{$}", page)
	mux.HandleFunc("GET /r/{code}", page)
	mux.HandleFunc("GET /watch/{code}", page)
	mux.Handle("GET /assets/", http.StripPrefix("/assets/", files))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

// code makes the n-th room's code, all of the alphabet that codes use.
func code(n int) string {
	const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	return fmt.Sprintf("K7MP%c%c", letters[n/len(letters)%len(letters)], letters[n%len(letters)])
}

// with runs f on a room under the lock.
func (f *fake) with(code string, do func(*fakeRoom)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do(f.rooms[code])
}

// last returns the code of the room made last.
func (f *fake) last() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.made[len(f.made)-1]
}

// open makes a room as if somebody elsewhere had.
func (f *fake) open(mode, title string, seats int) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.add(mode, title, seats).code
}

func (f *fake) add(mode, title string, seats int) *fakeRoom {
	r := &fakeRoom{
		code: code(len(f.made)), title: title, mode: mode, seats: seats, phase: "waiting", status: "waiting",
		visibility: "public", created: time.Now(), tokens: map[string]*seat{}, byClient: map[string]int{},
		changed: make(chan struct{}), cut: make(chan struct{}),
	}
	if title == "" {
		r.title = "Room " + r.code
	}
	if mode == "open" {
		r.phase, r.status = "open", "running"
		r.append(map[string]any{"type": "phase", "phase": "open", "round": 0, "topic": "", "ends_at": nil})
	}
	f.rooms[r.code] = r
	f.made = append(f.made, r.code)
	return r
}

// append gives an event its number and time and wakes the followers.
func (r *fakeRoom) append(event map[string]any) int {
	event["seq"] = len(r.events) + 1
	event["at"] = stamp(time.Now())
	r.events = append(r.events, event)
	r.wake()
	return len(r.events)
}

func (r *fakeRoom) pass(event map[string]any) {
	r.passing = append(r.passing, event)
	r.wake()
}

func (r *fakeRoom) wake() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// drop ends every socket of the room, as a restarting server does.
func (r *fakeRoom) drop() {
	close(r.cut)
	r.cut = make(chan struct{})
}

func (r *fakeRoom) join(name, role string) *seat {
	s := &seat{name: name, role: role, present: true}
	r.seated = append(r.seated, s)
	if role == "person" {
		r.people++
	}
	if r.mode == "open" {
		r.append(map[string]any{"type": "joined", "player": name})
	}
	return s
}

func (r *fakeRoom) say(name, text string) int {
	return r.append(map[string]any{"type": "message", "player": name, "text": text})
}

// enter begins a phase that lasts for d.
func (r *fakeRoom) enter(phase string, round int, d time.Duration) {
	r.phase, r.round, r.status = phase, round, "running"
	r.ends = time.Now().Add(d)
	if phase == "closed" {
		r.status = "closed"
	}
	for _, s := range r.seated {
		s.voted = false
	}
	r.append(map[string]any{"type": "phase", "phase": phase, "round": round, "topic": r.topic, "ends_at": stamp(r.ends)})
}

// begin announces the cast of a game and opens its discussion.
func (r *fakeRoom) begin(topic string, agents ...string) {
	r.topic = topic
	for _, name := range agents {
		r.join(name, "agent")
	}
	for i := range r.seated {
		j := (i * 3) % len(r.seated)
		r.seated[i], r.seated[j] = r.seated[j], r.seated[i]
	}
	for _, s := range r.seated {
		r.append(map[string]any{"type": "joined", "player": s.name})
	}
	r.enter("discussion", 1, 3*time.Minute)
}

func stamp(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
