package main

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// verdict is how well scores tell agents from people of the same game.
type verdict struct {
	area      float64 // the chance that an agent gets more than a person
	low, high float64 // its 95 % interval, by drawing the games again
	deviation float64 // of the area, were roles independent of what was seen
	sigmas    float64 // from a half, in such deviations
	accuracy  float64 // of naming as many agents in each game as there are
	guessing  float64 // that of doing so blindly
}

func (v verdict) String() string {
	return fmt.Sprintf("AUC %.3f (95%% %.3f to %.3f), %+.1f sigma; accuracy %.3f, guessing %.3f", v.area, v.low, v.high, v.sigmas, v.accuracy, v.guessing)
}

// comparison counts, in one game or several, how often an agent got more than a
// person, and how many were named rightly.
type comparison struct{ wins, pairs, variance, right, agents, players float64 }

func (o *comparison) add(p comparison) {
	o.wins, o.pairs, o.variance = o.wins+p.wins, o.pairs+p.pairs, o.variance+p.variance
	o.right, o.agents, o.players = o.right+p.right, o.agents+p.agents, o.players+p.players
}

// judge compares every agent with every person of its game. Were roles
// independent of what was seen, each order in a game would be equally likely;
// the wins of m agents over n people then have the variance mn(m+n+1)/12.
func judge(all []example, scores []float64, rng *rand.Rand) verdict {
	var games []comparison
	var sum comparison
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to].game == all[from].game {
			to++
		}
		games = append(games, compared(all[from:to], scores[from:to]))
		sum.add(games[len(games)-1])
		from = to
	}
	areas := make([]float64, 2000)
	for i := range areas {
		var again comparison
		for range games {
			again.add(games[rng.IntN(len(games))])
		}
		areas[i] = again.wins / again.pairs
	}
	slices.Sort(areas)
	share, deviation := sum.agents/sum.players, math.Sqrt(sum.variance)/sum.pairs
	return verdict{
		area: sum.wins / sum.pairs, low: areas[len(areas)/40], high: areas[len(areas)-len(areas)/40],
		deviation: deviation, sigmas: (sum.wins/sum.pairs - 0.5) / deviation,
		accuracy: sum.right / sum.players, guessing: share*share + (1-share)*(1-share),
	}
}

// compared is the outcome of one game.
func compared(players []example, scores []float64) (o comparison) {
	order := make([]int, len(players))
	for i, p := range players {
		order[i] = i
		o.agents += truth(p)
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	for place, i := range order {
		if players[i].agent == (place < int(o.agents)) {
			o.right++
		}
		for j, q := range players {
			if players[i].agent && !q.agent {
				o.pairs++
				o.wins += 0.5 + 0.5*float64(cmp.Compare(scores[i], scores[j]))
			}
		}
	}
	o.players = float64(len(players))
	o.variance = o.pairs * (o.players + 1) / 12
	return o
}

// crossed scores every player by a classifier that was trained on the other
// half of the games.
func crossed(all []example, train func([]example) scorer, rng *rand.Rand) []float64 {
	order := rng.Perm(all[len(all)-1].game + 1)
	half := map[int]bool{}
	for _, g := range order[:len(order)/2] {
		half[g] = true
	}
	scores := make([]float64, len(all))
	for _, side := range []bool{true, false} {
		var known []example
		for _, e := range all {
			if half[e.game] != side {
				known = append(known, e)
			}
		}
		score := train(known)
		for i, e := range all {
			if half[e.game] == side {
				scores[i] = score(e.x)
			}
		}
	}
	return scores
}

// average is the verdict of several splits together: of the means, with the
// widest interval.
func average(splits []verdict) verdict {
	out := verdict{low: 1, deviation: splits[0].deviation, guessing: splits[0].guessing}
	n := float64(len(splits))
	for _, v := range splits {
		out.area += v.area / n
		out.sigmas += v.sigmas / n
		out.accuracy += v.accuracy / n
		out.low, out.high = min(out.low, v.low), max(out.high, v.high)
	}
	return out
}
