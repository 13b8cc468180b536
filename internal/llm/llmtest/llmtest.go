// Package llmtest stands in for models in tests.
//
// Scripted is an llm.Model inside the process: a function that counts, fit for
// synctest. Handler is a server over HTTP that speaks OpenAI's protocol or
// Anthropic's and whose behaviour is scripted for every request; it counts
// requests per X-Parley-Turn, keeps what was sent, and knows how many ran side
// by side. NewServer starts one for a test; a child process serves NewHandler
// itself. TestConnector holds a connector to what all of them promise.
package llmtest

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// tally counts calls, those under way included, and wakes who waits for them.
type tally struct {
	mu      sync.Mutex
	turns   map[string]int
	total   int
	running int
	most    int
	changed chan struct{} // closed and replaced at every change
}

func newTally() *tally {
	return &tally{turns: map[string]int{}, changed: make(chan struct{})}
}

// begin counts a call and gives its number, from 1, of all and of its turn.
func (t *tally) begin(turn string) (ofAll, ofTurn int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total++
	t.turns[turn]++
	t.running++
	t.most = max(t.most, t.running)
	t.wake()
	return t.total, t.turns[turn]
}

func (t *tally) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running--
	t.wake()
}

func (t *tally) wake() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// Count says how many calls carried this X-Parley-Turn.
func (t *tally) Count(turn string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.turns[turn]
}

// Total says how many calls there were.
func (t *tally) Total() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.total
}

// Running says how many calls are under way.
func (t *tally) Running() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.running
}

// MostAtOnce says how many calls ran side by side at most.
func (t *tally) MostAtOnce() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.most
}

// Turns gives the number of calls of every X-Parley-Turn seen.
func (t *tally) Turns() map[string]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.turns)
}

// Repeated gives the turns called more than once, sorted.
func (t *tally) Repeated() []string {
	var out []string
	for turn, n := range t.Turns() {
		if n > 1 {
			out = append(out, turn)
		}
	}
	slices.Sort(out)
	return out
}

// WaitTotal returns when there were at least n calls, or with ctx's error.
func (t *tally) WaitTotal(ctx context.Context, n int) error {
	return t.wait(ctx, func() bool { return t.total >= n })
}

// WaitIdle returns when no call is under way, or with ctx's error.
func (t *tally) WaitIdle(ctx context.Context) error {
	return t.wait(ctx, func() bool { return t.running == 0 })
}

func (t *tally) wait(ctx context.Context, enough func() bool) error {
	for {
		t.mu.Lock()
		ok, changed := enough(), t.changed
		t.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Delay waits for d, or until ctx ends and gives its error. In a synctest
// bubble it takes the bubble's time.
func Delay(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
