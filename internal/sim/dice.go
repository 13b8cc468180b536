package sim

import (
	"hash/fnv"
	"math"
	"sync"
	"time"
)

// dice is all the chance of a world: for every name a row of streams, which
// depend on the seed and the name and on nothing that happens elsewhere.
type dice struct {
	seed uint64

	mu    sync.Mutex
	given map[string]uint64 // streams so far, by name
}

func newDice(seed uint64) *dice { return &dice{seed: seed, given: map[string]uint64{}} }

// of returns the next stream of a name, for one goroutine.
func (d *dice) of(name string) *stream {
	d.mu.Lock()
	n := d.given[name]
	d.given[name] = n + 1
	d.mu.Unlock()
	return &stream{key: mix(d.seed, name, n)}
}

// mix makes a number of a seed, a name and a place.
func mix(seed uint64, name string, n uint64) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash takes all
	return scatter(scatter(seed^h.Sum64()) + n)
}

// scatter is the last step of SplitMix64: near numbers become far ones.
func scatter(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// stream is a row of numbers.
type stream struct{ key, drawn uint64 }

func (s *stream) next() uint64 {
	s.drawn++
	return scatter(s.key + s.drawn)
}

// below returns a number in [0, n).
func (s *stream) below(n int) int {
	return int(s.next() % uint64(n)) //nolint:gosec // n is a positive count and the rest is below it
}

// between returns a number in [low, high].
func (s *stream) between(low, high int) int { return low + s.below(high-low+1) }

// unit returns a number in [0, 1).
func (s *stream) unit() float64 { return float64(s.next()>>11) / (1 << 53) }

// chance is true in that share of cases.
func (s *stream) chance(share float64) bool { return s.unit() < share }

// upTo returns a duration in (0, most], to the nanosecond.
func (s *stream) upTo(most time.Duration) time.Duration {
	return 1 + time.Duration(s.unit()*float64(most))
}

// about returns a duration as often below the mean as waiting times are: most
// are short, a few are long.
func (s *stream) about(mean time.Duration) time.Duration {
	return 1 + time.Duration(-math.Log(1-s.unit())*float64(mean))
}

// pick returns one of several.
func pick[E any](s *stream, of ...E) E { return of[s.below(len(of))] }
