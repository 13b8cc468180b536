package cluster_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"parley/internal/cluster"
)

// What many nodes cost each other: rooms are dealt out for real, beats follow
// from the rule for their pause.
func TestManyNodes(t *testing.T) {
	size := sizeOfABeat(t)
	sizes := []int{3, 10, 100, 1000}
	if os.Getenv("PARLEY_LONG") != "" {
		sizes = append(sizes, 10000)
	}
	for _, n := range sizes {
		all, rooms := names(n), min(200*n, 10000)
		nodes := cluster.NodesOf(all)
		began := time.Now()
		before := make([]string, rooms)
		held := map[string]int{}
		for i := range rooms {
			before[i] = nodes.Caretaker(code(i))
			held[before[i]]++
		}
		each := time.Since(began) / time.Duration(rooms)
		dead := before[0]
		moved, to := 0, map[string]bool{}
		rest := cluster.NodesOf(slices.DeleteFunc(all, func(m string) bool { return m == dead }))
		for i := range rooms {
			after := rest.Caretaker(code(i))
			if after == before[i] {
				continue
			}
			if moved++; before[i] != dead {
				t.Fatalf("%d nodes: room %s moved though %s lives", n, code(i), before[i])
			}
			to[after] = true
		}
		if moved != held[dead] {
			t.Errorf("%d nodes: %d rooms moved, the dead node had %d", n, moved, held[dead])
		}
		most, mean := 0, float64(rooms)/float64(n)
		for _, h := range held {
			most = max(most, h)
		}
		if float64(most) > mean+6*math.Sqrt(mean)+6 {
			t.Errorf("%d nodes: one has %d rooms, the mean is %.0f", n, most, mean)
		}
		pause := cluster.Options{Every: time.Second, PerNode: time.Millisecond}.Pause(n)
		heard := float64(n) / pause.Seconds()
		if heard > 1000 {
			t.Errorf("%d nodes: a node hears %.0f beats a second", n, heard)
		}
		t.Logf("%5d nodes: a beat every %v, %4.0f beats/s heard by a node (%.1f KB/s), %.0f/s delivered in all; a death is noticed within %v and moves %.3f %% of the rooms to %d nodes; the fullest node has %.2f of the mean; a caretaker is found in %v",
			n, pause, heard, heard*float64(size)/1000, heard*float64(n), 3*pause, 100*float64(moved)/float64(rooms), len(to), float64(most)/mean, each)
	}
}

// sizeOfABeat returns the bytes of a beat as a node of eight letters sends it.
func sizeOfABeat(t *testing.T) int {
	t.Helper()
	var got []byte
	c := cluster.New(overheard(func(data []byte) { got = append([]byte(nil), data...) }), "ABCDEFGH", cluster.Options{})
	c.Leave()
	if !json.Valid(got) {
		t.Fatalf("a beat is %q", got)
	}
	return len(got)
}

// overheard is a net without others.
type overheard func([]byte)

func (o overheard) Publish(_ string, data []byte) error {
	o(data)
	return nil
}

func (overheard) Listen(string, func([]byte)) (func(), error) { return func() {}, nil }
