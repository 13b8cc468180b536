package verify

import (
	"slices"
	"time"

	"parley/room"
)

// agent is what an agent has still to consider, and the turn it is in.
type agent struct {
	pending []trigger  // oldest first
	missed  []room.Ref // reported as uncovered
	turn    *turn
	since   uint64      // position of the beginning of its last turn
	replies []time.Time // the last ones, as many as a minute may hold

	// Seqs of the triggers it has had, of those it replied to, and of its own lines.
	had, answered, own bits
	named              map[string]bool // the same for triggers with a name, true when replied to
}

// trigger is something that an agent has to consider.
type trigger struct {
	ref  room.Ref
	pos  uint64 // of its event in the room
	line bool
	hop  int // of the line
}

// bits is a set of small numbers.
type bits []uint64

func (b *bits) add(n uint64) {
	for uint64(len(*b)) <= n/64 {
		*b = append(*b, 0)
	}
	(*b)[n/64] |= 1 << (n % 64)
}

func (b *bits) has(n uint64) bool { return n/64 < uint64(len(*b)) && (*b)[n/64]&(1<<(n%64)) != 0 }

// triggerAll makes an event a trigger of every agent in play but one.
func (r *Room) triggerAll(t trigger, but *player) {
	for _, p := range r.seats.agents {
		if p != but && p.plays() {
			r.trigger(p.agent, t)
		}
	}
}

func (r *Room) trigger(a *agent, t trigger) {
	r.report.Triggers++
	a.pending = append(a.pending, t)
	if t.ref.Name == "" {
		a.had.add(t.ref.Seq)
		return
	}
	if a.named == nil {
		a.named = map[string]bool{}
	}
	a.named[t.ref.Name] = false
}

// knows reports whether something was ever a trigger of the agent, and whether
// it replied to it.
func (a *agent) knows(ref room.Ref) (had, answered bool) {
	if ref.Name != "" {
		answered, had = a.named[ref.Name]
		return had, answered
	}
	return a.had.has(ref.Seq), a.answered.has(ref.Seq)
}

func (a *agent) reply(ref room.Ref) {
	if ref.Name != "" {
		a.named[ref.Name] = true
		return
	}
	a.answered.add(ref.Seq)
}

// cover takes off what an outcome says it covers. Of an open turn it has to
// reach up to through, which is zero otherwise. It returns what was covered,
// and whether any of it had been replied to before.
func (r *Room) cover(p *player, e room.TurnEnded, through uint64) (covered []trigger, again bool) {
	a := p.agent
	picked, inLine := make([]int, 0, len(e.Covers)), true // places in pending
	for _, ref := range e.Covers {
		i := len(picked) // where it is if all is well
		if inLine = inLine && i < len(a.pending) && a.pending[i].ref == ref; !inLine {
			i = slices.IndexFunc(a.pending, func(t trigger) bool { return t.ref == ref })
		}
		if i < 0 || !inLine && slices.Contains(picked, i) {
			again = r.stray(p, e, ref) || again
			continue
		}
		if n := len(picked); n > 0 && i < picked[n-1] {
			r.fault(ruleCoverOrder, "turn %s of %s covers %s after a later trigger", e.Turn, p.name, ref)
		}
		picked = append(picked, i)
	}
	for _, i := range picked {
		t := a.pending[i]
		covered = append(covered, t)
		if through > 0 && t.pos > through && e.Outcome != room.Cancelled {
			r.fault(ruleCoverAhead, "turn %s of %s covers %s, which its attempt had not read", e.Turn, p.name, t.ref)
		}
		if e.Outcome == room.Replied {
			a.reply(t.ref)
		}
	}
	if selects(e) {
		through = 0
	} else if len(picked) > 0 {
		through = max(through, a.pending[slices.Max(picked)].pos)
	}
	r.passOver(p, e, picked, through)
	return covered, again
}

// selects reports whether an outcome covers some triggers and leaves older
// ones to a later turn.
func selects(e room.TurnEnded) bool {
	return e.Outcome == room.Cancelled && e.Reason == room.ReasonOverflow || e.Outcome == room.Silent && e.Reason == room.ReasonBusy
}

// passOver leaves pending what was not picked, and reports what lies before
// the end of the coverage: the cursor has moved past it.
func (r *Room) passOver(p *player, e room.TurnEnded, picked []int, through uint64) {
	a := p.agent
	slices.Sort(picked)
	rest, k := a.pending[:0], 0
	for i, t := range a.pending {
		switch {
		case k < len(picked) && picked[k] == i:
			k++
		case t.pos <= through:
			r.fault(ruleUncovered, "turn %s of %s passes over %s", e.Turn, p.name, t.ref)
			r.miss(a, t)
		default:
			rest = append(rest, t)
		}
	}
	a.pending = rest
}

func (r *Room) miss(a *agent, t trigger) {
	r.report.UncoveredTriggers++
	a.missed = append(a.missed, t.ref)
}

// stray judges the coverage of something that is not pending, and reports
// whether the agent replies to it for the second time.
func (r *Room) stray(p *player, e room.TurnEnded, ref room.Ref) bool {
	a := p.agent
	had, answered := a.knows(ref)
	missed := slices.Index(a.missed, ref)
	switch {
	case missed >= 0:
		a.missed = slices.Delete(a.missed, missed, missed+1) // told when it was passed over
	case ref.Name == "" && a.own.has(ref.Seq):
		r.fault(ruleOwnLine, "turn %s of %s covers its own line %s", e.Turn, p.name, ref)
	case had:
		r.report.DoublyCoveredTriggers++
		r.fault(ruleCoveredTwice, "turn %s of %s covers %s again", e.Turn, p.name, ref)
		return answered && e.Outcome == room.Replied
	default:
		r.fault(ruleCoverUnknown, "turn %s of %s covers %s, which is no trigger of it", e.Turn, p.name, ref)
	}
	return false
}

// leavesNothing judges the end of what an agent could have considered.
func (r *Room) leavesNothing(p *player, why string) {
	a := p.agent
	for _, t := range a.pending {
		r.fault(ruleUncovered, "%s is not covered by %s, and %s", t.ref, p.name, why)
		r.miss(a, t)
	}
	a.pending = nil
	if t := a.turn; t != nil {
		r.fault(ruleCarried, "turn %s of %s is open, and %s", t.id, p.name, why)
	}
}
