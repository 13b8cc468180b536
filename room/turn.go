package room

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Budgets of a turn.
const (
	maxFailures = 3  // attempts that failed
	maxRefusals = 2  // answers that could not be posted
	maxLosses   = 50 // attempts whose node died: a turn must not kill nodes for ever
)

// nextTurn names the agent's next turn. It counts the agent's own turns only,
// so that a name tells nothing of others. Names of players that would make the
// same name of a turn are taken for the same by foldName.
func (d *decision) nextTurn(c *cursor) string {
	n := c.turns + 1
	for _, e := range d.Events {
		if e, ok := e.(TurnEnded); ok && e.Agent == c.name && (c.turn == nil || e.Turn != c.turn.ID) {
			n++
		}
	}
	return strings.ReplaceAll(c.name, " ", "-") + "-" + strconv.Itoa(n)
}

func (d *decision) beginTurn(c BeginTurn) error {
	p, ok := d.s.Player(c.Agent)
	if !ok || p.agent == nil || p.Outside != c.Outside {
		return refuse(Missing, "There is no such agent %q in this room.", c.Agent)
	}
	if err := d.mayBegin(p, c); err != nil {
		return err
	}
	a := p.agent
	e := TurnBegan{
		Agent: p.Name, Kind: d.s.turnKind(), Model: c.Model, Node: c.Node, Deadline: c.Deadline,
		Turn: d.nextTurn(a), Attempt: 1, Through: d.through(a, c),
	}
	if t := a.turn; t != nil {
		e.Turn, e.Kind, e.Attempt = t.ID, t.Kind, t.Attempt+1
		if t.Running {
			d.emit(AttemptFailed{Turn: t.ID, Agent: p.Name, Call: Call{Attempt: t.Attempt, Outcome: CallLost}, RetryAt: d.m.At})
		}
	}
	d.Turn = e.Turn
	d.emit(e)
	return nil
}

func (d *decision) mayBegin(p *Player, c BeginTurn) error {
	if !d.s.takesTurns(d.m.At) || !p.InPlay() {
		return refuse(Idle, "No turns are taken now.")
	}
	if !c.Outside && d.s.calls >= d.s.Config.Calls {
		return refuse(Idle, "The room's model calls are used up.")
	}
	a := p.agent
	if t := a.turn; t != nil {
		switch {
		case t.Draft != nil, p.wornOut(), t.Running && d.m.At.Before(t.Deadline):
			return refuse(Running, "%s is in turn %s already.", p.Name, t.ID)
		case d.m.At.Before(t.RetryAt):
			return refuse(Idle, "The next attempt of turn %s has to wait.", t.ID)
		}
		return nil
	}
	switch {
	case len(a.pending) == 0:
		return refuse(Idle, "%s has considered everything.", p.Name)
	case d.s.Phase == PhaseVoting && a.voted:
		return refuse(Idle, "%s has voted.", p.Name)
	case d.m.At.Before(d.s.rateFree(a)):
		return refuse(Idle, "%s has replied often enough for now.", p.Name)
	}
	return nil
}

// takesTurns reports whether agents think at that moment.
func (s *State) takesTurns(at time.Time) bool {
	switch s.Phase {
	case PhaseOpen, PhaseDiscussion, PhaseVoting:
		return !s.Paused && !s.over(at)
	case PhaseWaiting, PhaseReveal, PhaseClosed:
	}
	return false
}

func (s *State) turnKind() TurnKind {
	if s.Phase == PhaseVoting {
		return TurnVote
	}
	return TurnMessage
}

// rateFree returns the moment from which the agent's replies are within the
// limit a minute.
func (s *State) rateFree(a *cursor) time.Time {
	most := s.Config.RepliesPerMinute
	if s.Phase == PhaseVoting || len(a.replies) < most {
		return time.Time{}
	}
	return a.replies[len(a.replies)-most].Add(time.Minute)
}

// through returns the position up to which the attempt covers triggers.
func (d *decision) through(a *cursor, c BeginTurn) uint64 {
	if a.turn != nil && d.s.Config.Overlap != Interrupt {
		return a.turn.Through
	}
	if d.s.Config.Overlap == Strict {
		return a.pending[0].Pos
	}
	last, chars := 0, a.pending[0].Chars
	for last+1 < len(a.pending) {
		chars += a.pending[last+1].Chars
		if c.MaxChars > 0 && chars > c.MaxChars {
			break
		}
		last++
	}
	if a.turn != nil {
		return max(a.turn.Through, a.pending[last].Pos)
	}
	return a.pending[last].Pos
}

