package agent

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"parley/room"
)

// What people's hands are like. Seconds are medians, and spreads those of
// lognormal distributions, which times between what people do online follow
// (Blenn and Van Mieghem, Are human interactivity times lognormal?, 2016).
//
// The pace is that of 168,000 people at keyboards (Dhakal, Feit, Kristensson and
// Oulasvirta, Observations on Typing from 136 Million Keystrokes, CHI 2018: 239 ms
// a key, with a deviation of 112 ms between people) and of 37,000 on phones (Palin
// and others, How do People Type on Mobile Devices?, MobileHCI 2019: 36.2 words a
// minute). From key to key it is exponentially modified Gaussian, with pauses from
// word to word, as in chats (Chukharev-Hudilainen, Pauses in spontaneous written
// communication, Journal of Writing Research 6, 2014).
const (
	paceMedian, paceSpread   = 0.216, 0.44 // seconds a key, of those at keyboards
	phoneMedian, phoneSpread = 0.335, 0.36 // and on phones
	phones                   = 1.0 / 3     // the share of these
	keySteady, keyJitter     = 0.7, 0.1    // of the pace: mean and deviation of the Gaussian part
	keyDrag                  = 0.3         // and mean of the exponential one
	keyLeast                 = 0.25
	lineSpread               = 0.1       // of the pace, from line to line
	readMedian, readSpread   = 0.8, 0.7  // beside the characters
	thinkMedian, thinkSpread = 1.5, 0.95 // for an answer
	slowSpread               = 0.4       // of reading and thinking, from person to person
	openMedian, openSpread   = 4, 0.7    // after reading the topic
	restMedian, restSpread   = 8, 0.8    // before a word into a silence
	readPerChar              = 0.03      // seconds (Jones and others, FAccT 2025)
	strays                   = 0.01      // chance that the attention is elsewhere first
	awayMedian, awaySpread   = 7, 0.8    // for so long
	haltMedian, haltSpread   = 0.07, 0.4 // chance of a pause after a word, from person to person
	pauseMedian, pauseSpread = 1.6, 0.8
	lookMedian, lookSpread   = 0.45, 0.6  // between the last key and sending
	fallMedian, fallSpread   = 0.15, 0.5  // chance to type something before silence, from person to person
	beginMedian, beginSpread = 13, 0.75   // characters of that
	voteMedian, voteSpread   = 13.2, 0.42 // from the beginning of a vote
)

// signEvery is how often a page tells of typing, with the first key then.
const signEvery = 2 * time.Second

// hand is how one agent reads, thinks and types. What is its own stays the same
// for as long as the node runs, and cannot be told from its name.
type hand struct {
	chance *rand.Rand
	pace   float64 // seconds a key
	slow   float64 // factor of its reading and thinking
	halts  float64 // chance of a pause after a word
	falls  float64 // chance to type something before silence
}

func (c *Crew) hand(s seat) hand {
	own := rand.New(rand.NewPCG(c.salt^sum(s.code), sum(s.agent))) //nolint:gosec // pacing is no secret
	h := hand{
		chance: c.chance, pace: lognormal(own, paceMedian, paceSpread), slow: lognormal(own, 1, slowSpread),
		halts: lognormal(own, haltMedian, haltSpread), falls: lognormal(own, fallMedian, fallSpread),
	}
	if own.Float64() < phones {
		h.pace = lognormal(own, phoneMedian, phoneSpread)
	}
	return h
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
	took := h.slow*lognormal(h.chance, median, spread) + normal(h.chance, readPerChar, readPerChar/10)*float64(r.Chars)
	if h.chance.Float64() < strays {
		took += lognormal(h.chance, awayMedian, awaySpread)
	}
	return seconds(took)
}

// thinks draws how long finding an answer takes.
func (h hand) thinks() time.Duration {
	return seconds(h.slow * lognormal(h.chance, thinkMedian, thinkSpread))
}

// types draws when the keys of a text are pressed, from a time on, and when it
// is sent.
func (h hand) types(text string, from time.Time) (keys []time.Time, sent time.Time) {
	at, pace := from, h.pace*lognormal(h.chance, 1, lineSpread)
	for _, key := range text {
		keys = append(keys, at)
		at = at.Add(seconds(pace * max(keyLeast, normal(h.chance, keySteady, keyJitter)+keyDrag*h.chance.ExpFloat64())))
		if key == ' ' && h.chance.Float64() < h.halts {
			at = at.Add(seconds(lognormal(h.chance, pauseMedian, pauseSpread)))
		}
	}
	return keys, at.Add(seconds(lognormal(h.chance, lookMedian, lookSpread)))
}

// begins draws what somebody types who has nothing to say: mostly nothing, now
// and then something that is given up.
func (h hand) begins() string {
	if h.chance.Float64() >= h.falls {
		return ""
	}
	n := min(1+int(lognormal(h.chance, beginMedian, beginSpread)), room.MaxText)
	return strings.Repeat("word ", n/5+1)[:n]
}

// seen is what a page tells of keys: a stretch of typing begins with the key
// that makes a sign.
func seen(keys []time.Time) (typing []room.Stretch) {
	for _, key := range keys {
		if n := len(typing); n > 0 && key.Sub(typing[n-1].From) < signEvery {
			typing[n-1].To = stamp(key).Add(time.Millisecond)
			continue
		}
		typing = append(typing, room.Stretch{From: stamp(key), To: stamp(key).Add(time.Millisecond)})
	}
	return typing
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
