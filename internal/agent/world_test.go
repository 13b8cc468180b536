package agent_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/agent"
	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/room"
)

var errDown = errors.New("the log is unavailable")

// world is rooms under the real rules, with a log in memory and the hooks that
// a node calls. It is what a node is, on one lock.
type world struct {
	t      *testing.T
	logs   *lockedBuffer
	faulty func(code string, c room.Command) error // before a command is decided; nil for none
	landed func(code string, c room.Command) error // after it was; nil for none

	mu    sync.Mutex
	crew  *agent.Crew
	rooms map[string]*testRoom
	sent  []room.Command // by the crew, in order
	draws *rand.Rand
}

type testRoom struct {
	state room.State
	turns room.TurnLog
	timer *time.Timer
}

// newWorld gives a world and its crew, which works with one model.
func newWorld(t *testing.T, model llm.Model, change func(*agent.Config)) *world {
	t.Helper()
	w := &world{t: t, logs: &lockedBuffer{}, rooms: map[string]*testRoom{}, draws: rand.New(rand.NewPCG(1, 2))}
	w.crew = w.newCrew(model, change)
	return w
}

func (w *world) newCrew(model llm.Model, change func(*agent.Config)) *agent.Crew {
	config := agent.Config{
		Submit: w.submit, Node: "n1", Logger: slog.New(slog.NewTextHandler(w.logs, nil)),
		Rand:   rand.NewPCG(3, 4).Uint64,
		Lookup: func(string) (llm.Model, bool) { return model, true },
	}
	if change != nil {
		change(&config)
	}
	return agent.New(config)
}

func (w *world) replaceCrew(c *agent.Crew) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.crew = c
	for code := range w.rooms {
		w.offer(code)
	}
}

// submit is what the crew is given.
func (w *world) submit(_ context.Context, code string, c room.Command) (*room.Scene, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, c)
	if w.faulty != nil {
		if err := w.faulty(code, c); err != nil {
			return nil, err
		}
	}
	d, err := w.decide(code, c) //nolint:contextcheck // hints carry no context
	if err != nil {
		return nil, err
	}
	var scene *room.Scene
	if sc, ok := w.rooms[code].state.Scene(d.Turn); ok && d.Turn != "" {
		scene = &sc
	}
	if w.landed != nil {
		if err := w.landed(code, c); err != nil {
			return nil, err
		}
	}
	return scene, nil
}

// do decides a command of somebody else than the crew.
func (w *world) do(code string, c room.Command) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.decide(code, c); err != nil {
		w.t.Fatalf("%T: %v", c, err)
	}
}

func (w *world) decide(code string, c room.Command) (room.Decision, error) {
	r, ok := w.rooms[code]
	if !ok {
		r = &testRoom{timer: time.AfterFunc(time.Hour, func() { w.tick(code) })}
		w.rooms[code] = r
	}
	m := room.Moment{At: time.Now(), Chance: w.draws.Uint64()}
	d, err := room.Decide(&r.state, m, c)
	if err == nil && len(d.Events) > 0 {
		record := room.NewRecord(&r.state, m, c, d.Events)
		if err := errors.Join(r.state.ApplyRecord(record), r.turns.Apply(record)); err != nil {
			w.t.Errorf("%s: %v", code, err)
		}
		for _, e := range d.Events {
			if failed, ok := e.(room.AttemptFailed); ok {
				w.crew.Over(code, failed.Turn, failed.Call.Attempt)
			}
			if ended, ok := e.(room.TurnEnded); ok && ended.Call != nil {
				w.crew.Over(code, ended.Turn, ended.Call.Attempt)
			}
		}
	}
	w.offer(code)
	return d, err
}

func (w *world) tick(code string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.rooms[code]
	if at, ok := r.state.Deadline(true); ok && !at.After(time.Now()) {
		if _, err := w.decide(code, room.Tick{Attended: true}); err != nil {
			w.t.Errorf("tick: %v", err)
		}
		return
	}
	w.offer(code)
}

// offer hints, and sets the timer for what time alone brings.
func (w *world) offer(code string) {
	r := w.rooms[code]
	now := time.Now()
	ready, next := r.state.Ready(now)
	w.crew.Ready(code, ready)
	wait := time.Hour
	if at, ok := r.state.Deadline(true); ok {
		wait = at.Sub(now)
	}
	if !next.IsZero() {
		wait = min(wait, next.Sub(now))
	}
	r.timer.Reset(max(wait, 0))
}

// open makes an open room with agents A1, A2 … and the person Ann. An agent's
// line is no trigger.
func (w *world) open(code string, agents int, change func(*room.Config)) {
	w.t.Helper()
	config := room.Config{
		Code: code, Mode: room.Open, Seats: 10, Hops: 1, Overlap: room.Coalesce, Pacing: room.PaceInstant,
		RepliesPerMinute: 600, Calls: 100000, CreatedAt: time.Now(),
	}
	for i := range agents {
		config.Agents = append(config.Agents, room.AgentSpec{Name: "A" + string(rune('1'+i)), Model: "m"})
	}
	if change != nil {
		change(&config)
	}
	w.do(code, room.Create{Config: config})
	w.do(code, room.Join{Name: "Ann", Token: "ann-" + code})
}

func (w *world) say(code, text string) {
	w.t.Helper()
	w.do(code, room.Say{Player: "Ann", Text: text})
}

// turns returns what the room's turns are so far.
func (w *world) turns(code string) []room.TurnView {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rooms[code].turns.Turns()
}

func (w *world) pending(code string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rooms[code].state.Pending()
}

func (w *world) lines(code string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, l := range w.rooms[code].state.Lines {
		out = append(out, l.Player+": "+l.Text)
	}
	return out
}

// commands returns those of one kind that the crew sent.
func commands[C room.Command](w *world) []C {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []C
	for _, c := range w.sent {
		if c, ok := c.(C); ok {
			out = append(out, c)
		}
	}
	return out
}

// outcomes lists the turns' states and the outcomes of their attempts.
func (w *world) outcomes(code string) []string {
	var out []string
	for _, t := range w.turns(code) {
		words := []string{t.State + ":"}
		for _, a := range t.Attempts {
			if a.Outcome == nil {
				words = append(words, "running")
				continue
			}
			words = append(words, *a.Outcome)
		}
		out = append(out, strings.Join(words, " "))
	}
	slices.Sort(out)
	return out
}

// pass lets time go by, and then everything that is due at its end happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// numbered answers with a line that no other is like.
func numbered(after time.Duration) llmtest.Answering {
	return func(ctx context.Context, n int, req llm.Request) (llm.Answer, error) {
		if err := llmtest.Delay(ctx, after); err != nil {
			return llm.Answer{}, err
		}
		return llmtest.Line("line "+strings.Repeat("i", n), req), nil
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
