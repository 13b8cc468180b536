package verify

import (
	"maps"
	"slices"

	"parley/room"
)

// ballot is a round's vote and the game's score.
type ballot struct {
	votes    map[string]string // voter → suspect
	ended    *room.RoundEnded  // its result, in the present record
	closed   bool              // the round has its result
	won      map[room.Side]int
	revealed bool
}

// open begins a round's vote.
func (b *ballot) open() {
	b.votes, b.ended, b.closed = map[string]string{}, nil, false
}

func (r *Room) voteCast(e room.VoteCast) {
	if r.clock.phase != room.PhaseVoting || r.ballot.closed {
		r.fault(ruleVotePhase, "%s votes in %s", e.Player, r.clock.phase)
		return
	}
	r.acting("a vote of " + e.Player)
	p, q := r.seats.byName[e.Player], r.seats.byName[e.Suspect]
	_, voted := r.ballot.votes[e.Player]
	switch {
	case !p.plays(), (e.Turn != "") != (p.agent != nil):
		r.fault(ruleVoter, "%q votes in turn %q and is not in play, or not so", e.Player, e.Turn)
		return
	case voted:
		r.fault(ruleVoteTwice, "%s votes again", e.Player)
		return
	case p == q:
		r.fault(ruleSelfVote, "%s votes for itself", e.Player)
	case !q.plays():
		r.fault(ruleSuspect, "%s votes for %q, who is not in play", e.Player, e.Suspect)
	}
	r.ballot.votes[e.Player] = e.Suspect
	if p.agent != nil {
		r.said = append(r.said, said{turn: e.Turn, player: p, vote: true, suspect: e.Suspect, random: e.Random})
	}
}

// allVoted reports whether all who may vote have.
func (r *Room) allVoted() bool {
	return !slices.ContainsFunc(r.seats.all, func(p *player) bool {
		_, voted := r.ballot.votes[p.name]
		return p.plays() && !voted
	})
}

// voting judges, after a record, whether a vote goes on that is complete.
func (r *Room) voting() {
	b := &r.ballot
	if b.ended != nil {
		r.fault(ruleResult, "round %d has a result and goes on", b.ended.Round)
		b.ended = nil
	}
	if r.clock.phase == room.PhaseVoting && !r.clock.paused && !b.closed && r.allVoted() {
		r.fault(ruleVoteOpen, "all who may vote have and voting goes on")
	}
}

func (r *Room) roundEnded(e room.RoundEnded) {
	b := &r.ballot
	voting := r.clock.phase == room.PhaseVoting || r.clock.phase == room.PhaseDiscussion && !r.seats.sided()
	if !voting || e.Round != r.clock.round || b.closed {
		r.fault(ruleResult, "round %d has a result in %s of round %d, or a second one", e.Round, r.clock.phase, r.clock.round)
		return
	}
	b.closed = true
	if !maps.Equal(e.Votes, b.votes) {
		r.fault(ruleResultVotes, "the votes are %v; cast were %v", e.Votes, b.votes)
	}
	tally, most := map[string]int{}, 0
	for _, suspect := range b.votes {
		tally[suspect]++
		most = max(most, tally[suspect])
	}
	if !maps.Equal(e.Tally, tally) {
		r.fault(ruleResultTally, "the tally is %v; it should be %v", e.Tally, tally)
	}
	var top []string
	for _, name := range slices.Sorted(maps.Keys(tally)) {
		if tally[name] == most {
			top = append(top, name)
		}
	}
	r.suspected(e, top)
	if e.Suspect != nil && r.cfg.Rounds > 1 {
		if out := r.seats.byName[*e.Suspect]; out != nil {
			out.out = true
		}
	}
	r.won(e)
	b.ended = &e
}

// suspected judges who is suspected, and what side that makes the winner.
func (r *Room) suspected(e room.RoundEnded, top []string) {
	tied := top
	if len(top) < 2 {
		tied = nil
	}
	if !slices.Equal(slices.Sorted(slices.Values(e.Tied)), tied) {
		r.fault(ruleResultTied, "tied are %v; it should be %v", e.Tied, tied)
	}
	winner := room.Agents
	switch {
	case e.Suspect == nil && len(top) == 0 && e.SuspectRole == nil:
	case e.Suspect == nil, e.SuspectRole == nil, !slices.Contains(top, *e.Suspect):
		r.fault(ruleResultSuspect, "the suspect does not have the most votes, as %v do", top)
		return
	default:
		p := r.seats.byName[*e.Suspect]
		if p == nil || p.role != *e.SuspectRole {
			r.fault(ruleResultSuspect, "%s is not of the role %s", *e.Suspect, *e.SuspectRole)
			return
		}
		if p.role == room.Agent {
			winner = room.People
		}
	}
	if e.Winner != winner {
		r.fault(ruleResultWinner, "%s win; it should be %s", e.Winner, winner)
	}
}

// won judges whether the game ends with the round, and for whom.
func (r *Room) won(e room.RoundEnded) {
	b := &r.ballot
	if b.won == nil {
		b.won = map[room.Side]int{}
	}
	b.won[e.Winner]++
	last := e.Round >= r.cfg.Rounds || r.seats.playing(room.Person) == 0 || r.seats.playing(room.Agent) == 0
	winner := room.Agents
	if b.won[room.People] > b.won[room.Agents] {
		winner = room.People
	}
	switch {
	case last && e.GameWinner == nil:
		r.fault(ruleGameWinner, "the game does not end with round %d, its last or the last with both sides in play", e.Round)
	case !last && e.GameWinner != nil:
		r.fault(ruleGameWinner, "the game ends with round %d", e.Round)
	case last && *e.GameWinner != winner:
		r.fault(ruleGameWinner, "%s win the game; it should be %s", *e.GameWinner, winner)
	}
}

// concluded judges a phase against the result that it follows.
func (r *Room) concluded(e room.PhaseBegan) {
	b := &r.ballot
	result := b.ended
	b.ended = nil
	if r.clock.phase != room.PhaseVoting && result == nil || e.Phase == room.PhaseClosed {
		if r.clock.phase == room.PhaseReveal && !b.revealed {
			r.fault(ruleRoles, "the game closes without telling roles")
		}
		return
	}
	switch {
	case result == nil:
		r.fault(ruleResult, "round %d ends without a result", r.clock.round)
	case (result.GameWinner != nil) != (e.Phase == room.PhaseReveal):
		r.fault(ruleResult, "%s follows the result of round %d", e.Phase, result.Round)
	}
}

func (r *Room) rolesRevealed(e room.RolesRevealed) {
	if r.clock.phase != room.PhaseReveal || r.ballot.revealed {
		r.fault(ruleRoles, "roles are told in %s, or again", r.clock.phase)
	}
	r.ballot.revealed = true
	roles := map[string]room.Role{}
	for _, p := range r.seats.all {
		roles[p.name] = p.role
	}
	if !maps.Equal(e.Roles, roles) {
		r.fault(ruleRoles, "the roles told are %v; they are %v", e.Roles, roles)
	}
}
