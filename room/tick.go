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
		if t := p.agent.turn; t != nil && t.Draft != nil && !at.Before(t.Draft.Due) {
			d.due(p)
			return nil
		}
	}
	if s.spent() {
		d.overBudget()
	}
	if at, ok := s.silenceAt(c.Attended); ok && !d.m.At.Before(at) {
		d.breakSilence()
	}
	return nil
}

// Deadline returns the moment at which the room next wants a Tick; attended
// says whether a person is there.
func (s *State) Deadline(attended bool) (time.Time, bool) {
	if !s.Exists() || s.Phase == PhaseClosed || s.Paused {
		return time.Time{}, false
	}
	if s.Phase == PhaseWaiting {
		return s.emptyAt.Add(emptyWait), !s.emptyAt.IsZero()
	}
	if s.spent() {
		return s.At, true
	}
	next := s.EndsAt
	sooner := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	for _, p := range s.agents() {
		if t := p.agent.turn; t != nil && t.Draft != nil {
			sooner(t.Draft.Due)
		}
	}
	if at, ok := s.silenceAt(attended); ok {
		sooner(at)
	}
	return next, !next.IsZero()
}

// due posts a draft, if it can still be posted.
func (d *decision) due(p *Player) {
	t := p.agent.turn
	if t.Kind == TurnVote {
		d.dueVote(p)
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
// for; then another attempt is made.
func (d *decision) dueVote(p *Player) {
	draft := p.agent.turn.Draft
	suspect, err := d.suspect(p, draft.Suspect)
	if err != nil {
		d.fail(p, Call{Attempt: p.agent.turn.Attempt, Outcome: CallRefused, Drafted: true}, retry{reason: string(CallRefused)})
		return
	}
	d.castByAgent(p, suspect, draft.Random, nil)
}

// spent reports whether model calls are used up while an agent of the node
// still wants one.
func (s *State) spent() bool {
	if s.calls < s.Config.Calls {
		return false
	}
	for _, p := range s.agents() {
		if p.wantsCall() {
			return true
		}
	}
	return false
}

// wantsCall reports whether the agent's next step is a model call.
func (p *Player) wantsCall() bool {
	if p.Outside || !p.InPlay() {
		return false
	}
	t := p.agent.turn
	if t == nil {
		return len(p.agent.pending) > 0
	}
	return !t.Running && t.Draft == nil
}

func (d *decision) overBudget() {
	for _, p := range d.s.agents() {
		if p.wantsCall() {
			d.cancel(p, ReasonBudget)
		}
	}
}

// silenceAt returns when the present silence is to be broken.
func (s *State) silenceAt(attended bool) (time.Time, bool) {
	talk := s.Phase == PhaseOpen || s.Phase == PhaseDiscussion
	if !talk || !attended || s.Config.SilenceSeconds == 0 || s.silences >= maxSilences || s.inPlay(Agent) == 0 || s.People() == 0 {
		return time.Time{}, false
	}
	for _, p := range s.agents() {
		if p.agent.turn != nil || len(p.agent.pending) > 0 {
			return time.Time{}, false
		}
	}
	return s.lastLine.Add(time.Duration(s.Config.SilenceSeconds) * time.Second), true
}

// breakSilence asks one agent, drawn by lot but not the last speaker, to speak.
func (d *decision) breakSilence() {
	var able, others []*Player
	for _, p := range d.s.agents() {
		if !p.InPlay() {
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
	draw := chance(d.m.Chance)
	d.emit(d.s.raise(TriggerSilence, able[draw.below(len(able))]))
}

// raise names the next trigger of a kind that has no public event.
func (s *State) raise(kind TriggerKind, p *Player) TriggerRaised {
	return TriggerRaised{Name: string(kind) + "-" + strconv.Itoa(s.raised[kind]+1), Kind: kind, Agent: p.Name}
}
