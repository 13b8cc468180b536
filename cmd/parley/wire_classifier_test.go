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
// the game.
func examples(games []gameTraces) (all []example) {
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
		}
		for i, p := range g.players {
			e := example{game: n, agent: p.agent}
			for _, name := range names {
				e.x = append(e.x, rows[i][name], rank(rows, i, name))
			}
			all = append(all, e)
		}
	}
	return all
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
	const rounds, rate, cuts = 80, 0.15, 12
	d := len(train[0].x)
	bounds := make([][]float64, d)
	for k := range d {
		var xs []float64
		for _, e := range train {
			if !math.IsNaN(e.x[k]) {
				xs = append(xs, e.x[k])
			}
		}
		slices.Sort(xs)
		for c := 1; c < cuts && len(xs) > 0; c++ {
			bounds[k] = append(bounds[k], xs[c*len(xs)/cuts])
		}
		bounds[k] = slices.Compact(bounds[k])
		if len(xs) > 0 && xs[0] < bounds[k][0] {
			bounds[k] = append(bounds[k], xs[0])
		}
	}
	scores := make([]float64, len(train))
	var chosen []stump
	for range rounds {
		wrong := make([]float64, len(train))
		for i, e := range train {
			wrong[i] = truth(e) - sigmoid(scores[i])
		}
		best, gain := stump{}, -1.0
		for k := range d {
			for _, b := range bounds[k] {
				if s, g := fit(train, wrong, k, b); g > gain {
					best, gain = s, g
				}
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

// fit gives the stump for a bound, and how much it explains.
func fit(train []example, wrong []float64, k int, bound float64) (stump, float64) {
	var sum, n [3]float64
	for i, e := range train {
		side := 0
		switch v := e.x[k]; {
		case math.IsNaN(v):
			side = 2
		case v > bound:
			side = 1
		}
		sum[side] += wrong[i]
		n[side]++
	}
	mean := func(side int) float64 { return sum[side] / (0.25*n[side] + 5) } // small groups say little
	s := stump{feature: k, bound: bound, below: mean(0), above: mean(1), empty: mean(2)}
	return s, sum[0]*s.below + sum[1]*s.above + sum[2]*s.empty
}
