package verify

import (
	"slices"
	"time"

	"parley/room"
)

// turn is an agent's open turn.
type turn struct {
	id       string
	kind     room.TurnKind
	through  uint64 // position of the last trigger covered
	attempt  int    // the last one begun
	running  bool
	model    bool // the attempt is a model call
	deadline time.Time
	retryAt  time.Time
	draft    *room.ReplyDrafted
}

func (r *Room) turnBegan(e room.TurnBegan) {
	p := r.seats.byName[e.Agent]
	if p == nil || p.agent == nil {
		r.fault(ruleTurnAgent, "turn %s is begun by %q, which is no agent", e.Turn, e.Agent)
		return
	}
	r.acting("turn " + e.Turn)
	switch {
	case !p.plays():
		r.fault(ruleTurnAgent, "turn %s is begun by %s, which is not in play", e.Turn, p.name)
	case !r.clock.thinking():
		r.fault(ruleTurnPhase, "turn %s is begun in %s", e.Turn, r.clock.phase)
	case (e.Kind == room.TurnVote) != (r.clock.phase == room.PhaseVoting):
		r.fault(ruleTurnKind, "turn %s for a %s is begun in %s", e.Turn, e.Kind, r.clock.phase)
	}
	t := p.agent.turn
	if t != nil && t.id != e.Turn {
		r.fault(ruleTurnOverlap, "turn %s of %s is begun while its turn %s is open", e.Turn, p.name, t.id)
		t = nil
	}
	if t == nil {
		t = r.firstAttempt(p, e)
	} else {
		r.nextAttempt(p, t, e)
	}
	t.through = max(t.through, e.Through)
	t.attempt, t.running, t.draft, t.deadline = e.Attempt, true, nil, e.Deadline
	t.model = !p.outside
	if !t.model {
		return
	}
	r.report.ModelCalls++
	r.calls++
	if r.calls > r.cfg.Calls {
		r.fault(ruleCalls, "turn %s makes model call %d of %d", e.Turn, r.calls, r.cfg.Calls)
	}
}

func (r *Room) firstAttempt(p *player, e room.TurnBegan) *turn {
	a := p.agent
	r.report.Turns++
	t := &turn{id: e.Turn, kind: e.Kind}
	a.turn, a.since = t, r.pos
	if _, known := r.turnIDs[r.hash(e.Turn)]; known || r.openElsewhere(p, e.Turn) {
		r.fault(ruleTurnID, "%s begins a turn %s, which there has been", p.name, e.Turn)
	}
	if e.Attempt != 1 {
		r.fault(ruleAttempt, "turn %s begins with attempt %d", e.Turn, e.Attempt)
	}
	_, voted := r.ballot.votes[p.name]
	switch at := a.place(e.Through); {
	case len(a.pending) == 0:
		r.fault(ruleTurnIdle, "%s begins turn %s with nothing to consider", p.name, e.Turn)
	case voted && e.Kind == room.TurnVote:
		r.fault(ruleTurnIdle, "%s begins turn %s and has voted", p.name, e.Turn)
	case at < 0 || r.cfg.Overlap == room.Strict && at > 0:
		r.fault(ruleThrough, "turn %s of %s reaches to event %d; pending are %d to %d",
			e.Turn, p.name, e.Through, a.pending[0].pos, a.pending[len(a.pending)-1].pos)
	}
	if e.Kind == room.TurnMessage && !r.rateFree(a) {
		r.fault(ruleRate, "%s begins turn %s after %d replies in a minute", p.name, e.Turn, len(a.replies))
	}
	return t
}

func (r *Room) nextAttempt(p *player, t *turn, e room.TurnBegan) {
	if t.running || t.draft != nil {
		r.fault(ruleAttemptOpen, "attempt %d of turn %s is begun before attempt %d has ended", e.Attempt, e.Turn, t.attempt)
	}
	if e.Attempt != t.attempt+1 {
		r.fault(ruleAttempt, "turn %s goes on with attempt %d after attempt %d", e.Turn, e.Attempt, t.attempt)
	}
	if e.Kind != t.kind {
		r.fault(ruleTurnKind, "turn %s for a %s goes on for a %s", e.Turn, t.kind, e.Kind)
	}
	if r.now.Before(t.retryAt) {
		r.fault(ruleRetry, "attempt %d of turn %s is begun before %s", e.Attempt, e.Turn, stamp(t.retryAt))
	}
	if e.Through == t.through {
		return
	}
	if r.cfg.Overlap != room.Interrupt || e.Through < t.through || p.agent.place(e.Through) < 0 {
		r.fault(ruleThrough, "turn %s reached to event %d and goes on to %d", e.Turn, t.through, e.Through)
	}
}