func (d *decision) failAttempt(c FailAttempt) error {
	if done, err := d.answeredBefore(c.Turn, c.Attempt, wordFailed); done {
		return err
	}
	p, err := d.current(c.Turn, c.Attempt)
	if err != nil {
		return err
	}
	call := Call{Attempt: c.Attempt, Outcome: c.Outcome, PromptTokens: c.PromptTokens, CompletionTokens: c.CompletionTokens}
	reason := c.Reason
	if reason == "" {
		reason = string(c.Outcome)
	}
	d.fail(p, call, retry{final: c.Final, at: c.RetryAt, reason: reason})
	return nil
}

type retry struct {
	final  bool
	at     time.Time
	reason string
}

// fail ends an attempt, and the turn too when no further one is allowed.
func (d *decision) fail(p *Player, call Call, r retry) {
	t, failures, refusals, losses := p.agent.turn, 0, 0, 0
	switch call.Outcome {
	case CallCancelled:
	case CallLost:
		losses = 1
	case CallRefused:
		refusals, failures = 1, 1
	case CallAnswered, CallAuth, CallRate, CallOverload, CallTimeout, CallTruncated, CallGarbage, CallEmpty, CallError:
		failures = 1
	}
	spent := t.Failures+failures >= maxFailures || t.Refusals+refusals >= maxRefusals || t.Losses+losses >= maxLosses
	switch {
	case r.final || spent:
		d.end(p, TurnEnded{Outcome: Failed, Reason: r.reason, Call: &call})
	case !p.Outside && d.s.calls >= d.s.Config.Calls:
		d.end(p, TurnEnded{Outcome: Cancelled, Reason: ReasonBudget, Call: &call})
	default:
		if r.at.Before(d.m.At) {
			r.at = d.m.At
		}
		d.emit(AttemptFailed{Turn: t.ID, Agent: p.Name, Call: call, RetryAt: r.at})
	}
}

// current returns the agent whose open turn runs this very attempt. It is the
// fence: an outcome of any other attempt is refused.
func (d *decision) current(turn string, attempt int) (*Player, error) {
	for _, p := range d.s.agents() {
		if t := p.agent.turn; t != nil && t.ID == turn {
			if t.Attempt != attempt || !t.Running {
				break
			}
			return p, nil
		}
	}
	return nil, refuse(Stale, "Attempt %d of turn %s is no longer the current one.", attempt, turn)
}

// end writes the outcome of the open turn. Turn, Agent and Covers are filled in.
func (d *decision) end(p *Player, e TurnEnded) {
	a := p.agent
	e.Turn, e.Agent, e.Covers = a.turn.ID, p.Name, refs(a.covered())
	d.emit(e)
	if rest := a.during(); d.s.Config.Overlap == Drop && len(rest) > 0 {
		d.emit(TurnEnded{Turn: d.nextTurn(a), Agent: p.Name, Outcome: Silent, Reason: ReasonBusy, Covers: refs(rest)})
	}
}

// cancel covers all that is pending for an agent by one cancelled outcome, but
// for what this decision has covered already.
func (d *decision) cancel(p *Player, reason string) {
	a := p.agent
	pending, open := refs(a.pending), a.turn != nil
	for _, e := range d.Events {
		if e, ok := e.(TurnEnded); ok && e.Agent == p.Name {
			pending = slices.DeleteFunc(pending, func(r Ref) bool { return slices.Contains(e.Covers, r) })
			open = open && e.Turn != a.turn.ID
		}
	}
	switch {
	case open:
		d.emit(TurnEnded{Turn: a.turn.ID, Agent: p.Name, Outcome: Cancelled, Reason: reason, Covers: pending, Call: a.turn.cancelledCall()})
	case len(pending) > 0:
		d.emit(TurnEnded{Turn: d.nextTurn(a), Agent: p.Name, Outcome: Cancelled, Reason: reason, Covers: pending})
	}
}

func (d *decision) cancelAll(reason string) {
	for _, p := range d.s.agents() {
		d.cancel(p, reason)
	}
}

// cancelledCall describes the attempt that a cancelled turn ends: a running
// one, or one whose answer waits as a draft; nil when neither.
func (t *Turn) cancelledCall() *Call {
	if !t.Running && t.Draft == nil {
		return nil
	}
	return &Call{Attempt: t.Attempt, Outcome: CallCancelled, Drafted: t.Draft != nil}
}

func refs(triggers []Trigger) []Ref {
	out := make([]Ref, len(triggers))
	for i, t := range triggers {
		out[i] = t.Ref
	}
	return out
}
