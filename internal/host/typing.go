package host

import (
	"context"
	"slices"
	"time"

	"parley/room"
)

// Typing is shown in beats, so that nobody's keys can be told from the rhythm
// of the frames. The first sign of typing is shown at once; from then on there
// is a frame a beat for as long as each beat brought a further sign. A sign is
// what the page sends at most every signEvery while keys are pressed, or, for
// an agent, what a page would send during the stretches of its draft.
const (
	beat      = 3 * time.Second
	signEvery = 2 * time.Second
	signLeast = time.Second // between two signs; others are ignored
)

// typist is what is known of a player's typing.
type typist struct {
	shown time.Time // the last frame
	sign  time.Time // the last sign
	fresh bool      // no frame has shown it yet
}

type typingFrame struct {
	Type   string `json:"type"`
	Player string `json:"player"`
}

// Typing takes a sign that a person types.
func (h *Host) Typing(ctx context.Context, code, player string) error {
	return h.do(ctx, code, "typing", func(r *runner, _ time.Duration) error {
		p, ok := r.state.Player(player)
		if !ok {
			return ErrUnknown
		}
		if p.InPlay() && r.sign(p.Name, h.Now()) && !h.Cluster.Single() {
			r.tell(whisper{Kind: whisperTyping, Player: p.Name})
		}
		return nil
	})
}

// showsTyping reports whether the room shows typing at all now.
func (r *runner) showsTyping() bool {
	c := r.state.Config
	talk := r.state.Phase == room.PhaseOpen || r.state.Phase == room.PhaseDiscussion
	return talk && !r.state.Paused && (c.Mode == room.Open || c.Pacing == room.PaceHuman && !r.outsiders())
}

// outsiders reports whether programs outside play, which nobody sees type.
func (r *runner) outsiders() bool {
	return slices.ContainsFunc(r.state.Players(), func(p *room.Player) bool { return p.Outside })
}

// sign takes a sign that a player types and reports whether it counts. Of an
// agent every node knows by the draft in the log.
func (r *runner) sign(player string, at time.Time) bool {
	t := r.typing[player]
	if !r.showsTyping() || at.Sub(t.sign) < signLeast {
		return false
	}
	t.sign, t.fresh = at, true
	r.typing[player] = t
	return true
}

// stopTyping forgets a sign that the player's line has overtaken.
func (r *runner) stopTyping(player string) {
	if t, ok := r.typing[player]; ok {
		t.fresh = false
		r.typing[player] = t
	}
}

// showTyping sends the frames that are due, and returns when the next one may
// be; zero for none.
func (r *runner) showTyping(now time.Time) time.Time {
	if !r.showsTyping() {
		clear(r.typing)
		return time.Time{}
	}
	next := r.signDrafts(now)
	for name, t := range r.typing {
		due := t.shown.Add(beat)
		p, ok := r.state.Player(name)
		switch signed := t.fresh && ok && p.InPlay(); {
		case signed && due.After(now):
			next = earlier(next, due)
		case signed:
			r.typing[name] = typist{shown: now, sign: t.sign}
			r.put([]Frame{frameOf("typing", typingFrame{Type: "typing", Player: name})})
		case !due.After(now):
			delete(r.typing, name)
		}
	}
	return next
}

// signDrafts takes the signs of agents whose lines are being "typed", and
// returns when the next one can be shown; zero for none.
func (r *runner) signDrafts(now time.Time) time.Time {
	var next time.Time
	for _, turn := range r.state.OpenTurns() {
		if turn.Draft == nil {
			continue
		}
		last, coming := signs(turn.Draft.Typing, now)
		t := r.typing[turn.Agent]
		old := now.Sub(last) >= beat    // it has been shown, and the typist forgotten
		before := !last.After(r.opened) // those who typed then do not all show at once
		if last.After(t.sign) && !old && !before {
			r.sign(turn.Agent, last)
		}
		if due := t.shown.Add(beat); !coming.IsZero() && coming.Before(due) {
			coming = due
		}
		next = earlier(next, coming)
	}
	return next
}

// signs returns the last sign that stretches of typing have brought until now,
// and the next one; zero for none.
func signs(typing []room.Stretch, now time.Time) (last, next time.Time) {
	for _, s := range typing {
		at := s.From
		if again := last.Add(signEvery); at.Before(again) {
			at = again
		}
		for ; at.Before(s.To); at = at.Add(signEvery) {
			if at.After(now) {
				return last, at
			}
			last = at
		}
	}
	return last, time.Time{}
}

// earlier returns the earlier of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
