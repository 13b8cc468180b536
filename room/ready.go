package room

import "time"

// Ready is an agent that may begin an attempt.
type Ready struct {
	Agent   string
	Model   string
	Outside bool
	// Under human pacing somebody reads before answering: what kind of trigger
	// came last, empty when there is nothing to read, and how many characters.
	Reads TriggerKind
	Chars int
}

// Ready returns the agents that may begin an attempt at a moment, and the next
// moment at which another may (zero for none that time alone brings).
func (s *State) Ready(at time.Time) (ready []Ready, next time.Time) {
	if !s.Exists() || !s.takesTurns(at) {
		return nil, time.Time{}
	}
	for _, p := range s.agents() {
		from, ok := s.readyFrom(p)
		switch {
		case !ok:
		case !from.After(at):
			ready = append(ready, s.ready(p))
		case next.IsZero() || from.Before(next):
			next = from
		}
	}
	return ready, next
}

func (s *State) ready(p *Player) Ready {
	r := Ready{Agent: p.Name, Model: p.Model, Outside: p.Outside}
	if a := p.agent; a.turn == nil && s.Config.Pacing == PaceHuman && s.Phase != PhaseVoting {
		last := a.pending[len(a.pending)-1]
		if r.Reads, r.Chars = last.Kind, last.Chars; last.Kind == TriggerPhase {
			r.Chars = len(s.Config.Topic(s.Round))
		}
	}
	return r
}

// readyFrom returns the moment from which the agent may begin an attempt.
func (s *State) readyFrom(p *Player) (time.Time, bool) {
	if !p.InPlay() || (!p.Outside && s.calls >= s.Config.Calls) {
		return time.Time{}, false
	}
	a := p.agent
	switch t := a.turn; {
	case t == nil && len(a.pending) == 0, t == nil && s.Phase == PhaseVoting && a.voted:
		return time.Time{}, false
	case t == nil:
		return s.rateFree(a), true
	case t.Draft != nil:
		return time.Time{}, false
	case t.Running:
		return t.Deadline, !p.wornOut()
	default:
		return t.RetryAt, true
	}
}

// OpenTurns returns the open turns, one an agent at most.
func (s *State) OpenTurns() []Turn {
	var out []Turn
	for _, p := range s.agents() {
		if p.agent.turn != nil {
			out = append(out, *p.agent.turn)
		}
	}
	return out
}

// Pending counts the triggers that no outcome covers yet.
func (s *State) Pending() int {
	n := 0
	for _, p := range s.agents() {
		n += len(p.agent.pending)
	}
	return n
}

// Current reports whether an attempt is the running one of an open turn.
func (s *State) Current(turn string, attempt int) bool {
	for _, p := range s.agents() {
		if t := p.agent.turn; t != nil && t.ID == turn {
			return t.Running && t.Attempt == attempt
		}
	}
	return false
}
