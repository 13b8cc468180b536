package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/internal/llm/llmtest"
	"parley/internal/verify"
)

const kills = 20

// siege is rooms whose server is killed again and again.
type siege struct {
	t     *testing.T
	model *llmtest.Handler
	env   []string
	data  string
	rooms []*client.Room
	hosts []*client.Seat
	seats []*client.Seat

	mu    sync.Mutex
	acked map[string]uint64 // room/text → seq
}

func TestNothingIsLostOrDoubledByKill9(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := newSiege(t, rand.New(rand.NewPCG(seed, 1)))
	s.open(t)
	for round := range kills {
		p := s.start(t)
		before := s.model.Total()
		stop := s.talk(round)
		if err := s.model.WaitTotal(t.Context(), before+1+rng.IntN(12)); err != nil {
			t.Fatal(err)
		}
		p.kill()
		stop()
	}
	p := s.start(t)
	s.check(t)
	if err := p.stop(); err != nil {
		t.Fatalf("the server stopped with %v", err)
	}
	s.verify(t)
}

func newSiege(t *testing.T, latency *rand.Rand) *siege {
	t.Helper()
	var mu sync.Mutex
	model := llmtest.NewHandler(func(c llmtest.Call) llmtest.Reply {
		mu.Lock()
		defer mu.Unlock()
		return llmtest.Reply{Text: fmt.Sprintf("words of call %d", c.N), Latency: time.Duration(latency.IntN(60)) * time.Millisecond}
	})
	server := httptest.NewServer(model)
	t.Cleanup(server.Close)
	return &siege{
		t: t, model: model, data: t.TempDir(), acked: map[string]uint64{},
		env: []string{"OPENAI_BASE_URL=" + server.URL + "/v1"},
	}
}

func (s *siege) start(t *testing.T) *process {
	t.Helper()
	p := start(t, s.env, "--data", s.data, "--model", "openai:test", "--limits", "off", "--log-level", "warn")
	for i, r := range s.rooms {
		s.rooms[i] = p.Room(r.Code)
		s.seats[i] = s.seats[i].At(s.rooms[i])
		s.hosts[i] = s.hosts[i].At(s.rooms[i])
	}
	return p
}

// open makes the rooms, of two agents each that answer people only.
func (s *siege) open(t *testing.T) {
	t.Helper()
	p := s.start(t)
	for range 3 {
		r, err := p.Create(t.Context(), client.Settings{
			"mode": "open", "agents": 2, "seats": 5, "pacing": "instant", "hops": 1, "silence_seconds": 0, "replies_per_minute": 600,
		})
		if err != nil {
			t.Fatal(err)
		}
		kim, err := r.Join(t.Context(), "Kim")
		if err != nil {
			t.Fatal(err)
		}
		s.rooms, s.hosts, s.seats = append(s.rooms, r), append(s.hosts, r.Host), append(s.seats, kim)
	}
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
}

// talk posts lines until the server is gone; what it acknowledged is kept.
func (s *siege) talk(round int) (stop func()) {
	ctx, cancel := context.WithCancel(s.t.Context())
	var wg sync.WaitGroup
	for i, seat := range s.seats {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				text := lineText(round, n)
				seq, err := seat.Say(ctx, text, fmt.Sprintf("%d-%d", round, n))
				if err != nil {
					return
				}
				s.mu.Lock()
				s.acked[s.rooms[i].Code+"/"+text] = seq
				s.mu.Unlock()
			}
		})
	}
	return func() { cancel(); wg.Wait() }
}

// check looks at the rooms from outside: every acknowledged line is where it
// was said to be, and no answer stands twice.
func (s *siege) check(t *testing.T) {
	t.Helper()
	for i, r := range s.rooms {
		turns := settled(t, s.hosts[i])
		replies := 0
		for _, turn := range turns {
			if turn.State == "replied" {
				replies++
			}
		}
		lines := map[string]int{}
		spoken := 0
		for _, e := range everything(t, r) {
			if e.Type != "message" {
				continue
			}
			lines[e.Text]++
			if e.Player != "Kim" {
				spoken++
			}
			if seq, ok := s.acked[r.Code+"/"+e.Text]; ok && seq == e.Seq {
				delete(s.acked, r.Code+"/"+e.Text)
			}
		}
		for text, n := range lines {
			if n > 1 {
				t.Errorf("%q was posted %d times", text, n)
			}
		}
		if spoken != replies {
			t.Errorf("%d lines of agents, %d turns that replied", spoken, replies)
		}
	}
	for line, seq := range s.acked {
		t.Errorf("acknowledged as %d and lost: %s", seq, line)
	}
	if again := s.model.Repeated(); len(again) > 0 {
		t.Errorf("attempts that were sent twice: %v", again)
	}
}

// verify runs the real `parley verify` on what is left.
func (s *siege) verify(t *testing.T) {
	t.Helper()
	out, err := parley(t, nil, "verify", "--data", s.data, "--json").Output()
	if err != nil {
		t.Fatalf("parley verify: %v\n%s", err, out)
	}
	var r verify.Report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	if r.PendingTriggers != 0 || r.OpenTurns != 0 || r.Replies == 0 {
		t.Errorf("verify: %+v", r)
	}
	t.Logf("%d kills: %d triggers, %d turns, %d replies, %d model calls, %d of them wasted", kills, r.Triggers, r.Turns, r.Replies, r.ModelCalls, r.WastedCalls)
}
