package verify

import (
	"slices"

	"parley/room"
)

// mostWaiting is how many triggers wait for an agent under strict.
const mostWaiting = 100

// said is an agent's line or vote in the present record.
type said struct {
	turn    string
	player  *player
	text    string
	hop     int
	vote    bool
	suspect string
	random  bool
	used    bool // its outcome has been found
}

// ended is an outcome in the present record.
type ended struct {
	room.TurnEnded
	player *player
	draft  *room.ReplyDrafted // posted by it
	hop    int                // its line is to have
	again  bool               // the turn, or one of its triggers, had been replied to
	begun  bool
	pos    uint64
}

func (r *Room) turnEnded(e room.TurnEnded) {
	p := r.seats.byName[e.Agent]
	if p == nil || p.agent == nil {
		r.fault(ruleTurnAgent, "turn %s of %q ends, which is no agent", e.Turn, e.Agent)
		return
	}
	end := ended{TurnEnded: e, player: p, pos: r.pos}
	id := r.hash(e.Turn)
	replied, known := r.turnIDs[id]
	t := p.agent.turn
	var through uint64
	switch {
	case known:
		r.fault(ruleEndedTwice, "turn %s of %s ends again", e.Turn, p.name)
		end.again = replied && e.Outcome == room.Replied
	case t != nil && t.id == e.Turn:
		end.begun, end.draft, through = true, t.draft, t.through
		r.endsTurn(t, e)
		p.agent.turn = nil
	default:
		r.report.Turns++
		r.endsUnbegun(p, e)
	}
	r.reasoned(p, e)
	waiting := len(p.agent.pending)
	if t != nil {
		waiting -= p.agent.reached(t.through)
	}
	covered, again := r.cover(p, e, through)
	if e.Outcome == room.Silent && e.Reason == room.ReasonBusy && len(covered) > 0 && covered[0].pos < p.agent.since {
		r.fault(ruleDrop, "%s of %s was there before the turn that kept it busy", covered[0].ref, p.name)
	}
	end.again = end.again || again
	if e.Reason == room.ReasonOverflow && (r.cfg.Overlap != room.Strict || len(covered) != 1 || waiting <= mostWaiting) {
		r.fault(ruleOverflow, "turn %s of %s overflows with %d triggers waiting", e.Turn, p.name, waiting)
	}
	end.hop = 1 + lowest(covered)
	r.turnIDs[id] = replied || e.Outcome == room.Replied
	r.ended = append(r.ended, end)
}

// reached counts the pending triggers up to a position.
func (a *agent) reached(through uint64) int {
	n := 0
	for n < len(a.pending) && a.pending[n].pos <= through {
		n++
	}
	return n
}

// lowest returns the lowest hop of the lines covered, 0 when there is none.
func lowest(covered []trigger) int {
	hop, lines := 0, 0
	for _, t := range covered {
		if !t.line {
			continue
		}
		if lines == 0 || t.hop < hop {
			hop = t.hop
		}
		lines++
	}
	return hop
}

// endsTurn judges the outcome of the open turn against its last attempt.
func (r *Room) endsTurn(t *turn, e room.TurnEnded) {
	if (e.Outcome == room.Replied || e.Outcome == room.Voted) && (e.Outcome == room.Voted) != (t.kind == room.TurnVote) {
		r.fault(ruleTurnKind, "turn %s for a %s ends as %s", e.Turn, t.kind, e.Outcome)
	}
	posts := e.Outcome == room.Replied || e.Outcome == room.Voted
	if e.Call == nil {
		switch {
		case t.running:
			r.fault(ruleCall, "turn %s ends and attempt %d does not", e.Turn, t.attempt)
		case t.draft != nil && !posts && (e.Outcome != room.Silent || !t.draft.Pass):
			r.fault(ruleCall, "turn %s ends as %s and drops its draft without a word", e.Turn, e.Outcome)
		case t.draft == nil && e.Outcome != room.Cancelled:
			r.fault(ruleCall, "turn %s ends as %s without an attempt", e.Turn, e.Outcome)
		}
		r.draftSpent(t)
		return
	}
	r.callEnds(t, *e.Call)
	drawn := e.Outcome == room.Voted && e.Reason == room.ReasonRandom && e.Call.Outcome == room.CallRefused
	brings := posts || e.Outcome == room.Silent
	answered := e.Call.Outcome == room.CallAnswered || drawn
	if brings != answered || posts && e.Call.Drafted {
		r.fault(ruleCall, "turn %s ends as %s and its attempt %d as %s", e.Turn, e.Outcome, e.Call.Attempt, e.Call.Outcome)
	}
}

// endsUnbegun judges the outcome of a turn that had not begun.
func (r *Room) endsUnbegun(p *player, e room.TurnEnded) {
	busy := e.Outcome == room.Silent && e.Reason == room.ReasonBusy && r.cfg.Overlap == room.Drop
	open := p.agent.turn
	switch {
	case e.Outcome != room.Cancelled && !busy:
		r.fault(ruleOutcome, "turn %s of %s was not begun and ends as %s", e.Turn, p.name, e.Outcome)
	case e.Call != nil, open != nil && e.Reason != room.ReasonOverflow:
		r.fault(ruleFence, "turn %s of %s ends and is not the open one", e.Turn, p.name)
	}
}

