package httpapi_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/internal/httpapi"
)

// Lines that are posted at once are all there, each at the place that its
// answer named.
func TestLinesAtOnceAreAllThere(t *testing.T) {
	w := newWorld(t)
	code, _ := w.open()
	const people, lines = 10, 20
	var mu sync.Mutex
	at := map[float64]string{}
	var wg sync.WaitGroup
	for p := range people {
		_, tok := w.join(code, map[string]any{"name": fmt.Sprint("Person ", p)})
		wg.Go(func() {
			for n := range lines {
				text := fmt.Sprintf("line %d of %d", n, p)
				r := w.do("POST", "/v1/rooms/"+code+"/messages", map[string]any{"text": text}, token(tok))
				if r.status != 201 {
					t.Errorf("status %d: %s", r.status, r.body)
					return
				}
				mu.Lock()
				at[r.json(t)["seq"].(float64)] = text
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(at) != people*lines {
		t.Fatalf("%d places for %d lines", len(at), people*lines)
	}
	for i, e := range w.byPoll(code, 0) {
		if text, said := at[float64(i+1)]; said && !strings.Contains(e, text) {
			t.Errorf("at %d stands %s, not %q", i+1, e, text)
		}
	}
}

// A player's session outlives its sockets: of two, closing one changes nothing
// for the other, nor for who is in the room.
func TestAPlayerOutlivesItsSockets(t *testing.T) {
	w := newWorld(t)
	code, _ := w.open()
	_, ann := w.join(code, map[string]any{"name": "Ann"})
	older, newer := w.mustDial(code, 2, token(ann)), w.mustDial(code, 2, token(ann))
	other := w.mustDial(code, 2)
	if err := older.CloseNow(); err != nil {
		t.Fatal(err)
	}
	w.write(newer, `{"type":"message","text":"still here","client_id":"1"}`)
	if a := w.waitFor(newer, "ack"); a["status"] != 201.0 {
		t.Errorf("the newer socket: %v", a)
	}
	if m := w.waitFor(other, "message"); m["text"] != "still here" {
		t.Errorf("the others see %v", m)
	}
	if err := newer.CloseNow(); err != nil {
		t.Fatal(err)
	}
	w.say(code, ann, "by another way")
	players := w.want(200, "GET", "/v1/rooms/"+code, nil).json(t)["players"].([]any)
	if len(players) != 1 {
		t.Errorf("players: %v", players)
	}
}

// Watching a room that waits neither starts the game nor takes a seat, and
// going away ends nothing.
func TestASocketStartsNoGame(t *testing.T) {
	w := newWorld(t)
	code, _ := w.room(map[string]any{"seats": 2, "agents": 1})
	_, ann := w.join(code, nil)
	w.unchanged(code, func() {
		conns := []func() error{w.mustDial(code, 0, token(ann)).CloseNow, w.mustDial(code, 0, token(ann)).CloseNow, w.mustDial(code, 0).CloseNow}
		for _, closed := range conns {
			if err := closed(); err != nil {
				t.Error(err)
			}
		}
		room := w.want(200, "GET", "/v1/rooms/"+code, nil).json(t)
		if room["phase"] != "waiting" || room["people"] != 1.0 {
			t.Errorf("the room: %v", room)
		}
	})
}

// listener is a response that can be read while it is written.
type listener struct {
	*httptest.ResponseRecorder
	mu sync.Mutex
}

func (l *listener) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ResponseRecorder.Write(b)
}

func (l *listener) heard() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Body.String()
}

// An event stream in which nothing happens has a comment every 15 seconds.
func TestEventStreamsHaveAHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := host.New(host.Config{Log: memlog.New(memlog.Options{}), Node: "test", Logger: slog.New(slog.DiscardHandler)})
		defer h.Close(t.Context())
		api, err := httpapi.New(httpapi.Config{Host: h, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		made := httptest.NewRecorder()
		api.ServeHTTP(made, httptest.NewRequest(http.MethodPost, "/v1/rooms", strings.NewReader(`{"mode":"open","agents":0}`)))
		r := httptest.NewRequest(http.MethodGet, made.Header().Get("Location")+"/events?after=1", nil)
		r.Header.Set("Accept", "text/event-stream")
		ctx, cancel := context.WithCancel(t.Context())
		stream := &listener{ResponseRecorder: httptest.NewRecorder()}
		over := make(chan struct{})
		go func() { defer close(over); api.ServeHTTP(stream, r.WithContext(ctx)) }()
		for n := range 4 {
			synctest.Wait() // the stream waits for something to send
			if got := stream.heard(); strings.Count(got, ":\n\n") != n+1 {
				t.Errorf("after %d s, want %d comments: %q", 15*n, n+1, got)
			}
			<-time.After(15 * time.Second) // fake time
		}
		cancel()
		<-over
	})
}
