//go:build linux

package suite

import (
	"slices"
	"time"
)

// median of what f says of the rounds.
func (s Sample) median(f func(Round) float64) float64 {
	values := make([]float64, len(s.Rounds))
	for i, r := range s.Rounds {
		values[i] = f(r)
	}
	return middle(values)
}

func middle(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	if n == 0 {
		return 0
	}
	return (values[(n-1)/2] + values[n/2]) / 2
}

// ratio is the median of what Parley has to another server, round by round,
// since what else the machine does falls on both.
func (m measured) ratio(f func(Round) float64, other string) float64 {
	a, b := m.sample("parley"), m.sample(other)
	values := make([]float64, len(a.Rounds))
	for i := range values {
		values[i] = f(a.Rounds[i]) / f(b.Rounds[i])
	}
	return middle(values)
}

func (m measured) sample(server string) Sample {
	i := slices.IndexFunc(m.samples, func(s Sample) bool { return s.Server == server })
	return m.samples[i]
}

func published(r Round) float64 { return float64(r.Published) / r.Seconds }
func delivered(r Round) float64 { return float64(r.Delivered) / r.Seconds }

// latency returns a percentile in milliseconds.
func latency(q float64) func(Round) float64 {
	return func(r Round) float64 {
		return float64(r.Latency.ValueAtQuantile(q)) / float64(time.Millisecond)
	}
}

func processors(r Round) float64 { return r.Processor.Seconds() / r.Seconds }
func megabytes(r Round) float64  { return float64(r.Resident) / (1 << 20) }

// work is the server's processor time for a delivery, in microseconds.
func work(r Round) float64 {
	return float64(r.Processor) / float64(time.Microsecond) / float64(max(r.Delivered, 1))
}

func (s Sample) sum(f func(Round) int) int {
	n := 0
	for _, r := range s.Rounds {
		n += f(r)
	}
	return n
}