// place returns the place among what is pending of the trigger that an event
// is, -1 if it is none.
func (a *agent) place(pos uint64) int {
	i, found := slices.BinarySearchFunc(a.pending, pos, func(t trigger, pos uint64) int {
		switch {
		case t.pos < pos:
			return -1
		case t.pos > pos:
			return 1
		}
		return 0
	})
	if !found {
		return -1
	}
	return i
}

// openElsewhere reports whether another agent is in a turn of that id.
func (r *Room) openElsewhere(p *player, id string) bool {
	return slices.ContainsFunc(r.seats.agents, func(q *player) bool {
		return q != p && q.agent.turn != nil && q.agent.turn.id == id
	})
}

// openTurn returns the agent's open turn, if it is the one named.
func (r *Room) openTurn(name, id string) *turn {
	p := r.seats.byName[name]
	if p == nil || p.agent == nil || p.agent.turn == nil || p.agent.turn.id != id {
		r.fault(ruleFence, "turn %s of %s is not open", id, name)
		return nil
	}
	return p.agent.turn
}

func (r *Room) attemptFailed(e room.AttemptFailed) {
	t := r.openTurn(e.Agent, e.Turn)
	if t == nil {
		return
	}
	if e.Call.Outcome == room.CallAnswered {
		r.fault(ruleCall, "attempt %d of turn %s fails as answered", e.Call.Attempt, e.Turn)
	}
	r.callEnds(t, e.Call)
	t.running, t.draft, t.retryAt = false, nil, e.RetryAt
}

func (r *Room) replyDrafted(e room.ReplyDrafted) {
	r.acting("a draft of turn " + e.Turn)
	t := r.openTurn(e.Agent, e.Turn)
	if t == nil {
		return
	}
	if t.draft != nil && e.Call.Drafted {
		r.putOff(t, e)
		return
	}
	if !t.running || e.Call.Attempt != t.attempt {
		r.fault(ruleFence, "attempt %d of turn %s drafts; the current one is %d", e.Call.Attempt, e.Turn, t.attempt)
	}
	if drawn := e.Random && e.Call.Outcome == room.CallRefused; e.Call.Drafted || e.Call.Outcome != room.CallAnswered && !drawn {
		r.fault(ruleCall, "attempt %d of turn %s drafts and is %s", e.Call.Attempt, e.Turn, e.Call.Outcome)
	}
	t.running, t.draft = false, &e
}

// putOff judges a draft that is drafted again: the same answer, after its time
// had passed, for a later one.
func (r *Room) putOff(t *turn, e room.ReplyDrafted) {
	d := t.draft
	same := e.Text == d.Text && e.Suspect == d.Suspect && e.Random == d.Random && e.Pass == d.Pass
	if !same || e.Call.Attempt != t.attempt || e.Call.Outcome != d.Call.Outcome {
		r.fault(ruleDraft, "turn %s puts off something else than its draft", e.Turn)
	}
	if r.now.Before(d.Due) || !e.Due.After(r.now) {
		r.fault(ruleDraft, "the draft of turn %s for %s is put off at once to %s", e.Turn, stamp(d.Due), stamp(e.Due))
	}
	t.draft = &e
}

// callEnds judges the end of an attempt that brings no draft.
func (r *Room) callEnds(t *turn, c room.Call) {
	switch {
	case c.Attempt != t.attempt || !t.running && t.draft == nil:
		r.fault(ruleFence, "attempt %d of turn %s ends; the current one is %d", c.Attempt, t.id, t.attempt)
	case c.Drafted != (t.draft != nil):
		r.fault(ruleCall, "attempt %d of turn %s ends as if it had drafted %t", c.Attempt, t.id, c.Drafted)
	}
	if c.Outcome == room.CallLost && (r.cause == "begin_turn" || r.cause == "tick") && r.now.Before(t.deadline) {
		r.fault(ruleLease, "attempt %d of turn %s is taken for lost before %s", t.attempt, t.id, stamp(t.deadline))
	}
	if t.model && c.Outcome != room.CallAnswered {
		r.report.WastedCalls++
	}
}

// draftSpent counts the call of a draft that is posted, or waits still.
func (r *Room) draftSpent(t *turn) {
	if t.model && t.draft != nil && t.draft.Call.Outcome != room.CallAnswered {
		r.report.WastedCalls++
	}
}
