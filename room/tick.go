package room

import (
	"strconv"
	"time"
)

// How long rooms wait without people.
const (
	emptyWait   = time.Hour // a waiting room nobody is in
	maxSilences = 3         // silence triggers in a row, without a person's line
)

// tick does one thing that the room owes, the most urgent first. It is called
// again as long as Deadline has passed.
func (d *decision) tick(c Tick) error {
	s, at := d.s, d.m.At
	if s.Phase == PhaseWaiting {
		if !s.emptyAt.IsZero() && !at.Before(s.emptyAt.Add(emptyWait)) {
			d.close("nobody came")
		}
		return nil
	}
	if s.Paused {
		return nil
	}
	if s.over(at) {
		d.advance()
		return nil
	}
	for _, p := range s.agents() {
		if due, ok := s.turnDue(p); ok && !at.Before(due) {
			d.due(p)
			return nil
		}
	}
	if silence, ok := s.silenceAt(c.Attended); ok && !at.Before(silence) {
		d.breakSilence()
	}
	return nil
}

// Deadline returns the moment at which the room next wants a Tick, zero and
// false for never; attended says whether a person is there.
func (s *State) Deadline(attended bool) (time.Time, bool) {
	if !s.Exists() || s.Phase == PhaseClosed || s.Paused {
		return time.Time{}, false
	}
	if s.Phase == PhaseWaiting {
		if s.emptyAt.IsZero() {
			return time.Time{}, false
		}
		return s.emptyAt.Add(emptyWait), true
	}
	next := s.EndsAt
	sooner := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	for _, p := range s.agents() {
		if due, ok := s.turnDue(p); ok {
			sooner(due)
		}
	}
	if at, ok := s.silenceAt(attended); ok {
		sooner(at)
	}
	return next, !next.IsZero()
}

// turnDue returns when a Tick has to look after the agent: to post its draft,
// or to end a turn, or what is pending, for which no attempt may begin.
func (s *State) turnDue(p *Player) (time.Time, bool) {
	a := p.agent
	t, broke := a.turn, !p.Outside && s.calls >= s.Config.Calls
	switch {
	case t == nil:
		return s.At, broke && len(a.pending) > 0
	case t.Draft != nil:
		return t.Draft.Due, true
	case t.Running:
		return t.Deadline, broke || p.wornOut()
	}
	return s.At, broke
}

// wornOut reports whether the running attempt is the last one that may be lost.
func (p *Player) wornOut() bool {
	t := p.agent.turn
	return !p.Outside && t.Running && t.Losses+1 >= maxLosses
}

// due does what turnDue waited for.
func (d *decision) due(p *Player) {
	switch t := p.agent.turn; {
	case t != nil && t.Draft != nil:
		d.dueDraft(p)
	case t != nil && p.wornOut():
		d.fail(p, Call{Attempt: t.Attempt, Outcome: CallLost}, retry{reason: string(CallLost)})
	default:
		d.cancel(p, ReasonBudget)
	}
}

// dueDraft posts a draft, if it can still be posted and is not overdue.
func (d *decision) dueDraft(p *Player) {
	t := p.agent.turn
	switch {
	case d.overdue(t.Draft):
		d.putOff(p)
		return
	case t.Kind == TurnVote:
		d.dueVote(p)
		return
	case t.Draft.Pass:
		d.end(p, TurnEnded{Outcome: Silent, Reason: ReasonChosen})
		return
	}
	text, err := d.postable(t.Draft.Text)
	if err != nil {
		d.fail(p, Call{Attempt: t.Attempt, Outcome: CallRefused, Drafted: true}, retry{reason: string(CallRefused)})
		return
	}
	d.reply(p, text, nil)
}

// dueVote casts a drafted vote. Whoever has left meanwhile cannot be voted
// for; then another attempt is made, and after that the lot decides.
func (d *decision) dueVote(p *Player) {
	t := p.agent.turn
	suspect, err := d.suspect(p, t.Draft.Suspect)
	switch {
	case err == nil:
		d.castByAgent(p, suspect, t.Draft.Random, nil)
	case t.Draft.Random || t.Refusals+1 >= maxRefusals:
		d.castByAgent(p, d.anySuspect(p), true, nil)
	default:
		d.fail(p, Call{Attempt: t.Attempt, Outcome: CallRefused, Drafted: true}, retry{reason: string(CallRefused)})
	}
}

// silenceAt returns when the present silence is to be broken. While an agent
// has something to consider it is no silence; a program outside counts only as
// long as its claim lasts, since nobody knows whether it still runs.
func (s *State) silenceAt(attended bool) (time.Time, bool) {
	talk := s.Phase == PhaseOpen || s.Phase == PhaseDiscussion
	if !talk || !attended || s.Config.SilenceSeconds == 0 || s.silences >= maxSilences || s.People() == 0 {
		return time.Time{}, false
	}
	at, idle := s.lastLine.Add(time.Duration(s.Config.SilenceSeconds)*time.Second), 0
	for _, p := range s.agents() {
		t, pending := p.agent.turn, len(p.agent.pending) > 0
		switch {
		case pending && !p.Outside:
			return time.Time{}, false
		case t != nil && t.Running && t.Deadline.After(at):
			at = t.Deadline
		case !pending && p.InPlay():
			idle++
		}
	}
	return at, idle > 0
}

// breakSilence asks one agent, drawn by lot but not the last speaker, to speak.
func (d *decision) breakSilence() {
	var able, others []*Player
	for _, p := range d.s.agents() {
		if !p.InPlay() || len(p.agent.pending) > 0 {
			continue
		}
		able = append(able, p)
		if n := len(d.s.Lines); n == 0 || d.s.Lines[n-1].Player != p.Name {
			others = append(others, p)
		}
	}
	if len(others) > 0 {
		able = others
	}
	d.emit(d.s.raise(TriggerSilence, able[d.draw.below(len(able))], 0))
}

// raise names the next trigger of a kind that has no public event; before it
// come those that the same command has raised already.
func (s *State) raise(kind TriggerKind, p *Player, before int) TriggerRaised {
	return TriggerRaised{Name: string(kind) + "-" + strconv.Itoa(s.raised[kind]+before+1), Kind: kind, Agent: p.Name}
}
