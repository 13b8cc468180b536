package agent

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/room"
)

const seed = 20250607 // of every draw here

// moments draws and returns mean and deviation.
func moments(n int, draw func() float64) (mean, deviation float64) {
	var sum, squares float64
	for range n {
		x := draw()
		sum += x
		squares += x * x
	}
	mean = sum / float64(n)
	return mean, math.Sqrt(squares/float64(n) - mean*mean)
}

// within a share of what is wanted.
type within float64

func (share within) check(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > float64(share)*want {
		t.Errorf("seed %d: %s is %.4f, want %.4f", seed, what, got, want)
	}
}

// began is when the turns of these tests begin.
func began() time.Time { return time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC) }

func paced() (*Crew, *room.Scene) {
	c := New(Config{Rand: rand.NewPCG(seed, 0).Uint64})
	return c, &room.Scene{Room: "ABCDEF", Agent: "Player 3", Mode: room.Imitation, Pacing: room.PaceHuman, BeganAt: began()}
}

// Each agent types at a pace of its own; together they are as different as
// people are, at keyboards and on phones.
func TestHandsDifferAsPeoplesDo(t *testing.T) {
	c, _ := paced()
	n := 0
	mean, deviation := moments(20_000, func() float64 {
		n++
		return c.hand(seat{strings.Repeat("R", 1+n%97), strings.Repeat("P", 1+n/97)}).pace
	})
	const keyboard, phone = 0.2380, 0.3574 // 239 ms, and 36 words a minute with their deviation
	within(0.02).check(t, "the mean pace", mean, (1-phones)*keyboard+phones*phone)
	between := (1-phones)*0.110*0.110 + phones*0.133*0.133 + phones*(1-phones)*(phone-keyboard)*(phone-keyboard)
	within(0.04).check(t, "the deviation between agents", deviation, math.Sqrt(between))
	if a, b := c.hand(seat{"ROOMAA", "Player 1"}), c.hand(seat{"ROOMAA", "Player 1"}); a != b {
		t.Error("an agent's hand changes from one line to the next")
	}
	other, _ := paced()
	other.salt++
	if c.hand(seat{"ROOMAA", "Player 1"}).pace == other.hand(seat{"ROOMAA", "Player 1"}).pace {
		t.Error("an agent's hand follows from its name")
	}
}

func TestTypingFollowsTheLine(t *testing.T) {
	h := hand{chance: rand.New(rand.NewPCG(seed, 0)), pace: 0.2, slow: 1, halts: 0.07}
	line := strings.Repeat("seven7s ", 12) // 96 characters
	const pauses = 12 * 0.07 * 1.6 * 1.377
	mean, _ := moments(20_000, func() float64 {
		keys, sent := h.types(line, began())
		if len(keys) != 96 || !keys[0].Equal(began()) || !slices.IsSortedFunc(keys, time.Time.Compare) || !sent.After(keys[95]) {
			t.Fatalf("seed %d: keys %v, sent %v", seed, keys, sent)
		}
		return sent.Sub(began()).Seconds()
	})
	within(0.02).check(t, "the time to type", mean, 0.2*96+pauses+0.45*math.Exp(0.18))
}

// A page tells of typing with a key, when it has not done so for two seconds.
func TestSignsComeWithKeysAsThePagesDo(t *testing.T) {
	at := func(ms ...int) (keys []time.Time) {
		for _, n := range ms {
			keys = append(keys, began().Add(time.Duration(n)*time.Millisecond))
		}
		return keys
	}
	for _, c := range []struct{ keys, signs []time.Time }{
		{nil, nil},
		{at(500), at(500)},
		{at(0, 700, 1400, 2100, 2800, 3500, 4200), at(0, 2100, 4200)},
		{at(0, 300, 1999, 5000, 7000), at(0, 5000, 7000)},
	} {
		var signs []time.Time
		for _, s := range seen(c.keys) {
			if signs = append(signs, s.From); !s.To.After(s.From) || s.To.Sub(s.From) > signEvery {
				t.Errorf("a stretch from %v to %v", s.From, s.To)
			}
		}
		if !slices.Equal(signs, c.signs) {
			t.Errorf("keys %v: signs %v, want %v", c.keys, signs, c.signs)
		}
	}
}

func TestWhoReadsTakesTimeForIt(t *testing.T) {
	c, _ := paced()
	read := func(r room.Ready) float64 {
		mean, _ := moments(2000, func() float64 { return c.reading(seat{"ABCDEF", "Player 3"}, r).Seconds() })
		return mean
	}
	if got := read(room.Ready{}); got != 0 {
		t.Errorf("with nothing to read it takes %.1f s", got)
	}
	short, long := read(room.Ready{Reads: room.TriggerLine, Chars: 10}), read(room.Ready{Reads: room.TriggerLine, Chars: 210})
	within(0.05).check(t, "the time for 200 characters more", long-short, 6)
	for _, kind := range []room.TriggerKind{room.TriggerPhase, room.TriggerSilence} {
		if got := read(room.Ready{Reads: kind, Chars: 10}); got < 2*short {
			t.Errorf("a %s takes %.1f s, a line %.1f s", kind, got, short)
		}
	}
}

