package httpapi_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/httpapi"
)

// clock is a clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func limited(t *testing.T) (*world, *clock) {
	t.Helper()
	c := &clock{now: time.Now()}
	return newWorld(t, func(cfg *httpapi.Config) { cfg.Limits, cfg.Now = true, c.Now }), c
}

func tooMany(t *testing.T, r reply) time.Duration {
	t.Helper()
	checkProblem(t, r)
	seconds, err := strconv.Atoi(r.header.Get("Retry-After"))
	if r.status != 429 || err != nil || seconds < 1 {
		t.Fatalf("status %d, Retry-After %q", r.status, r.header.Get("Retry-After"))
	}
	return time.Duration(seconds) * time.Second
}

func TestLineLimit(t *testing.T) {
	w, c := limited(t)
	code, _ := w.open()
	_, ann := w.join(code, map[string]any{"name": "Ann"})
	_, bob := w.join(code, map[string]any{"name": "Bob"})
	for i := range 50 {
		w.say(code, ann, strconv.Itoa(i))
	}
	var wait time.Duration
	w.unchanged(code, func() {
		wait = tooMany(t, w.do("POST", "/v1/rooms/"+code+"/messages", map[string]any{"text": "x"}, token(ann)))
		tooMany(t, w.do("POST", "/v1/rooms/"+code+"/votes", map[string]any{"suspect": "Bob"}, token(ann)))
		conn := w.mustDial(code, 0, token(ann))
		w.write(conn, `{"type":"message","text":"x"}`)
		if f := w.waitFor(conn, "error"); f["status"] != 429.0 || f["retry_after"] == nil {
			t.Errorf("by socket: %v", f)
		}
	})
	w.say(code, bob, "I am another")
	c.add(wait)
	w.say(code, ann, "after the wait")
}

func TestAddressLimits(t *testing.T) {
	w, c := limited(t)
	code, _ := w.open()
	for range 99 {
		w.want(201, "POST", "/v1/rooms", `{}`)
	}
	wait := tooMany(t, w.do("POST", "/v1/rooms", `{}`))
	w.want(201, "POST", "/v1/rooms", `{}`, header("X-Forwarded-For", "203.0.113.9"))
	w.want(422, "POST", "/v1/rooms", `{"seats":"x"}`)
	c.add(wait)
	w.want(201, "POST", "/v1/rooms", `{}`)
	c.add(time.Second)
	locked, _ := w.open(map[string]any{"password": "geheim"})
	for range 20 {
		w.want(403, "POST", "/v1/rooms/"+locked+"/players", `{"name":"x","password":"wrong"}`)
	}
	wait = tooMany(t, w.do("POST", "/v1/rooms/"+locked+"/players", `{"name":"x","password":"geheim"}`))
	w.join(code, map[string]any{"name": "Ann"})
	c.add(wait)
	w.join(locked, map[string]any{"name": "Ann", "password": "geheim"})
}

func TestStreamLimit(t *testing.T) {
	w, _ := limited(t)
	code, _ := w.open()
	for range 199 {
		w.mustDial(code, 0)
	}
	last := w.mustDial(code, 0)
	if conn, r := w.dial(code, 0); conn != nil || r.status != http.StatusTooManyRequests || r.header.Get("Retry-After") == "" {
		t.Fatalf("socket 201: %v", r)
	}
	tooMany(t, w.do("GET", "/v1/rooms/"+code+"/events", nil, header("Accept", "text/event-stream")))
	w.want(200, "GET", "/v1/rooms/"+code+"/events", nil)
	_ = last.Close(1000, "")
	for { // the server hears of it soon
		if conn, _ := w.dial(code, 0); conn != nil {
			_ = conn.CloseNow()
			return
		}
	}
}

// TestLimitsForget keeps the memory of the limits bounded.
func TestLimitsForget(t *testing.T) {
	c := &clock{now: time.Now()}
	api, err := httpapi.New(httpapi.Config{Host: newWorld(t).host, Logger: slog.New(slog.DiscardHandler), Limits: true, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	flood := func(from, n int) {
		for i := range n {
			r := httptest.NewRequest(http.MethodPost, "/v1/rooms", strings.NewReader(`{"mode":"open","agents":0}`))
			r.RemoteAddr = "127.0.0.1:1"
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", (from+i)>>16&255, (from+i)>>8&255, (from+i)&255))
			api.ServeHTTP(httptest.NewRecorder(), r)
		}
	}
	flood(0, 100)
	if n := api.Buckets(); n != 100 {
		t.Fatalf("%d buckets for 100 addresses", n)
	}
	c.add(11 * time.Minute)
	flood(1000, 1)
	c.add(11 * time.Minute)
	flood(1001, 1)
	if n := api.Buckets(); n > 2 {
		t.Errorf("%d buckets are left", n)
	}
}

func TestAddress(t *testing.T) {
	for _, tt := range []struct{ remote, forwarded, want string }{
		{"203.0.113.7:1234", "", "203.0.113.7"},
		{"203.0.113.7:1234", "10.0.0.1", "203.0.113.7"},
		{"127.0.0.1:1234", "", "127.0.0.1"},
		{"127.0.0.1:1234", "10.0.0.1, 10.0.0.2", "10.0.0.2"},
		{"[::1]:1234", "nonsense", "::/64"},
		{"[2001:db8:1:2:3::4]:1", "", "2001:db8:1:2::/64"},
		{"[::ffff:203.0.113.7]:1", "", "203.0.113.7"},
	} {
		r := &http.Request{RemoteAddr: tt.remote, Header: http.Header{}}
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if got := httpapi.Address(r); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}

// TestPanic answers for a handler that fails.
func TestPanic(t *testing.T) {
	var logged strings.Builder
	w := newWorld(t)
	cfg := w.cfg
	cfg.Logger = slog.New(slog.NewTextHandler(&logged, nil))
	api, err := httpapi.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	api.Break()
	rec := httptest.NewRecorder()
	api.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/break", nil))
	r := reply{rec.Code, rec.Header(), rec.Body.Bytes()}
	checkProblem(t, r)
	if r.status != 500 || strings.Contains(string(r.body), "on purpose") || !strings.Contains(logged.String(), "on purpose") {
		t.Errorf("status %d %s; logged %s", r.status, r.body, logged.String())
	}
}

// TestLimitsRememberFloods lets nobody refill a bucket by making others.
func TestLimitsRememberFloods(t *testing.T) {
	c := &clock{now: time.Now()}
	api, err := httpapi.New(httpapi.Config{Host: newWorld(t).host, Logger: slog.New(slog.DiscardHandler), Limits: true, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	create := func() int {
		rec := httptest.NewRecorder()
		api.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/v1/rooms", strings.NewReader(`{"mode":"open","agents":0}`)))
		return rec.Code
	}
	for range 100 {
		if got := create(); got != http.StatusCreated {
			t.Fatalf("status %d", got)
		}
	}
	api.Fill(httpapi.Generation)
	if got := create(); got != http.StatusTooManyRequests {
		t.Errorf("status %d after a flood by others", got)
	}
	if n := api.Buckets(); n > 2*httpapi.Generation {
		t.Errorf("%d buckets", n)
	}
}
