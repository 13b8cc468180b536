package room_test

import (
	"maps"
	"slices"

	"parley/room"
)

func (l *ledger) raised(e room.TriggerRaised) {
	p := l.players[e.Agent]
	if p.out {
		l.breaks(13, "%s is out and gets %s", p.name, e.Name)
	}
	if e.Kind == room.TriggerSilence {
		if l.silences++; l.silences > 3 {
			l.breaks(13, "%s is the %dth silence in a row", e.Name, l.silences)
		}
	}
	p.pending = append(p.pending, owed{ref: room.Ref{Name: e.Name}, pos: l.pos})
}

func (l *ledger) began(e room.TurnBegan) {
	p := l.players[e.Agent]
	l.inTime("turn", room.PhaseOpen, room.PhaseDiscussion, room.PhaseVoting)
	if p.out {
		l.breaks(16, "%s is out and takes turn %s", p.name, e.Turn)
	}
	if p.running || p.draft != nil {
		l.breaks(8, "attempt %d of %s begins before attempt %d has ended", e.Attempt, e.Turn, p.attempt)
	}
	switch {
	case p.turn == "":
		if e.Attempt != 1 || l.turnIDs[e.Turn] {
			l.breaks(7, "turn %s, known %v, opens with attempt %d", e.Turn, l.turnIDs[e.Turn], e.Attempt)
		}
		l.turnIDs[e.Turn], p.turn, p.through = true, e.Turn, e.Through
		l.reaches(p, e)
	case p.turn != e.Turn:
		l.breaks(4, "%s begins %s while %s is open", p.name, e.Turn, p.turn)
	case e.Attempt != p.attempt+1:
		l.breaks(8, "attempt %d of %s follows attempt %d", e.Attempt, e.Turn, p.attempt)
	case e.Through < p.through || (e.Through > p.through && l.config.Overlap != room.Interrupt):
		l.breaks(6, "turn %s goes from through %d to %d", e.Turn, p.through, e.Through)
	}
	p.through, p.attempt, p.running, p.deadline = max(p.through, e.Through), e.Attempt, true, e.Deadline
	if !p.outside {
		if l.calls++; l.calls > l.config.Calls {
			l.breaks(14, "call %d of %d", l.calls, l.config.Calls)
		}
	}
}

// reaches checks what a new turn covers.
func (l *ledger) reaches(p *seat, e room.TurnBegan) {
	n, want := len(p.reach()), len(p.pending)
	if l.config.Overlap == room.Strict {
		want = 1
	}
	if (n != want && !l.limited) || n == 0 {
		l.breaks(6, "turn %s covers %d of %d pending, want %d", e.Turn, n, len(p.pending), want)
	}
}

// callEnded takes in the end of an attempt; a draft's second end says so.
func (l *ledger) callEnded(agent, turn string, c room.Call) {
	p := l.players[agent]
	if p.turn != turn || p.attempt != c.Attempt || p.running == c.Drafted || (p.draft != nil) != c.Drafted {
		l.breaks(8, "attempt %d (drafted %v) of %s ends; open is %s, attempt %d, running %v", c.Attempt, c.Drafted, turn, p.turn, p.attempt, p.running)
	}
	p.running, p.draft = false, nil
}

func (l *ledger) ended(e room.TurnEnded) {
	p := l.players[e.Agent]
	open := p.turn == e.Turn
	if !open && l.turnIDs[e.Turn] {
		l.breaks(7, "turn %s ends and is not open", e.Turn)
	}
	l.turnIDs[e.Turn] = true
	called := e.Outcome != room.Cancelled && e.Reason != room.ReasonBusy
	if called {
		l.endedByCall(p, e, open)
	}
	if e.Reason == room.ReasonBusy && (open || l.config.Overlap != room.Drop) {
		l.breaks(6, "turn %s is silent, busy, under %s", e.Turn, l.config.Overlap)
	}
	if len(e.Covers) == 0 {
		l.breaks(1, "turn %s covers nothing", e.Turn)
	}
	l.cover(p, e)
	if !open {
		return
	}
	if p.draft != nil && e.Call == nil && p.draft.Pass != (e.Outcome == room.Silent) {
		l.breaks(5, "turn %s ends %s; the draft is silence: %v", e.Turn, e.Outcome, p.draft.Pass)
	}
	switch {
	case e.Call != nil:
		l.callEnded(e.Agent, e.Turn, *e.Call)
	case p.running:
		l.breaks(8, "turn %s ends and attempt %d does not", e.Turn, p.attempt)
	case p.draft == nil && called:
		l.breaks(8, "turn %s ends %s after attempt %d had ended", e.Turn, e.Outcome, p.attempt)
	}
	p.turn, p.through, p.attempt, p.draft, p.running = "", 0, 0, nil, false
}