func TestALineIsTypedBeforeItComes(t *testing.T) {
	c, scene := paced()
	for _, latency := range []time.Duration{0, 3 * time.Second, 40 * time.Second} {
		now := began().Add(latency)
		for range 500 {
			answer := room.Answer{Text: strings.Repeat("é", 40)}
			c.pace(scene, &answer, now)
			last := answer.Typing[len(answer.Typing)-1]
			if answer.Typing[0].From.Before(stamp(now)) || answer.Due.Before(last.To) || answer.Due.Sub(answer.Typing[0].From) < time.Second {
				t.Fatalf("seed %d: a model took %v; typing %v, due %v", seed, latency, answer.Typing, answer.Due)
			}
		}
	}
	answer := room.Answer{Text: "hello"}
	if scene.Pacing = room.PaceInstant; !atOnce(c, scene, answer) {
		t.Error("instant, and it waits")
	}
}

func atOnce(c *Crew, scene *room.Scene, a room.Answer) bool {
	c.pace(scene, &a, began())
	return a.Due.IsZero() && a.Typing == nil
}

// Now and then an agent of a game types and says nothing, as people do.
func TestSilenceIsNowAndThenTyped(t *testing.T) {
	c, scene := paced()
	typed := 0
	for range 2000 {
		answer := room.Answer{Pass: true}
		c.pace(scene, &answer, began())
		if len(answer.Typing) > 0 && answer.Due.After(answer.Typing[0].To) {
			typed++
		} else if !answer.Due.IsZero() {
			t.Fatalf("silence waits until %v and types %v", answer.Due, answer.Typing)
		}
	}
	within(0.2).check(t, "the share of silences in which something is typed", float64(typed)/2000, c.hand(seat{scene.Room, scene.Agent}).falls)
	scene.Mode = room.Open
	for range 100 {
		if !atOnce(c, scene, room.Answer{Pass: true}) {
			t.Fatal("an agent that is named as one pretends to type")
		}
	}
}

func TestTheBellHurriesOrSilences(t *testing.T) {
	c, scene := paced()
	scene.EndsAt = began().Add(20 * time.Second)
	line := strings.Repeat("x", int(27/c.hand(seat{scene.Room, scene.Agent}).pace))
	var squeezed []time.Time
	lost := 0
	for range 3000 {
		answer := room.Answer{Text: line}
		c.pace(scene, &answer, began())
		switch left := scene.EndsAt.Sub(answer.Due); {
		case left <= 0:
			lost++
		case left < 3*time.Second:
			squeezed = append(squeezed, answer.Due)
		}
		for _, s := range answer.Typing {
			if s.To.Before(s.From) || s.To.After(answer.Due) {
				t.Fatalf("seed %d: typing %v, due %v", seed, answer.Typing, answer.Due)
			}
		}
	}
	if lost < 100 || len(squeezed) < 100 {
		t.Errorf("seed %d: of 3000 lines %d were lost to the bell, %d came in the last seconds", seed, lost, len(squeezed))
	}
	if first, last := slices.MinFunc(squeezed, time.Time.Compare), slices.MaxFunc(squeezed, time.Time.Compare); last.Sub(first) < time.Second {
		t.Errorf("lines that had to hurry all come between %v and %v", first.Sub(began()), last.Sub(began()))
	}
	answer := room.Answer{Text: "one more thing"}
	c.pace(scene, &answer, scene.EndsAt.Add(-2*time.Second))
	if answer.Typing != nil {
		t.Errorf("somebody begins to type two seconds before the bell: %v", answer.Typing)
	}
}

func TestVoteDueIsWellBeforeTheEnd(t *testing.T) {
	c, scene := paced()
	for _, voting := range []time.Duration{5 * time.Second, 20 * time.Second, time.Minute, 0} {
		inside := 0
		scene.EndsAt = time.Time{}
		if voting > 0 {
			scene.EndsAt = began().Add(voting)
		}
		for n := range 2000 {
			scene.Agent = "Player " + strconv.Itoa(n)
			after := c.voteDue(scene, began()).Sub(began())
			if after <= 0 || voting > 0 && after > voting*4/5 {
				t.Fatalf("in %v, a vote after %v", voting, after)
			}
			if after >= 8*time.Second && after <= 20*time.Second {
				inside++
			}
		}
		if voting == 0 {
			within(0.06).check(t, "the share within 8 to 20 s", float64(inside)/2000, 0.683)
		}
	}
	scene.EndsAt = began().Add(10 * time.Second)
	if due := c.voteDue(scene, began().Add(9*time.Second)); !due.IsZero() {
		t.Errorf("a slow model's vote is due at %v", due)
	}
}