// reasoned judges the reason of an outcome.
func (r *Room) reasoned(p *player, e room.TurnEnded) {
	var known []string
	switch e.Outcome {
	case room.Replied:
		known = []string{""}
	case room.Silent:
		known = []string{room.ReasonChosen, room.ReasonBusy}
	case room.Voted:
		known = []string{"", room.ReasonRandom}
	case room.Cancelled:
		known = []string{
			room.ReasonPhase, room.ReasonEliminated, room.ReasonRemoved, room.ReasonPaused,
			room.ReasonClosed, room.ReasonBudget, room.ReasonOverflow,
		}
	case room.Failed:
		if p.outside || e.Call == nil {
			return // its own words
		}
		known = []string{string(e.Call.Outcome)}
	}
	if !slices.Contains(known, e.Reason) {
		r.fault(ruleReason, "turn %s ends as %s with the reason %q", e.Turn, e.Outcome, e.Reason)
	}
}

// paired judges that every line and vote of an agent stands beside the outcome
// of its turn, and every such outcome beside its line or vote.
func (r *Room) paired() {
	for i := range r.said {
		s := &r.said[i]
		twice := slices.ContainsFunc(r.said[:i], func(o said) bool { return o.turn == s.turn && !o.vote })
		if !s.vote && twice {
			s.used = true
			r.duplicate(s.player, s.turn)
		}
	}
	for _, e := range r.ended {
		if e.Outcome != room.Replied && e.Outcome != room.Voted {
			continue
		}
		i := slices.IndexFunc(r.said, func(s said) bool {
			return !s.used && s.turn == e.Turn && s.player == e.player && s.vote == (e.Outcome == room.Voted)
		})
		if e.again {
			r.duplicate(e.player, e.Turn)
		}
		if i < 0 {
			r.fault(ruleReply, "turn %s of %s ends as %s and posts nothing", e.Turn, e.Agent, e.Outcome)
			continue
		}
		r.said[i].used = true
		r.fits(r.said[i], e)
	}
	for _, s := range r.said {
		if s.used {
			continue
		}
		if !s.vote && r.turnIDs[r.hash(s.turn)] {
			r.duplicate(s.player, s.turn)
			continue
		}
		r.fault(ruleReply, "%s posts in turn %q, which does not end with it", s.player.name, s.turn)
	}
}

func (r *Room) duplicate(p *player, turn string) {
	r.report.DuplicateReplies++
	r.fault(ruleDuplicate, "%s replies again in turn %s", p.name, turn)
}

// fits judges a line or vote against its turn.
func (r *Room) fits(s said, e ended) {
	if !s.vote && s.hop != e.hop {
		r.fault(ruleHop, "the line of turn %s has hop %d where what it covers makes it %d", e.Turn, s.hop, e.hop)
	}
	if s.vote && s.random != (e.Reason == room.ReasonRandom) {
		r.fault(ruleReason, "the vote of turn %s is drawn by lot: %t", e.Turn, s.random)
	}
	d := e.draft
	if d == nil {
		return
	}
	lot := s.vote && s.random && !r.seats.byName[d.Suspect].plays() // who was drafted has gone
	if s.text != d.Text || !lot && (s.suspect != d.Suspect || s.random != d.Random) {
		r.fault(ruleDraft, "turn %s posts something else than its draft", e.Turn)
	}
	if r.now.Before(d.Due) {
		r.fault(ruleDraft, "the draft of turn %s is posted before %s", e.Turn, stamp(d.Due))
	}
}

// typing reports whether a draft of a game is seen typed already: a line of
// somebody else lets it be.
func (r *Room) typing(d *room.ReplyDrafted) bool {
	return r.cfg.Mode == room.Imitation && len(d.Typing) > 0 && !r.now.Before(d.Typing[0].From)
}

// overlapped judges, after a record, what it did to triggers that arrive
// during a turn.
func (r *Room) overlapped() {
	if r.cfg.Overlap == room.Interrupt && r.personal {
		for _, p := range r.seats.agents {
			if t := p.agent.turn; t != nil && (t.running || t.draft != nil && !r.typing(t.draft)) && p.plays() {
				r.fault(ruleInterrupt, "a person speaks and attempt %d of turn %s goes on", t.attempt, t.id)
			}
		}
	}
	if r.cfg.Overlap != room.Drop {
		return
	}
	for _, e := range r.ended {
		a := e.player.agent
		i := slices.IndexFunc(a.pending, func(t trigger) bool { return t.pos > a.since })
		if e.begun && i >= 0 && a.pending[i].pos < e.pos {
			r.fault(ruleDrop, "turn %s of %s ends and %s waits", e.Turn, e.Agent, a.pending[i].ref)
		}
	}
}
