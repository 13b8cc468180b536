package verify

import (
	"time"

	"parley/room"
)

// emptyWait is how long a waiting room stays that nobody is in.
const emptyWait = time.Hour

// clock is the phase a room is in and how long it lasts.
type clock struct {
	phase  room.Phase
	round  int
	ends   time.Time // zero for no end
	paused bool
	left   time.Duration // of the phase, while paused
}

// over reports whether the phase's time is over.
func (r *Room) over() bool {
	c := &r.clock
	return !c.paused && !c.ends.IsZero() && !r.now.Before(c.ends)
}

// acting judges whether anything may be done at the moment.
func (r *Room) acting(what string) {
	switch {
	case r.clock.paused:
		r.fault(rulePaused, "%s while the room is paused", what)
	case r.over():
		r.fault(ruleLate, "%s at %s; the phase's time ended at %s", what, stamp(r.now), stamp(r.clock.ends))
	}
}

// talking reports whether lines are posted in the phase.
func (c *clock) talking() bool { return c.phase == room.PhaseDiscussion || c.phase == room.PhaseOpen }

// thinking reports whether turns are taken in the phase.
func (c *clock) thinking() bool { return c.talking() || c.phase == room.PhaseVoting }

func (r *Room) phaseBegan(e room.PhaseBegan) {
	c := &r.clock
	if !r.forward(e) {
		r.stop(rulePhase, "%s of round %d comes after %s of round %d", e.Phase, e.Round, c.phase, c.round)
		return
	}
	r.due(e)
	if want := r.topic(e.Round); e.Topic != want {
		r.fault(ruleTopic, "the topic is %q where the round's is %q", e.Topic, want)
	}
	for _, p := range r.seats.agents {
		r.leavesNothing(p, "the phase ended")
	}
	r.concluded(e)
	c.phase, c.round, c.paused, c.ends = e.Phase, e.Round, false, time.Time{}
	r.ends(e.EndsAt, r.lasts(e.Phase))
	r.silence = silence{quiet: r.now}
	if e.Phase == room.PhaseWaiting {
		r.seats.empty = r.now
	}
	if r.clock.talking() {
		r.seats.started = true
		r.ballot.open()
	}
	if e.Phase == room.PhaseDiscussion || e.Phase == room.PhaseVoting {
		r.triggerAll(trigger{ref: room.Ref{Seq: r.seq}, pos: r.pos}, nil)
	}
}

// forward reports whether the phase may follow the present one.
func (r *Room) forward(e room.PhaseBegan) bool {
	from, game := r.clock.phase, r.cfg.Mode == room.Imitation
	same := e.Round == r.clock.round
	to := e.Phase
	switch from {
	case "":
		return same && (game && to == room.PhaseWaiting || !game && to == room.PhaseOpen)
	case room.PhaseWaiting:
		return same && to == room.PhaseClosed || e.Round == 1 && to == room.PhaseDiscussion
	case room.PhaseDiscussion:
		early := to == room.PhaseReveal && r.ballot.ended != nil
		return same && (to == room.PhaseVoting || to == room.PhaseClosed || early)
	case room.PhaseVoting:
		again := to == room.PhaseDiscussion && e.Round == r.clock.round+1
		return again || same && (to == room.PhaseReveal || to == room.PhaseClosed)
	case room.PhaseReveal, room.PhaseOpen:
		return same && to == room.PhaseClosed
	case room.PhaseClosed:
	}
	return false
}

// due judges whether the present phase may end now.
func (r *Room) due(e room.PhaseBegan) {
	c := &r.clock
	deserted := r.cfg.Mode == room.Imitation && r.seats.started && r.seats.people == 0
	switch {
	case c.phase == "":
	case e.Phase == room.PhaseClosed && (r.cause == "end" || deserted):
	case c.paused:
		r.fault(rulePaused, "%s ends while the room is paused", c.phase)
	case c.phase == room.PhaseWaiting && e.Phase == room.PhaseDiscussion:
		r.starts()
	case c.phase == room.PhaseWaiting:
		if r.seats.people > 0 || r.now.Sub(r.seats.empty) < emptyWait {
			r.fault(ruleEarly, "a waiting room is closed that people are in, or were in an hour ago")
		}
	case c.phase == room.PhaseOpen, c.phase != room.PhaseReveal && e.Phase == room.PhaseClosed:
		r.fault(ruleEarly, "the room is closed by %q", r.cause)
	case c.phase != room.PhaseReveal && !r.seats.sided():
	case r.over(), r.cause == "skip", c.phase == room.PhaseVoting && r.allVoted():
	default:
		r.fault(ruleEarly, "%s ends at %s by %q, before %s", c.phase, stamp(r.now), r.cause, stamp(c.ends))
	}
}

// starts judges the start of a game.
func (r *Room) starts() {
	s := &r.seats
	own := 0
	for _, p := range s.agents {
		if !p.outside {
			own++
		}
	}
	full := s.people == r.cfg.Seats
	if s.people == 0 || len(s.all) < 2 || own != len(r.cfg.Agents) || !full && r.cause != "start" {
		r.fault(ruleStart, "by %q, with %d people on %d seats and %d of %d agents", r.cause, s.people, r.cfg.Seats, own, len(r.cfg.Agents))
	}
}

func (r *Room) topic(round int) string {
	switch n := len(r.cfg.Topics); {
	case n == 0:
		return ""
	case round < 1:
		return r.cfg.Topics[0]
	case round > n:
		return r.cfg.Topics[n-1]
	}
	return r.cfg.Topics[round-1]
}

// lasts returns how long a phase is, zero for one without an end.
func (r *Room) lasts(p room.Phase) time.Duration {
	seconds := 0
	switch p {
	case room.PhaseDiscussion:
		seconds = r.cfg.Discussion
	case room.PhaseVoting:
		seconds = r.cfg.Voting
	case room.PhaseReveal:
		seconds = r.cfg.Reveal
	case room.PhaseWaiting, room.PhaseOpen, room.PhaseClosed:
	}
	return time.Duration(seconds) * time.Second
}

// ends judges the end that an event gives the phase, and sets it.
func (r *Room) ends(at *time.Time, lasts time.Duration) {
	var want time.Time
	if lasts > 0 {
		want = r.now.Add(lasts)
	}
	got := time.Time{}
	if at != nil {
		got = *at
	}
	if !got.Equal(want) {
		r.fault(ruleClock, "%s is to end at %s; it should be %s", r.clock.phase, stamp(got), stamp(want))
	}
	r.clock.ends = got
}

func (r *Room) roomPaused() {
	c := &r.clock
	r.acting("paused")
	if c.phase == room.PhaseWaiting {
		r.fault(rulePaused, "a waiting room is paused")
	}
	for _, p := range r.seats.agents {
		if t := p.agent.turn; t != nil {
			r.fault(rulePaused, "turn %s of %s goes on in a paused room", t.id, p.name)
		}
	}
	if !c.paused && !c.ends.IsZero() {
		c.left = c.ends.Sub(r.now)
	}
	c.paused, c.ends = true, time.Time{}
}

func (r *Room) roomResumed(e room.Resumed) {
	c := &r.clock
	if !c.paused {
		r.fault(rulePaused, "the room is resumed and was not paused")
		return
	}
	c.paused = false
	r.ends(e.EndsAt, c.left)
	c.left = 0
	r.silence.quiet = r.now
}
