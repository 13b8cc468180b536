package sim

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Options say which worlds to run.
type Options struct {
	Seed  uint64        // the first
	Seeds int           // how many, one after the other
	Rooms int           // of a world at a time
	Hours time.Duration // of a world, by its own clock
	Short int           // shorter scripts to try for one that fails
}

// Outcome is what the worlds came to.
type Outcome struct {
	Tally

	Failures []Failure `json:"failures"`
}

// Failure is a world in which something happened that must not.
type Failure struct {
	Seed       uint64      `json:"seed"`
	Violations []Violation `json:"violations"`
	Script     []string    `json:"script"` // the shortest found that still fails
}

// String tells what happened, and then the script.
func (f Failure) String() string {
	var b strings.Builder
	for _, v := range f.Violations {
		fmt.Fprintf(&b, "%s\n", v)
	}
	fmt.Fprintf(&b, "----\n%s\n", strings.Join(f.Script, "\n"))
	return b.String()
}

// Run runs worlds side by side, one a processor, until there are enough, one has
// failed, or ctx ends.
func Run(ctx context.Context, o Options) Outcome {
	began := time.Now()
	r := runs{Options: o, ctx: ctx, Outcome: Outcome{Failures: []Failure{}}}
	var running sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		running.Go(func() {
			for r.one() {
			}
		})
	}
	running.Wait()
	for i := range r.Failures {
		f := &r.Failures[i]
		f.Script = shrink(draw(f.Seed, o.Rooms, o.Hours), f.Violations[0].Rule, o.Short)
	}
	r.Seconds = time.Since(began).Seconds()
	return r.Outcome
}

// runs is a Run that goes on.
type runs struct {
	Options

	ctx context.Context

	mu    sync.Mutex
	begun int
	Outcome
}

// one runs the next world, if there is to be another, and reports whether there
// was.
func (r *runs) one() bool {
	r.mu.Lock()
	if r.begun == r.Seeds || len(r.Failures) > 0 || r.ctx.Err() != nil {
		r.mu.Unlock()
		return false
	}
	seed := r.Seed + uint64(r.begun) //nolint:gosec // a count
	r.begun++
	r.mu.Unlock()
	j, faults := run(draw(seed, r.Rooms, r.Hours))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.merge(j.Tally)
	if len(faults) > 0 {
		r.Failures = append(r.Failures, Failure{Seed: seed, Violations: faults})
	}
	return true
}

// run plays a script in a bubble and judges what came of it.
func run(s script) (j judgement, faults []Violation) {
	var w *world
	defer func() {
		if e := recover(); e != nil {
			faults = append(faults, Violation{"panic", fmt.Sprint(e)})
		}
	}()
	bubble(func() {
		w = newWorld(s)
		w.play(s)
	})
	j = w.judge()
	return j, w.faults
}

// bubble calls do with a clock of its own, which moves on when all goroutines of
// the bubble wait. It returns when all have ended. Package testing lends nothing
// else: its T has no test, and is never failed.
func bubble(do func()) {
	synctest.Test(new(testing.T), func(*testing.T) { do() })
}
