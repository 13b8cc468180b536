package agent

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/room"
)

const seed = 20250607 // of every draw here

// moments draws and returns mean and variance in seconds.
func moments(n int, draw func(r *rand.Rand) float64) (mean, variance float64) {
	r := rand.New(rand.NewPCG(seed, 0))
	var sum, squares float64
	for range n {
		x := draw(r)
		sum += x
		squares += x * x
	}
	mean = sum / float64(n)
	return mean, squares/float64(n) - mean*mean
}

// within a share of what is wanted.
type within float64

func (share within) check(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > float64(share)*want {
		t.Errorf("seed %d: %s is %.4f, want %.4f", seed, what, got, want)
	}
}

func square(x float64) float64 { return x * x }

func TestGammaMoments(t *testing.T) {
	for _, p := range []struct{ shape, scale float64 }{{2.5, 0.25}, {1, 2}, {9, 0.5}} {
		mean, variance := moments(200_000, func(r *rand.Rand) float64 { return gamma(r, p.shape, p.scale) })
		within(0.01).check(t, "the mean", mean, p.shape*p.scale)
		within(0.03).check(t, "the variance", variance, p.shape*p.scale*p.scale)
	}
	mean, _ := moments(200_000, func(r *rand.Rand) float64 { // the third moment tells it from a normal one
		return math.Pow((gamma(r, 2.5, 0.25)-0.625)/math.Sqrt(0.15625), 3)
	})
	within(0.05).check(t, "the skewness", mean, 2/math.Sqrt(2.5))
}

func TestTypingMoments(t *testing.T) {
	for _, p := range []struct{ chars, answered float64 }{{0, 0}, {40, 0}, {40, 200}, {300, 20}} {
		mean, variance := moments(100_000, func(r *rand.Rand) float64 {
			return typing(r, int(p.chars), int(p.answered)).Seconds()
		})
		within(0.01).check(t, "the mean", mean, 1+0.255*p.chars+0.03*p.answered+0.625)
		within(0.03).check(t, "the variance", variance, square(0.0255*p.chars)+square(0.003*p.answered)+0.15625)
	}
}

func TestChoosingIsLikePeople(t *testing.T) {
	r := rand.New(rand.NewPCG(seed, 0))
	inside := 0
	for range 10_000 {
		if d := choosing(r); d >= 8*time.Second && d <= 20*time.Second {
			inside++
		}
	}
	within(0.03).check(t, "the share within 8 to 20 s", float64(inside)/10_000, 0.683)
}

func paced(began time.Time) (*Crew, *room.Scene) {
	c := &Crew{chance: newChance(rand.NewPCG(seed, 0).Uint64)}
	return c, &room.Scene{Agent: "Player 3", Pacing: room.PaceHuman, BeganAt: began}
}

func TestLineDueCountsFromWhatWasRead(t *testing.T) {
	began := time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC)
	c, scene := paced(began)
	line := strings.Repeat("é", 40) // 1.625 + 10.2 s, and half a second's deviation

	now := began.Add(3 * time.Second) // the model's latency is not added
	if after := c.lineDue(scene, line, now).Sub(began); after < 8*time.Second || after > 16*time.Second {
		t.Errorf("due after %v", after)
	}
	if due := c.lineDue(scene, line, began.Add(time.Minute)); !due.IsZero() {
		t.Errorf("a slow model's line is due %v after its time", due.Sub(began))
	}
	scene.Lines = []room.Line{
		{Player: "Player 1", Text: "old", At: began.Add(time.Hour)},
		{Player: "Player 1", Text: strings.Repeat("ö", 200), At: began.Add(4 * time.Second)}, // 6 s to read
		{Player: "Player 3", Text: "mine", At: began.Add(5 * time.Second)},
	}
	scene.New = 2
	if after := c.lineDue(scene, line, now).Sub(began); after < 18*time.Second || after > 26*time.Second {
		t.Errorf("after a line of 200 characters, due after %v", after)
	}
	scene.Pacing = room.PaceInstant
	if due := c.lineDue(scene, line, now); !due.IsZero() {
		t.Errorf("instant, but due %v", due)
	}
}

func TestDueIsInTime(t *testing.T) {
	began := time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC)
	r := rand.New(rand.NewPCG(seed, 1))
	c, scene := paced(began)
	var squeezed []time.Time
	for range 5000 {
		scene.EndsAt = began.Add(time.Duration(r.IntN(60_000)) * time.Millisecond)
		now := began.Add(time.Duration(r.IntN(70_000)) * time.Millisecond)
		line := strings.Repeat("x", 1+r.IntN(300))
		for what, due := range map[string]time.Time{"line": c.lineDue(scene, line, now), "vote": c.voteDue(scene, now)} {
			if due.IsZero() {
				continue
			}
			if due.After(scene.EndsAt.Add(-bell)) || !due.After(now) {
				t.Fatalf("seed %d: a %s at %v of %v is due at %v", seed, what, now.Sub(began), scene.EndsAt.Sub(began), due.Sub(began))
			}
		}
	}
	scene.EndsAt = began.Add(10 * time.Second)
	for range 100 {
		squeezed = append(squeezed, c.lineDue(scene, strings.Repeat("x", 300), began))
	}
	if first, last := slices.MinFunc(squeezed, time.Time.Compare), slices.MaxFunc(squeezed, time.Time.Compare); last.Sub(first) < time.Second || scene.EndsAt.Sub(first) > 4*time.Second {
		t.Errorf("lines that had to hurry come from %v to %v of 10s", first.Sub(began), last.Sub(began))
	}
}

func TestVoteDueIsWellBeforeTheEnd(t *testing.T) {
	began := time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC)
	c, scene := paced(began)
	for _, voting := range []time.Duration{5 * time.Second, 20 * time.Second, time.Minute, 0} {
		var total time.Duration
		scene.EndsAt = time.Time{}
		if voting > 0 {
			scene.EndsAt = began.Add(voting)
		}
		for range 1000 {
			after := c.voteDue(scene, began).Sub(began)
			if after <= 0 || voting > 0 && after > voting*4/5 {
				t.Fatalf("in %v, a vote after %v", voting, after)
			}
			total += after
		}
		t.Logf("in %v votes come after %v on average", voting, total/1000)
	}
}