// endedByCall checks an outcome that a call, or its draft, brought.
func (l *ledger) endedByCall(p *seat, e room.TurnEnded, open bool) {
	if !open {
		l.breaks(5, "turn %s ended %s and was not open", e.Turn, e.Outcome)
	}
	var want []room.Ref
	for _, t := range p.reach() {
		want = append(want, t.ref)
	}
	if !slices.Equal(want, e.Covers) {
		l.breaks(6, "turn %s covers %v, want %v", e.Turn, e.Covers, want)
	}
}

// cover takes what an outcome covers off what is pending.
func (l *ledger) cover(p *seat, e room.TurnEnded) {
	for _, ref := range e.Covers {
		if first, twice := p.covered[ref]; twice {
			l.breaks(1, "%s is covered by %s and by %s", ref, first, e.Turn)
		}
		p.covered[ref] = e.Turn
		i := slices.IndexFunc(p.pending, func(t owed) bool { return t.ref == ref })
		if i < 0 {
			l.breaks(1, "turn %s covers %s, which is not pending for %s", e.Turn, ref, p.name)
			continue
		}
		p.pending = slices.Delete(p.pending, i, i+1)
	}
}

func (l *ledger) vote(e room.VoteCast, rest []room.Event) {
	l.inTime("vote", room.PhaseVoting)
	p, q := l.players[e.Player], l.players[e.Suspect]
	if q == nil || p == q || p.out || q.out {
		l.breaks(11, "%s votes for %q", e.Player, e.Suspect)
	}
	if _, twice := l.votes[e.Player]; twice {
		l.breaks(11, "%s votes twice in round %d", e.Player, l.round)
	}
	l.votes[e.Player] = e.Suspect
	if p.agent {
		l.endsWith(p, e.Turn, room.Voted, rest)
	}
}

func (l *ledger) result(e room.RoundEnded) {
	if !maps.Equal(e.Votes, l.votes) || e.Round != l.round {
		l.breaks(11, "the result of round %d has votes %v; cast were %v", e.Round, e.Votes, l.votes)
	}
	tally, most := map[string]int{}, 0
	for _, s := range l.votes {
		tally[s]++
		most = max(most, tally[s])
	}
	var top []string
	for _, s := range slices.Sorted(maps.Keys(tally)) {
		if tally[s] == most {
			top = append(top, s)
		}
	}
	if !maps.Equal(tally, e.Tally) || (len(top) > 1) != (len(e.Tied) > 0) || (len(e.Tied) > 0 && !slices.Equal(top, e.Tied)) {
		l.breaks(11, "tally %v and tied %v, want %v and %v", e.Tally, e.Tied, tally, top)
	}
	winner := room.Agents
	switch {
	case (e.Suspect == nil) != (len(top) == 0) || (e.Suspect != nil && !slices.Contains(top, *e.Suspect)):
		l.breaks(11, "the suspect is %v; the most votes have %v", e.Suspect, top)
	case e.Suspect != nil:
		if l.players[*e.Suspect].agent {
			winner = room.People
		}
		if e.GameWinner == nil {
			l.players[*e.Suspect].out = true
		}
	}
	if e.Winner != winner {
		l.breaks(11, "%s win, want %s", e.Winner, winner)
	}
}
