package main

import (
	"math"
	"slices"
)

// example is a player as the classifiers see it.
type example struct {
	game  int
	agent bool
	x     []float64
}

// examples makes numbers of games: each feature as it is, and as its rank in
// the game. It names them.
func examples(games []gameTraces) (all []example, columns []string) {
	var names []string
	known := map[string]float64{}
	for _, g := range games {
		for _, p := range g.players {
			for _, s := range p.shapes {
				if _, seen := known[s]; !seen {
					known[s] = float64(len(known))
				}
			}
		}
	}
	for n, g := range games {
		var rows []map[string]float64
		for _, p := range g.players {
			rows = append(rows, g.features(p, known))
		}
		if names == nil {
			for name := range rows[0] {
				names = append(names, name)
			}
			slices.Sort(names)
			for _, name := range names {
				columns = append(columns, name, name+", rank")
			}
		}
		for i, p := range g.players {
			e := example{game: n, agent: p.agent}
			for _, name := range names {
				e.x = append(e.x, rows[i][name], rank(rows, i, name))
			}
			all = append(all, e)
		}
	}
	return all, columns
}

// rank is the share of a game's players with less, those alike counted half.
func rank(rows []map[string]float64, i int, name string) float64 {
	x, below := rows[i][name], 0.0
	for j, row := range rows {
		switch {
		case j == i || math.IsNaN(x) || math.IsNaN(row[name]):
		case row[name] < x:
			below++
		case row[name] == x:
			below += 0.5
		}
	}
	return below / float64(len(rows)-1)
}

// scorer gives the more, the more an example looks like an agent.
type scorer func(x []float64) float64

// logistic trains a logistic regression on standardised features, with a
// penalty on large weights. What is missing counts as average.
func logistic(train []example) scorer {
	d := len(train[0].x)
	mean, deviation := make([]float64, d), make([]float64, d)
	for k := range d {
		var xs []float64
		for _, e := range train {
			if !math.IsNaN(e.x[k]) {
				xs = append(xs, e.x[k])
			}
		}
		m := map[string]float64{}
		spread(m, "", xs)
		mean[k], deviation[k] = m[".mean"], m[".deviation"]
	}
	standard := func(x []float64) []float64 {
		z := make([]float64, d)
		for k := range d {
			if deviation[k] > 1e-9 && !math.IsNaN(x[k]) {
				z[k] = min(max((x[k]-mean[k])/deviation[k], -4), 4)
			}
		}
		return z
	}
	zs := make([][]float64, len(train))
	for i, e := range train {
		zs[i] = standard(e.x)
	}
	w, bias := make([]float64, d), 0.0
	const rounds, rate, penalty = 300, 0.3, 0.02
	for range rounds {
		slope, lift := make([]float64, d), 0.0
		for i, e := range train {
			miss := sigmoid(dot(w, zs[i])+bias) - truth(e)
			lift += miss
			for k, z := range zs[i] {
				slope[k] += miss * z
			}
		}
		n := float64(len(train))
		bias -= rate * lift / n
		for k := range w {
			w[k] -= rate * (slope[k]/n + penalty*w[k])
		}
	}
	return func(x []float64) float64 { return dot(w, standard(x)) }
}

func sigmoid(a float64) float64 { return 1 / (1 + math.Exp(-a)) }

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func truth(e example) float64 {
	if e.agent {
		return 1
	}
	return 0
}

// stump says yes above a bound of one feature, or what is missing there.
type stump struct {
	feature             int
	bound               float64
	above, below, empty float64
}

func (s stump) vote(x []float64) float64 {
	switch v := x[s.feature]; {
	case math.IsNaN(v):
		return s.empty
	case v > s.bound:
		return s.above
	default:
		return s.below
	}
}

// boosted trains stumps one after the other, each on what those before it got
// wrong (gradient boosting of the logistic loss).
func boosted(train []example) scorer {
	const rounds, rate = 80, 0.15
	cells := make([]cell, len(train[0].x))
	for k := range cells {
		cells[k] = divide(train, k)
	}
	scores, wrong := make([]float64, len(train)), make([]float64, len(train))
	var chosen []stump
	for range rounds {
		for i, e := range train {
			wrong[i] = truth(e) - sigmoid(scores[i])
		}
		best, gain := stump{}, -1.0
		for k, c := range cells {
			if s, g := c.fit(k, wrong); g > gain {
				best, gain = s, g
			}
		}
		best.above, best.below, best.empty = rate*best.above, rate*best.below, rate*best.empty
		chosen = append(chosen, best)
		for i, e := range train {
			scores[i] += best.vote(e.x)
		}
	}
	return func(x []float64) (sum float64) {
		for _, s := range chosen {
			sum += s.vote(x)
		}
		return sum
	}
}

// cell divides the examples by the bounds of one feature: what is at most the
// first bound, the second …, above all, and last what is missing.
type cell struct {
	bounds []float64
	of     []int // by example
}

func divide(train []example, k int) (c cell) {
	const cuts = 12
	var xs []float64
	for _, e := range train {
		if !math.IsNaN(e.x[k]) {
			xs = append(xs, e.x[k])
		}
	}
	slices.Sort(xs)
	for n := range cuts {
		if len(xs) > 0 {
			c.bounds = append(c.bounds, xs[n*len(xs)/cuts])
		}
	}
	c.bounds = slices.Compact(c.bounds)
	for _, e := range train {
		place, _ := slices.BinarySearch(c.bounds, e.x[k])
		if math.IsNaN(e.x[k]) {
			place = len(c.bounds) + 1
		}
		c.of = append(c.of, place)
	}
	return c
}

// fit gives the stump of the feature that explains most of what is wrong, and
// how much that is.
func (c cell) fit(k int, wrong []float64) (best stump, gain float64) {
	sums, counts := make([]float64, len(c.bounds)+2), make([]float64, len(c.bounds)+2)
	all, n := 0.0, 0.0
	for i, place := range c.of {
		sums[place] += wrong[i]
		counts[place]++
		if place <= len(c.bounds) {
			all += wrong[i]
			n++
		}
	}
	mean := func(sum, n float64) float64 { return sum / (0.25*n + 5) } // small groups say little
	none := mean(sums[len(sums)-1], counts[len(sums)-1])
	sum, count := 0.0, 0.0
	for place, bound := range c.bounds {
		sum += sums[place]
		count += counts[place]
		s := stump{feature: k, bound: bound, below: mean(sum, count), above: mean(all-sum, n-count), empty: none}
		if g := sum*s.below + (all-sum)*s.above + sums[len(sums)-1]*none; g > gain {
			best, gain = s, g
		}
	}
	return best, gain
}
