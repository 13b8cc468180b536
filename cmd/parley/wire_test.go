package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A classifier may get so much above a half: the people here are a model, and
// agents' hands are another one, so that they differ a little. Beyond it chance is
// allowed some deviations; a leak gives all pairs.
const (
	modelled = 0.05
	tooSure  = 4.5
)

// TestNobodyCanTellByTheWire plays games of people and agents on a node,
// through its HTTP handler and in a time of their own. Two classifiers then
// learn from half of them what agents leave on the wire beside the words, and
// must not know more than chance of the others. That they would have learned
// show the same games with one leak each. PARLEY_SEED draws other games.
func TestNobodyCanTellByTheWire(t *testing.T) {
	seed := uint64(20261126)
	if s := os.Getenv("PARLEY_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	batches, splits := 6, 2
	switch {
	case os.Getenv("PARLEY_LONG") != "":
		batches, splits = 20, 4
	case testing.Short():
		batches, splits = 3, 1
	}
	var games []played
	for b := range batches {
		games = append(games, play(t, 20, seed+uint64(b))...)
	}
	t.Logf("seed %d, %d games", seed, len(games))
	var results []string
	for _, c := range classifiers() {
		v := tell(games, c.train, splits)
		t.Logf("%-10s %-16s %v", c.name, "as it is", v)
		results = append(results, fmt.Sprintf("%s %.3f (%.3f to %.3f)", c.name, v.area, v.low, v.high))
		if v.area > 0.5+modelled+tooSure*v.deviation {
			t.Errorf("the %s tells agents from people: %v", c.name, v)
		}
	}
	if t.Failed() || os.Getenv("PARLEY_LONG") != "" {
		for _, f := range telling(games)[:15] {
			t.Logf("alone: %v", f)
		}
	}
	t.Attr("guarantee", "an agent of a game is not told from its people by anything on the wire but the words: two classifiers learn from half of the games and judge the others")
	t.Attr("trials", fmt.Sprintf("%d games of 3 people and 4 agents, seed %d", len(games), seed))
	t.Attr("result", "the chance that an agent looks more like one than a person does, 95 %, 0.5 is none: "+strings.Join(results, ", "))
	for _, l := range []struct {
		name string
		leak leak
	}{
		{"an extra field", extraField},
		{"no typing", noTyping},
		{"announced first", announcedFirst},
		{"votes at once", votesAtOnce},
		{"even typing", evenTyping},
	} {
		worse := leaky(games[:min(len(games), 60)], l.leak)
		for _, c := range classifiers() {
			v := tell(worse, c.train, 1)
			t.Logf("%-10s %-16s %v", c.name, l.name, v)
			if v.area < 0.9 {
				t.Errorf("the %s does not find %s: %v", c.name, l.name, v)
			}
		}
	}
}

type classifier struct {
	name  string
	train func([]example) scorer
}

func classifiers() []classifier {
	return []classifier{{"regression", logistic}, {"stumps", boosted}}
}

// feature is how well one number alone tells agents from people.
type feature struct {
	name string
	verdict
}

func (f feature) String() string { return fmt.Sprintf("%-26s %v", f.name, f.verdict) }

// telling ranks the features, that which tells most first: what to look at
// when agents are known.
func telling(games []played) (all []feature) {
	players, names := examples(read(games))
	rng := rand.New(rand.NewPCG(0, 0))
	for k, name := range names {
		alone := make([]example, len(players))
		for i, p := range players {
			alone[i] = example{game: p.game, agent: p.agent, x: p.x[k : k+1]}
		}
		all = append(all, feature{name, judge(alone, crossed(alone, boosted, rng), rng)})
	}
	slices.SortFunc(all, func(a, b feature) int { return cmp.Compare(b.area, a.area) })
	return all
}

func read(games []played) (traces []gameTraces) {
	for _, g := range games {
		traces = append(traces, g.read())
	}
	return traces
}

// tell trains and judges on several splits of the games.
func tell(games []played, train func([]example) scorer, splits int) verdict {
	all, _ := examples(read(games))
	var out []verdict
	for s := range splits {
		rng := rand.New(rand.NewPCG(uint64(s), 0))
		out = append(out, judge(all, crossed(all, train, rng), rng))
	}
	return average(out)
}
