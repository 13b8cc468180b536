package main

import (
	"math/rand/v2"
	"os"
	"testing"
)

// A classifier may get so much above a half: the people here are a model, and
// agents' hands are another one of the same people, so that they differ a little.
// Beyond it chance is allowed some deviations; a leak gives all pairs.
const (
	modelled = 0.05
	tooSure  = 3.5
)

// TestNobodyCanTellByTheWire plays games of people and agents on a node,
// through its HTTP handler and in a time of their own. Two classifiers then
// learn from half of them what agents leave on the wire beside the words, and
// must not know more than chance of the others. That they would have learned
// show the same games with one leak each.
func TestNobodyCanTellByTheWire(t *testing.T) {
	const seed = 20261126
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
	for _, c := range classifiers() {
		v := tell(games, c.train, splits)
		t.Logf("%-10s %-16s %v", c.name, "as it is", v)
		if v.area > 0.5+modelled+tooSure*v.deviation {
			t.Errorf("the %s tells agents from people: %v", c.name, v)
		}
	}
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

// tell trains and judges on several splits of the games.
func tell(games []played, train func([]example) scorer, splits int) verdict {
	var traces []gameTraces
	for _, g := range games {
		traces = append(traces, g.read())
	}
	all := examples(traces)
	var out []verdict
	for s := range splits {
		rng := rand.New(rand.NewPCG(uint64(s), 0))
		out = append(out, judge(all, crossed(all, train, rng), rng))
	}
	return average(out)
}
