package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog/memlog"
	"parley/internal/llm"
	"parley/internal/packs"
)

// frame is what a player reads from a room's stream, and when.
type frame struct {
	kind string
	at   time.Time
	json []byte
}

// player is whom the frame is about.
func (f frame) player() string {
	var e struct{ Player string }
	_ = json.Unmarshal(f.json, &e)
	return e.Player
}

// look is a room's snapshot, and when it was taken.
type look struct {
	at   time.Time
	json []byte
}

// played is all that a player could read of a game.
type played struct {
	frames []frame
	looks  []look
}

// sitting is one game on a node, and who sits at it.
type sitting struct {
	t       *testing.T
	node    *node
	speaker llm.Model
	code    string
	topic   string
}

// slowed is the speaker with the latency of a model elsewhere.
type slowed struct{ llm.Model }

func (m slowed) Complete(ctx context.Context, req llm.Request) (llm.Answer, error) {
	r := rand.New(rand.NewPCG(uint64(req.Seed), 1))
	timer := time.NewTimer(seconds(1.2 * math.Exp(0.7*r.NormFloat64())))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return m.Model.Complete(ctx, req)
}

// play has games played side by side on one node, in a time of their own.
func play(t *testing.T, games int, seed uint64) (all []played) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n, err := newNode(&settings{Model: llm.Builtin, Limits: "off", ModelCalls: 1000}, memlog.New(memlog.Options{}), nil, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		speaker := n.models.builtin
		n.models.builtin = slowed{speaker}
		all = make([]played, games)
		var wg sync.WaitGroup
		for g := range games {
			wg.Go(func() {
				rng := rand.New(rand.NewPCG(seed, uint64(g)))
				all[g] = (&sitting{t: t, node: n, speaker: speaker}).game(rng)
			})
		}
		wg.Wait()
		if err := n.stop(t.Context(), 0); err != nil {
			t.Error(err)
		}
	})
	return all
}

// game seats three people beside four agents and returns what one who has no
// seat has read when it is over.
func (st *sitting) game(rng *rand.Rand) played {
	const people = 3
	var made struct {
		Code string
		Room struct{ Topic string }
	}
	r := st.request(http.MethodPost, "", "", map[string]any{
		"seats": people, "agents": 4, "discussion_seconds": 150, "voting_seconds": 60, "reveal_seconds": 5, "visibility": "unlisted",
	})
	if err := json.Unmarshal(r.Body.Bytes(), &made); err != nil {
		st.t.Error(err)
		return played{}
	}
	st.code, st.topic = made.Code, made.Room.Topic
	p, err := packs.Default()
	if err != nil {
		st.t.Error(err)
		return played{}
	}
	personas := p.Personas("en")
	var wg sync.WaitGroup
	watching := st.watch("")
	for range people {
		<-time.After(seconds(20 * rng.Float64()))
		var seat struct{ Player, Token string }
		r := st.request(http.MethodPost, "/players", "", map[string]any{})
		if err := json.Unmarshal(r.Body.Bytes(), &seat); err != nil {
			st.t.Error(err)
		}
		one := &person{
			sitting: st, rng: rand.New(rand.NewPCG(rng.Uint64(), 0)), name: seat.Player, token: seat.Token,
			persona: personas[rng.IntN(len(personas))].ID, frames: st.watch(seat.Token),
		}
		wg.Go(one.live)
	}
	out := st.record(watching)
	wg.Wait()
	return out
}

// record reads a stream to its end, and the snapshot at each step.
func (st *sitting) record(stream <-chan frame) (out played) {
	for f := range stream {
		if f.kind == "" {
			break
		}
		out.frames = append(out.frames, f)
		if f.kind == "phase" || f.kind == "voted" {
			out.looks = append(out.looks, look{time.Now(), st.request(http.MethodGet, "", "", nil).Body.Bytes()})
		}
	}
	return out
}

// mustJSON encodes what always can be.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// request asks the node as a client would.
func (st *sitting) request(method, path, token string, body any) *httptest.ResponseRecorder {
	var in io.Reader
	if body != nil {
		in = bytes.NewReader(mustJSON(body))
	}
	at := "/v1/rooms"
	if st.code != "" {
		at += "/" + st.code
	}
	r := httptest.NewRequest(method, at+path, in)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	st.node.api.ServeHTTP(w, r)
	return w
}

// watch follows the room by server-sent events; a frame without a kind is the end.
func (st *sitting) watch(token string) <-chan frame {
	r := httptest.NewRequest(http.MethodGet, fmt.Sprintf("/v1/rooms/%s/events?after=0", st.code), nil)
	r.Header.Set("Accept", "text/event-stream")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := &stream{header: http.Header{}, frames: make(chan frame, 10_000)}
	go func() {
		st.node.api.ServeHTTP(w, r)
		w.frames <- frame{}
	}()
	return w.frames
}

// stream is the client's end of server-sent events.
type stream struct {
	header http.Header
	rest   string
	frames chan frame
}

// Header implements http.ResponseWriter.
func (s *stream) Header() http.Header { return s.header }

// WriteHeader implements http.ResponseWriter.
func (*stream) WriteHeader(int) {}

// Flush implements http.Flusher.
func (*stream) Flush() {}

// Write implements http.ResponseWriter.
func (s *stream) Write(b []byte) (int, error) {
	s.rest += string(b)
	for {
		event, rest, whole := strings.Cut(s.rest, "\n\n")
		if !whole {
			return len(b), nil
		}
		s.rest = rest
		for line := range strings.Lines(event) {
			if data, ok := strings.CutPrefix(strings.TrimSpace(line), "data: "); ok {
				var kind struct{ Type string }
				_ = json.Unmarshal([]byte(data), &kind)
				s.frames <- frame{kind.Type, time.Now(), []byte(data)}
			}
		}
	}
}
