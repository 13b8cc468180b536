package cluster_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"parley/internal/cluster"
)

func names(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("node%05d", i)
	}
	return out
}

func code(i int) string { return fmt.Sprintf("R%05d", i) }

func TestRoomsAreSpreadEvenly(t *testing.T) {
	const rooms = 30000
	for _, n := range []int{2, 3, 10, 50} {
		nodes, held := cluster.NodesOf(names(n)), map[string]int{}
		for i := range rooms {
			held[nodes.Caretaker(code(i))]++
		}
		if len(held) != n {
			t.Fatalf("%d of %d nodes have rooms", len(held), n)
		}
		mean := float64(rooms) / float64(n)
		for node, got := range held {
			if off := math.Abs(float64(got) - mean); off > 5*math.Sqrt(mean) {
				t.Errorf("%d nodes: %s has %d rooms, the mean is %.0f", n, node, got, mean)
			}
		}
	}
}

func TestOnlyTheRoomsOfWhoComesOrGoesMove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Z2-7]{8}`), 1, 12, rapid.ID).Draw(t, "nodes")
		away := rapid.SampledFrom(nodes).Draw(t, "who goes")
		rest := slices.DeleteFunc(slices.Clone(nodes), func(n string) bool { return n == away })
		for i := range 100 {
			with, without := cluster.NodesOf(nodes).Caretaker(code(i)), cluster.NodesOf(rest).Caretaker(code(i))
			if with != without && with != away {
				t.Fatalf("room %s moves from %s to %s when %s goes", code(i), with, without, away)
			}
			if len(rest) > 0 && without == away || len(rest) == 0 && without != "" {
				t.Fatalf("room %s is with %q, of %v", code(i), without, rest)
			}
		}
	})
}

func TestEveryOrderOfNodesGivesTheSameCaretaker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Z2-7]{1,8}`), 1, 12, rapid.ID).Draw(t, "nodes")
		other := rapid.Permutation(nodes).Draw(t, "in another order")
		for i := range 20 {
			if a, b := cluster.NodesOf(nodes).Caretaker(code(i)), cluster.NodesOf(other).Caretaker(code(i)); a != b {
				t.Fatalf("room %s is with %s or %s", code(i), a, b)
			}
		}
	})
}

// The numbers are part of what nodes of different versions must agree on.
func TestCaretakersStayWhatTheyWere(t *testing.T) {
	var drawn strings.Builder
	for i := range 24 {
		drawn.WriteString(cluster.NodesOf([]string{"a", "b", "c"}).Caretaker(code(i)))
	}
	if got, want := drawn.String(), "cacaccbbaaccabbbbaaabbcc"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
