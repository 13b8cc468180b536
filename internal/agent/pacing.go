package agent

import (
	"math"
	"time"

	"parley/room"
)

const (
	bell     = time.Second     // how long before the end of a phase the last vote may be due
	hurry    = 0.75            // of the time that typing would have taken, when the bell is near
	tooFew   = 4 * time.Second // before the bell, in which nobody begins to type
	voteSlow = 0.4             // of a slow person's slowness, as a power, shows in its votes
)

// pace makes an answer come when a person's would, and be seen typed as a
// person's is. The model's time passes while a person would think; after an
// attempt that came to nothing, thinking begins anew.
func (c *Crew) pace(scene *room.Scene, answer *room.Answer, now time.Time) {
	if scene.Pacing != room.PaceHuman || (answer.Pass && scene.Mode != room.Imitation) {
		return
	}
	h := c.hand(seat{scene.Room, scene.Agent})
	start := scene.BeganAt.Add(h.thinks())
	switch {
	case scene.Attempt > 1:
		start = now.Add(h.thinks())
	case start.Before(now):
		start = now
	}
	text := answer.Text
	if answer.Pass {
		if text = h.begins(); text == "" {
			return
		}
	}
	keys, due := h.types(text, start)
	if !answer.Pass {
		due = c.beforeBell(scene.EndsAt, start, due, keys)
	}
	if !scene.EndsAt.IsZero() && scene.EndsAt.Sub(start) < tooFew {
		keys = nil
	}
	answer.Typing, answer.Due = seen(keys), future(due, now)
}

// beforeBell makes whoever can still be done before the end hurry, somewhat. A
// line that cannot is lost to the bell, as people's are.
func (c *Crew) beforeBell(end, start, due time.Time, keys []time.Time) time.Time {
	need, left := due.Sub(start), end.Sub(start)
	if end.IsZero() || need < left || seconds(hurry*need.Seconds()) > left {
		return due
	}
	share := (left - time.Duration(c.chance.Float64()*float64(left/8))).Seconds() / need.Seconds()
	squeeze := func(t time.Time) time.Time { return start.Add(seconds(share * t.Sub(start).Seconds())) }
	for i, key := range keys {
		keys[i] = squeeze(key)
	}
	return squeeze(due)
}

// voteDue returns when a person would have voted, or the zero time for at once.
// In a vote too short for that it is within its first four fifths. After an
// attempt that came to nothing the vote is looked at anew.
func (c *Crew) voteDue(scene *room.Scene, now time.Time) time.Time {
	if scene.Pacing != room.PaceHuman {
		return time.Time{}
	}
	h := c.hand(seat{scene.Room, scene.Agent})
	after := seconds(math.Pow(h.slow, voteSlow) * lognormal(c.chance, voteMedian, voteSpread))
	began := scene.BeganAt
	if scene.Attempt > 1 {
		began = now
	}
	if left := scene.EndsAt.Sub(began); !scene.EndsAt.IsZero() {
		window := min(left*4/5, left-bell)
		if after > window {
			after = time.Duration((0.3 + 0.7*c.chance.Float64()) * float64(window))
		}
	}
	return future(began.Add(after), now)
}

func future(due, now time.Time) time.Time {
	if due.After(now) {
		return stamp(due)
	}
	return time.Time{}
}
