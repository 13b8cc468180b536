package agent

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"
	"unicode/utf8"

	"parley/room"
)

// bell is how long before the end of a phase the last line may be due.
const bell = time.Second

// lineDue returns when a person would have written the line, or the zero time
// for at once. It counts from the moment the agent could have begun to read, so
// that a slow model does not slow it further. What would come after the bell
// comes in the last seconds before it, not all at the same instant.
func (c *Crew) lineDue(scene *room.Scene, line string, now time.Time) time.Time {
	if scene.Pacing != room.PaceHuman {
		return time.Time{}
	}
	from, answers := scene.BeganAt, 0
	for _, l := range scene.Lines[len(scene.Lines)-scene.New:] {
		if l.Player == scene.Agent {
			continue
		}
		answers = utf8.RuneCountInString(l.Text)
		if l.At.After(from) {
			from = l.At
		}
	}
	due := from.Add(typing(c.chance, utf8.RuneCountInString(line), answers))
	if last := scene.EndsAt.Add(-bell); !scene.EndsAt.IsZero() && due.After(last) {
		due = last.Add(-time.Duration(c.chance.Float64() * float64(2*bell)))
		if due.Before(now) {
			due = last
		}
	}
	return future(due, now)
}

// voteDue returns when a person would have voted, or the zero time for at once.
// In a vote too short for that it is within its first four fifths.
func (c *Crew) voteDue(scene *room.Scene, now time.Time) time.Time {
	if scene.Pacing != room.PaceHuman {
		return time.Time{}
	}
	after := choosing(c.chance)
	if !scene.EndsAt.IsZero() {
		window := min(scene.EndsAt.Sub(scene.BeganAt)*4/5, scene.EndsAt.Sub(scene.BeganAt)-bell)
		if after > window {
			after = time.Duration((0.3 + 0.7*c.chance.Float64()) * float64(window))
		}
	}
	return future(scene.BeganAt.Add(after), now)
}

func future(due, now time.Time) time.Time {
	if due.After(now) {
		return stamp(due)
	}
	return time.Time{}
}

// typing draws how long a person takes from reading a line of answered
// characters to having typed one of chars:
//
//	1 + N(0.255, 0.0255)·chars + N(0.03, 0.003)·answered + Gamma(2.5, 0.25) seconds
//
// with means and deviations, shape and scale. It is the delay of the Turing
// test of Jones et al. (FAccT 2025), as public code quotes it.
func typing(r *rand.Rand, chars, answered int) time.Duration {
	s := 1 + normal(r, 0.255, 0.0255)*float64(chars) + normal(r, 0.03, 0.003)*float64(answered) + gamma(r, 2.5, 0.25)
	return seconds(max(s, 0))
}

// choosing draws how long a person takes to vote: lognormal, two thirds of them
// within 8 to 20 seconds.
func choosing(r *rand.Rand) time.Duration {
	const median, sigma = 12.65, 0.458
	return seconds(median * math.Exp(sigma*r.NormFloat64()))
}

func normal(r *rand.Rand, mean, deviation float64) float64 {
	return mean + deviation*r.NormFloat64()
}

// gamma draws from the gamma distribution of a shape of at least 1, by the
// method of Marsaglia and Tsang, A Simple Method for Generating Gamma Variables
// (ACM TOMS 26, 2000).
func gamma(r *rand.Rand, shape, scale float64) float64 {
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v * scale
		}
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// locked makes a source of chance safe for concurrent use.
type locked struct {
	mu   sync.Mutex
	next func() uint64
}

// Uint64 implements rand.Source.
func (l *locked) Uint64() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next()
}

func newChance(next func() uint64) *rand.Rand {
	return rand.New(&locked{next: next}) //nolint:gosec // pacing and jitter are no secrets
}
