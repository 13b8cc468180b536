package sim

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestWorlds lives through a few worlds. PARLEY_SEED shows one again.
func TestWorlds(t *testing.T) {
	o := Options{Seed: 1, Seeds: 24, Rooms: 2, Hours: 15 * time.Minute, Short: 100}
	if s := os.Getenv("PARLEY_SEED"); s != "" {
		seed, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		o.Seed, o.Seeds = seed, 1
	}
	if os.Getenv("PARLEY_MUTANT") != "" {
		o.Seeds, o.Short = mutantSeeds, 0
	}
	got := Run(t.Context(), o)
	for _, f := range got.Failures {
		t.Errorf("seed %d: %s", f.Seed, f)
	}
	var b strings.Builder
	if err := got.WriteText(&b); err != nil {
		t.Error(err)
	}
	t.Logf("seeds from %d\n%s", o.Seed, b.String())
	if o.Seeds > 1 && (got.Triggers < 5000 || got.Replies < 500 || len(got.Extra) < 8) {
		t.Error("too little happens")
	}
	if got.Doubled+got.Uncovered+got.Twice > 0 || got.Calls > got.Attempts {
		t.Error("the tally says more than the violations")
	}
}

// In longer worlds there are hours in which nobody is in a room, and nothing of
// it is in memory.
func TestQuietHours(t *testing.T) {
	o := Options{Seed: 1, Seeds: 2, Rooms: 1, Hours: 2 * time.Hour, Short: 100}
	quiet := 0
	for seed := range uint64(o.Seeds) {
		for _, s := range draw(o.Seed+seed, o.Rooms, o.Hours).steps {
			if strings.HasSuffix(s.says, "everybody goes") {
				quiet++
			}
		}
	}
	if quiet == 0 {
		t.Error("nobody ever goes")
	}
	for _, f := range Run(t.Context(), o).Failures {
		t.Errorf("seed %d: %s", f.Seed, f)
	}
}

// The same seed gives the same logs, to the byte, whatever the scheduler does,
// where one room has a node for itself.
func TestSameSeedSameLogs(t *testing.T) {
	for seed, tried := uint64(1), 0; tried < 6; seed++ {
		s := draw(seed, 1, 20*time.Minute)
		if !s.alone || s.nodes > 1 {
			continue
		}
		tried++
		first, _ := run(s)
		if again, _ := run(s); first.digest != again.digest {
			t.Errorf("seed %d: two runs gave different logs", seed)
		}
		if other, _ := run(draw(seed+1, 1, 20*time.Minute)); first.digest == other.digest {
			t.Errorf("seeds %d and %d gave the same logs", seed, seed+1)
		}
	}
}

// What fails is told with as few steps as are needed.
func TestShrink(t *testing.T) {
	s := draw(3, 1, 10*time.Minute)
	nothing := func(*world) {}
	s.steps = append(s.steps, step{9 * time.Minute, "somebody breaks it", func(w *world) { w.fault("broken", "on purpose") }}, step{9 * time.Minute, "nothing happens", nothing})
	_, faults := run(s)
	if len(faults) != 1 {
		t.Fatalf("the world has the violations %v, want the one made", faults)
	}
	want := []string{"09:00.000 somebody breaks it"}
	if got := shrink(s, "broken", 100); !slices.Equal(got, want) {
		t.Errorf("shrunk to %q, want %q", got, want)
	}
}
