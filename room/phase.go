package room

import (
	"maps"
	"time"
)

func (d *decision) discuss(round int) {
	ends := d.after(d.s.Config.Discussion)
	d.emit(PhaseBegan{Phase: PhaseDiscussion, Round: round, Topic: d.s.Config.Topic(round), EndsAt: &ends})
}

func (d *decision) reveal() {
	ends := d.after(d.s.Config.Reveal)
	d.emit(PhaseBegan{Phase: PhaseReveal, Round: d.s.Round, Topic: d.s.Config.Topic(d.s.Round), EndsAt: &ends})
	roles := map[string]Role{}
	for _, p := range d.s.players {
		roles[p.Name] = p.Role
	}
	d.emit(RolesRevealed{Roles: roles})
}

// close ends the room and all work in it.
func (d *decision) close(reason string) {
	d.cancelAll(ReasonClosed)
	d.emit(PhaseBegan{Phase: PhaseClosed, Round: d.s.Round, Topic: d.s.Config.Topic(d.s.Round), Reason: reason})
}

// advance ends the present phase because its time is over or the host says so.
func (d *decision) advance() {
	switch d.s.Phase {
	case PhaseDiscussion:
		d.cancelAll(ReasonPhase)
		ends := d.after(d.s.Config.Voting)
		d.emit(PhaseBegan{Phase: PhaseVoting, Round: d.s.Round, Topic: d.s.Config.Topic(d.s.Round), EndsAt: &ends})
	case PhaseVoting:
		d.endVoting(maps.Clone(d.s.votes))
	case PhaseReveal:
		d.close("")
	case PhaseWaiting, PhaseOpen, PhaseClosed:
	}
}

func (d *decision) skip() error {
	switch d.s.Phase {
	case PhaseDiscussion, PhaseVoting, PhaseReveal:
	case PhaseWaiting, PhaseOpen, PhaseClosed:
		return refuse(Conflict, "There is no phase to skip.")
	}
	if d.s.Paused {
		return refuse(Conflict, "The room is paused.")
	}
	d.advance()
	return nil
}

func (d *decision) pause() error {
	switch {
	case d.s.Phase == PhaseWaiting:
		return refuse(Conflict, "The game has not begun.")
	case d.s.Paused:
		return refuse(Conflict, "The room is paused already.")
	case d.s.over(d.m.At):
		return refuse(Conflict, "The time of this phase is over.")
	}
	for _, p := range d.s.agents() {
		if t := p.agent.turn; t != nil {
			d.end(p, TurnEnded{Outcome: Cancelled, Reason: ReasonPaused, Call: t.cancelledCall()})
		}
	}
	d.emit(Paused{})
	return nil
}

func (d *decision) resume() error {
	if !d.s.Paused {
		return refuse(Conflict, "The room is not paused.")
	}
	e := Resumed{}
	if d.s.remaining > 0 {
		ends := d.m.At.Add(d.s.remaining)
		e.EndsAt = &ends
	}
	d.emit(e)
	if d.goOn(); d.s.Phase == PhaseVoting && len(d.Events) == 1 {
		d.askAgain()
	}
	return nil
}

// askAgain asks the agents for their vote whose turns the pause has ended.
func (d *decision) askAgain() {
	asked := 0
	for _, p := range d.s.agents() {
		if p.InPlay() && !d.s.Voted(p) && len(p.agent.pending) == 0 {
			d.emit(d.s.raise(TriggerPhase, p, asked))
			asked++
		}
	}
}

func (d *decision) nudge(c Nudge) error {
	p, ok := d.s.Player(c.Agent)
	switch {
	case !ok || p.agent == nil:
		return refuse(Missing, "There is no agent %q in this room.", c.Agent)
	case !d.s.takesTurns(d.m.At):
		return refuse(Conflict, "No turns are taken now.")
	case !p.InPlay():
		return refuse(Conflict, "%s is not in play.", p.Name)
	}
	e := d.s.raise(TriggerNudge, p, 0)
	d.emit(e)
	d.overflow(p.agent, Ref{Name: e.Name})
	return nil
}

func (s *State) applyPhase(e PhaseBegan, at time.Time) {
	s.Phase, s.Round, s.BeganAt, s.EndsAt, s.Paused = e.Phase, e.Round, at, time.Time{}, false
	s.lastLine, s.silences = at, 0
	if e.EndsAt != nil {
		s.EndsAt = *e.EndsAt
	}
	if e.Phase == PhaseVoting {
		s.votes = map[string]string{}
		for _, p := range s.agents() {
			p.agent.voted = false
		}
	}
	if e.Phase != PhaseDiscussion && e.Phase != PhaseVoting {
		return
	}
	for _, p := range s.agents() {
		if p.InPlay() {
			s.trigger(p.agent, Trigger{Ref: Ref{Seq: s.Seq}, Pos: s.Pos, Kind: TriggerPhase})
		}
	}
}

func (s *State) applyPaused(at time.Time) {
	s.Paused, s.remaining = true, 0
	if !s.EndsAt.IsZero() {
		s.remaining = s.EndsAt.Sub(at)
	}
	s.EndsAt = time.Time{}
}

func (s *State) applyResumed(e Resumed, at time.Time) {
	s.Paused, s.lastLine = false, at
	if e.EndsAt != nil {
		s.EndsAt = *e.EndsAt
	}
}
