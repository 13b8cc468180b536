package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/internal/httpapi"
)

// world is a server over a real host and a log in memory.
type world struct {
	t    testing.TB
	log  eventlog.Log
	host *host.Host
	http *httptest.Server
	cfg  httpapi.Config
}

func newWorld(tb testing.TB, change ...func(*httpapi.Config)) *world {
	tb.Helper()
	logger := slog.New(slog.DiscardHandler)
	log := memlog.New(memlog.Options{})
	h := host.New(host.Config{Log: log, Node: "test", Logger: logger})
	cfg := httpapi.Config{
		Host: h, Logger: logger, Version: "test", DefaultModel: "builtin",
		Topic:      func(_ string, chance uint64) string { return "Topic " + strconv.Itoa(int(chance%100)) },
		Personas:   personas,
		Persona:    persona,
		KnownModel: func(name string) bool { return name == "builtin" || name == "openai:secretmodel" },
		Metrics:    http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "parley_rooms 0\n") }),
		Web: fstest.MapFS{
			"index.html": {Data: []byte("<!doctype html><title>Parley</title>")},
			"main.js":    {Data: []byte("export {};")},
			"css/a.css":  {Data: []byte("a{}")},
		},
	}
	for _, c := range change {
		c(&cfg)
	}
	api, err := httpapi.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	w := &world{t: tb, log: log, host: h, http: httptest.NewServer(api), cfg: cfg}
	tb.Cleanup(func() {
		w.http.CloseClientConnections()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		if err := h.Close(ctx); err != nil {
			tb.Error(err)
		}
		w.http.Close()
		if err := log.Close(); err != nil {
			tb.Error(err)
		}
	})
	return w
}

func personas(string, int, uint64) []httpapi.Persona {
	return []httpapi.Persona{{ID: "zoe-persona", Name: "Zoe"}, {ID: "max-persona", Name: "Max"}, {ID: "ida-persona", Name: "Ida"}}
}

func persona(lang, id string) (httpapi.Persona, bool) {
	for _, p := range personas(lang, 0, 0) {
		if p.ID == id {
			return p, true
		}
	}
	return httpapi.Persona{}, false
}

// reply is an answer, read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) json(tb testing.TB) map[string]any {
	tb.Helper()
	var m map[string]any
	if err := json.Unmarshal(r.body, &m); err != nil {
		tb.Fatalf("status %d, not a JSON object: %s", r.status, r.body)
	}
	return m
}

type option func(*http.Request)

func token(t string) option {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+t) }
}

func header(name, value string) option {
	return func(r *http.Request) { r.Header.Add(name, value) }
}

// do sends a request. A body that is no string is sent as JSON.
func (w *world) do(method, path string, body any, options ...option) reply {
	w.t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	default:
		j, err := json.Marshal(b)
		if err != nil {
			w.t.Fatal(err)
		}
		in = bytes.NewReader(j)
	}
	req, err := http.NewRequest(method, w.http.URL+path, in)
	if err != nil {
		w.t.Fatal(err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, o := range options {
		o(req)
	}
	client := &http.Client{
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil { // not fatal: this may be a goroutine that another waits for
		w.t.Errorf("%s %s: %v", method, path, err)
		return reply{header: http.Header{}}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Errorf("%s %s: %v", method, path, err)
	}
	return reply{res.StatusCode, res.Header, b}
}

// want sends a request and demands a status.
//
//nolint:revive // a request has these parts
func (w *world) want(status int, method, path string, body any, options ...option) reply {
	w.t.Helper()
	r := w.do(method, path, body, options...)
	if r.status != status {
		w.t.Fatalf("%s %s %v: status %d, want %d: %s", method, path, body, r.status, status, r.body)
	}
	if status >= 400 {
		checkProblem(w.t, r)
	}
	return r
}

func checkProblem(tb testing.TB, r reply) {
	tb.Helper()
	p := r.json(tb)
	if got := r.header.Get("Content-Type"); got != "application/problem+json" {
		tb.Errorf("status %d is sent as %q: %s", r.status, got, r.body)
	}
	if p["type"] != "about:blank" || p["title"] == "" || p["detail"] == "" || p["status"] != float64(r.status) {
		tb.Errorf("status %d with an incomplete problem: %s", r.status, r.body)
	}
}

// room makes a room and returns its code and the host's token.
func (w *world) room(settings map[string]any) (code, hostToken string) {
	w.t.Helper()
	m := w.want(201, "POST", "/v1/rooms", settings).json(w.t)
	return m["code"].(string), m["host_token"].(string)
}

func (w *world) open(more ...map[string]any) (code, hostToken string) {
	w.t.Helper()
	settings := map[string]any{"mode": "open", "seats": 10, "agents": 0}
	for _, m := range more {
		maps.Copy(settings, m)
	}
	return w.room(settings)
}

// join takes a seat and returns its name and token.
func (w *world) join(code string, body any, options ...option) (name, tok string) {
	w.t.Helper()
	m := w.want(201, "POST", "/v1/rooms/"+code+"/players", body, options...).json(w.t)
	return m["player"].(string), m["token"].(string)
}

func (w *world) say(code, tok, text string) {
	w.t.Helper()
	w.want(201, "POST", "/v1/rooms/"+code+"/messages", map[string]any{"text": text}, token(tok))
}

// mark is how far a room's log has come.
func (w *world) mark(code string) (records int, seq uint64) {
	w.t.Helper()
	for e, err := range w.log.Read(w.t.Context(), code, 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		records++
		seq = e.Record.Seq
	}
	return records, seq
}

// unchanged runs f and demands that the room's log is what it was.
func (w *world) unchanged(code string, f func()) {
	w.t.Helper()
	r0, s0 := w.mark(code)
	f()
	if r1, s1 := w.mark(code); r1 != r0 || s1 != s0 {
		w.t.Errorf("something changed: records %d to %d, seq %d to %d", r0, r1, s0, s1)
	}
}

func mustJSON(tb testing.TB, v any) []byte {
	tb.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}
