package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/internal/llm/llmtest"
	"parley/internal/verify"
)

// siege is rooms in which people talk whatever happens to their server.
type siege struct {
	model  *llmtest.Handler
	env    []string
	args   []string
	data   string
	rooms  []*client.Room
	hosts  []*client.Seat
	seats  []*client.Seat
	unsure []string      // each seat's line that was sent and not answered
	gap    time.Duration // between a person's lines
	open   int           // turns that were open at faults
	wasted int           // calls beyond one a turn

	mu    sync.Mutex
	acked map[string]ack // by room/text
	heard chan struct{}  // closed and replaced when a line is acknowledged
}

// ack is the server's answer to a line.
type ack struct {
	seq uint64
	at  time.Time
}

// stands reports whether a line is where its answer said.
func (a ack) stands(events []client.Event, text string) bool {
	return a.seq > 0 && a.seq <= uint64(len(events)) && events[a.seq-1].Text == text
}

// newSiege has a model that takes up to so long for an answer.
func newSiege(t *testing.T, rng *rand.Rand, latency time.Duration) *siege {
	t.Helper()
	var mu sync.Mutex
	model := llmtest.NewHandler(func(c llmtest.Call) llmtest.Reply {
		mu.Lock()
		defer mu.Unlock()
		return llmtest.Reply{Text: fmt.Sprintf("words of call %d", c.N), Latency: time.Duration(rng.Int64N(int64(latency)))}
	})
	server := httptest.NewServer(model)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return &siege{
		model: model, data: t.TempDir(), acked: map[string]ack{}, heard: make(chan struct{}),
		env: []string{"OPENAI_BASE_URL=" + server.URL + "/v1"},
	}
}

func (s *siege) launch(t *testing.T) *process {
	t.Helper()
	return launch(t, s.env, append([]string{"--data", s.data, "--model", "openai:test", "--limits", "off"}, s.args...)...)
}

// start starts the server, and has everybody talk to it from now on.
func (s *siege) start(t *testing.T) *process {
	t.Helper()
	p := s.launch(t)
	if err := p.ready(); err != nil {
		t.Fatal(err)
	}
	for i, r := range s.rooms {
		s.rooms[i] = p.Room(r.Code)
		s.seats[i] = s.seats[i].At(s.rooms[i])
		s.hosts[i] = s.hosts[i].At(s.rooms[i])
	}
	return p
}

// enter makes three rooms, of two agents each that answer people only.
func (s *siege) enter(t *testing.T, p *process) {
	t.Helper()
	for range 3 {
		r, err := p.Create(t.Context(), client.Settings{
			"mode": "open", "agents": 2, "seats": 5, "pacing": "instant", "hops": 1, "silence_seconds": 0, "replies_per_minute": 600,
			"calls": 1_000_000,
		})
		if err != nil {
			t.Fatal(err)
		}
		kim, err := r.Join(t.Context(), "Kim")
		if err != nil {
			t.Fatal(err)
		}
		s.rooms, s.hosts, s.seats = append(s.rooms, r), append(s.hosts, r.Host), append(s.seats, kim)
		s.unsure = append(s.unsure, "")
	}
}

// talk has everybody post lines until ctx ends or a line is refused; what the
// server acknowledged is kept. A line without an answer is sent again the next
// time. The function returned waits until all have stopped.
func (s *siege) talk(ctx context.Context, round int) (wait func()) {
	var wg sync.WaitGroup
	for i, seat := range s.seats {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				text := s.unsure[i]
				if text == "" {
					text = fmt.Sprintf("line %d of round %d", n, round)
				}
				s.unsure[i] = text
				seq, err := seat.Say(ctx, text, text)
				if err != nil {
					return
				}
				s.unsure[i] = ""
				s.acknowledged(seat.Room().Code, text, seq)
				if llmtest.Delay(ctx, s.gap) != nil {
					return
				}
			}
		})
	}
	return wg.Wait
}

func (s *siege) acknowledged(code, text string, seq uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acked[code+"/"+text] = ack{seq, time.Now()}
	close(s.heard)
	s.heard = make(chan struct{})
}

// waitAcked returns when so many lines were acknowledged.
func (s *siege) waitAcked(ctx context.Context, n int) error {
	for {
		s.mu.Lock()
		enough, heard := len(s.acked) >= n, s.heard
		s.mu.Unlock()
		if enough {
			return nil
		}
		select {
		case <-heard:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (s *siege) countAcked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.acked)
}

// check looks at the rooms from outside: every acknowledged line is where it
// was said to be, and no answer stands twice.
func (s *siege) check(t *testing.T) {
	t.Helper()
	lost := 0
	for i, r := range s.rooms {
		turns := settled(t, s.hosts[i])
		replies := 0
		for _, turn := range turns {
			if turn.State == "replied" {
				replies++
			}
		}
		events := everything(t, r)
		lines := map[string]int{}
		spoken := 0
		for _, e := range events {
			if e.Type != "message" {
				continue
			}
			lines[e.Text]++
			if e.Player != "Kim" {
				spoken++
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
		lost += missing(t, s.copyAcked(), r.Code, events)
	}
	if lost > 0 {
		t.Errorf("%d of %d acknowledged lines are lost", lost, len(s.acked))
	}
	if again := s.model.Repeated(); len(again) > 0 {
		t.Errorf("attempts that were sent twice: %v", again)
	}
}

// cutRoom returns the text of a key ROOM/text, if it is of that room.
func cutRoom(key, code string) (string, bool) { return strings.CutPrefix(key, code+"/") }

// verifyData runs the real `parley verify` on a directory, whose log must be
// sound, and returns what it counted.
func verifyData(t *testing.T, data string) verify.Report {
	t.Helper()
	cmd := parley(t, nil, "verify", "--data", data, "--json")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("parley verify: %v\n%s", err, out)
	}
	var r verify.Report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// end lets the agents answer, stops the server, and looks at the rooms from
// outside and at the log.
func (s *siege) end(t *testing.T, p *process) verify.Report {
	t.Helper()
	s.check(t)
	if err := p.stop(); err != nil {
		t.Fatalf("the server stopped with %v", err)
	}
	r := verifyData(t, s.data)
	if r.PendingTriggers != 0 || r.OpenTurns != 0 || r.Replies == 0 {
		t.Errorf("verify: %+v", r)
	}
	if n := s.model.Total(); n > r.ModelCalls {
		t.Errorf("%d calls were sent, %d are in the log", n, r.ModelCalls)
	}
	return r
}

// median returns the middle of some figures.
func median(figures []int) int {
	slices.Sort(figures)
	return figures[len(figures)/2]
}
