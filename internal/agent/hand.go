package agent

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"parley/room"
)

// What people's hands are like. The pace is that of 168,000 people (Dhakal,
// Feit, Kristensson and Oulasvirta, Observations on Typing from 136 Million
// Keystrokes, CHI 2018: about 240 ms a key, with a deviation of about 110 ms
// between people), as a lognormal distribution. The pauses are those of people
// who compose what they type.
const (
	paceMedian, paceSpread   = 0.216, 0.44 // seconds a character
	wordSpread               = 0.2         // of the pace, from word to word
	readMedian, readSpread   = 0.9, 0.7    // seconds, beside the characters
	thinkMedian, thinkSpread = 1.5, 0.7    // seconds, for an answer
	ownSpread                = 0.25        // of the thinking, from person to person
	openMedian, openSpread   = 4, 0.7      // seconds, after reading the topic
	restMedian, restSpread   = 6, 0.8      // seconds, before a word into a silence
	readPerChar              = 0.03        // seconds (Jones and others, FAccT 2025)
	pauseChance              = 0.07        // after a word
	pauseMedian, pauseSpread = 1.6, 0.8    // seconds
	lookMedian, lookSpread   = 0.5, 0.6    // seconds, between the last key and sending
	givesUp                  = 0.15        // chance to type something before silence
	falseMedian, falseSpread = 3, 0.8      // seconds of that
)

// hand is how one agent reads, thinks and types. What is its own stays the same
// for as long as the node runs, and cannot be told from its name.
type hand struct {
	chance *rand.Rand
	pace   float64 // seconds a character
	slow   float64 // factor of its thinking
}

func (c *Crew) hand(s seat) hand {
	own := rand.New(rand.NewPCG(c.salt^sum(s.code), sum(s.agent))) //nolint:gosec // pacing is no secret
	return hand{chance: c.chance, pace: lognormal(own, paceMedian, paceSpread), slow: lognormal(own, 1, ownSpread)}
}

func sum(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return h.Sum64()
}

// reading draws how long an agent reads before it begins a turn.
func (c *Crew) reading(s seat, r room.Ready) time.Duration {
	median, spread := readMedian, readSpread
	switch r.Reads {
	case "":
		return 0
	case room.TriggerPhase:
		median, spread = openMedian, openSpread
	case room.TriggerSilence:
		median, spread = restMedian, restSpread
	case room.TriggerLine, room.TriggerNudge:
	}
	h := c.hand(s)
	return seconds(h.slow*lognormal(h.chance, median, spread) + normal(h.chance, readPerChar, readPerChar/10)*float64(r.Chars))
}

// thinks draws how long finding an answer takes.
func (h hand) thinks() time.Duration {
	return seconds(h.slow * lognormal(h.chance, thinkMedian, thinkSpread))
}

// types draws when the line is being typed, from a time on, and when it is sent.
// Where the pauses are longer than a moment, the typing is seen to stop.
func (h hand) types(line string, from time.Time) (typing []room.Stretch, sent time.Time) {
	at := from
	words := strings.Fields(line)
	for i, word := range words {
		chars := float64(utf8.RuneCountInString(word) + 1)
		at = at.Add(seconds(h.pace * chars * max(0.3, normal(h.chance, 1, wordSpread))))
		if i == len(words)-1 || h.chance.Float64() >= pauseChance {
			continue
		}
		pause := seconds(lognormal(h.chance, pauseMedian, pauseSpread))
		if pause > time.Second {
			typing = append(typing, room.Stretch{From: from, To: at})
			from = at.Add(pause)
		}
		at = at.Add(pause)
	}
	if at.After(from) {
		typing = append(typing, room.Stretch{From: from, To: at})
	}
	return typing, at.Add(seconds(lognormal(h.chance, lookMedian, lookSpread)))
}

// falls draws what is seen of somebody who has nothing to say: mostly nothing,
// now and then something typed and given up.
func (h hand) falls(from time.Time) (typing []room.Stretch, done time.Time) {
	if h.chance.Float64() >= givesUp {
		return nil, time.Time{}
	}
	to := from.Add(seconds(lognormal(h.chance, falseMedian, falseSpread)))
	return []room.Stretch{{From: from, To: to}}, to.Add(seconds(lognormal(h.chance, lookMedian, lookSpread)))
}

func normal(r *rand.Rand, mean, deviation float64) float64 {
	return mean + deviation*r.NormFloat64()
}

func lognormal(r *rand.Rand, median, sigma float64) float64 {
	return median * math.Exp(sigma*r.NormFloat64())
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// locked makes a source of chance safe for concurrent use.
type locked struct {
	mu   sync.Mutex
	next func() uint64
}

// Uint64 implements rand.Source.
func (l *locked) Uint64() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.next()
}

func newChance(next func() uint64) *rand.Rand {
	return rand.New(&locked{next: next}) //nolint:gosec // pacing and jitter are no secrets
}
