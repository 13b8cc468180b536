package agent

import (
	"time"

	"parley/room"
)

const (
	bell   = time.Second     // how long before the end of a phase the last vote may be due
	hurry  = 0.6             // of the time that typing would have taken, when the bell is near
	tooFew = 4 * time.Second // before the bell, in which nobody begins to type
)

// pace makes an answer come when a person's would, and be seen typed as a
// person's is. The model's time passes while a person would think.
func (c *Crew) pace(scene *room.Scene, answer *room.Answer, now time.Time) {
	if scene.Pacing != room.PaceHuman || (answer.Pass && scene.Mode != room.Imitation) {
		return
	}
	h := c.hand(seat{scene.Room, scene.Agent})
	start := scene.BeganAt.Add(h.thinks())
	if start.Before(now) {
		start = now
	}
	var typing []room.Stretch
	var due time.Time
	if answer.Pass {
		typing, due = h.falls(start)
	} else {
		typing, due = h.types(answer.Text, start)
		due = c.beforeBell(scene.EndsAt, start, due, typing)
	}
	if !scene.EndsAt.IsZero() && scene.EndsAt.Sub(start) < tooFew {
		typing = nil
	}
	for i, s := range typing {
		typing[i] = room.Stretch{From: stamp(s.From), To: stamp(s.To)}
	}
	answer.Typing, answer.Due = typing, future(due, now)
}

// beforeBell makes whoever can still be done before the end hurry, somewhat. A
// line that cannot is lost to the bell, as people's are.
func (c *Crew) beforeBell(end, start, due time.Time, typing []room.Stretch) time.Time {
	need, left := due.Sub(start), end.Sub(start)
	if end.IsZero() || need < left || seconds(hurry*need.Seconds()) > left {
		return due
	}
	share := (left - time.Duration(c.chance.Float64()*float64(left/8))).Seconds() / need.Seconds()
	squeeze := func(t time.Time) time.Time { return start.Add(seconds(share * t.Sub(start).Seconds())) }
	for i, s := range typing {
		typing[i] = room.Stretch{From: squeeze(s.From), To: squeeze(s.To)}
	}
	return squeeze(due)
}

// voteDue returns when a person would have voted, or the zero time for at once.
// In a vote too short for that it is within its first four fifths.
func (c *Crew) voteDue(scene *room.Scene, now time.Time) time.Time {
	if scene.Pacing != room.PaceHuman {
		return time.Time{}
	}
	const median, sigma = 12.65, 0.458 // two thirds within 8 to 20 seconds
	after := seconds(lognormal(c.chance, median, sigma))
	if !scene.EndsAt.IsZero() {
		window := min(scene.EndsAt.Sub(scene.BeganAt)*4/5, scene.EndsAt.Sub(scene.BeganAt)-bell)
		if after > window {
			after = time.Duration((0.3 + 0.7*c.chance.Float64()) * float64(window))
		}
	}
	return future(scene.BeganAt.Add(after), now)
}

func future(due, now time.Time) time.Time {
	if due.After(now) {
		return stamp(due)
	}
	return time.Time{}
}
