package room

import (
	"fmt"
	"maps"
	"slices"
)

func (d *decision) cast(c Cast) error {
	p, err := d.mayAct(c.Player)
	if err != nil {
		return err
	}
	suspect, err := d.suspect(p, c.Suspect)
	if err != nil {
		return err
	}
	d.vote(VoteCast{Player: p.Name, Suspect: suspect})
	return nil
}

// suspect returns the name of the one that p votes for, if p may.
func (d *decision) suspect(p *Player, name string) (string, error) {
	if d.s.Phase != PhaseVoting {
		return "", refuse(Conflict, "There is no vote now.")
	}
	if _, voted := d.s.votes[p.Name]; voted {
		return "", refuse(Conflict, "You have voted already.")
	}
	if p.Eliminated {
		return "", refuse(Conflict, "You have been voted out.")
	}
	q, ok := d.s.Player(name)
	switch {
	case !ok:
		return "", refuse(Missing, "There is no player %q in this room.", name)
	case q == p:
		return "", invalid("suspect", "You cannot vote for yourself.")
	case !q.InPlay():
		return "", refuse(Conflict, "%s is not in play.", q.Name)
	}
	return q.Name, nil
}

// vote casts it and ends the vote when it was the last one awaited.
func (d *decision) vote(v VoteCast) {
	d.emit(v)
	d.Seq = d.seq()
	votes := maps.Clone(d.s.votes)
	votes[v.Player] = v.Suspect
	if v.Turn == "" && d.complete(votes) {
		d.endVoting(votes)
	}
}

// complete reports whether all who may vote have.
func (d *decision) complete(votes map[string]string) bool {
	return !slices.ContainsFunc(d.s.players, func(p *Player) bool {
		_, voted := votes[p.Name]
		return p != d.gone && p.InPlay() && !voted
	})
}

// answerVote takes an agent's vote. An answer that names nobody gets one more
// attempt, then a vote drawn by lot.
func (d *decision) answerVote(p *Player, c Answer, call Call) error {
	suspect, err := d.suspect(p, c.Suspect)
	random := false
	if err != nil {
		if c.Outside || p.agent.turn.Refusals+1 < maxRefusals {
			return d.refuseAnswer(p, c, call, err)
		}
		call.Outcome, random = CallRefused, true
		suspect = d.anySuspect(p)
	}
	if c.Due.After(d.m.At) {
		d.emit(ReplyDrafted{Turn: c.Turn, Agent: p.Name, Call: call, Suspect: suspect, Random: random, Due: c.Due})
		return nil
	}
	d.castByAgent(p, suspect, random, &call)
	return nil
}

func (d *decision) anySuspect(p *Player) string {
	var names []string
	for _, q := range d.s.players {
		if q != p && q.InPlay() {
			names = append(names, q.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return names[d.draw.below(len(names))]
}

// castByAgent writes an agent's vote with the outcome of its turn.
func (d *decision) castByAgent(p *Player, suspect string, random bool, call *Call) {
	v := VoteCast{Player: p.Name, Suspect: suspect, Turn: p.agent.turn.ID, Random: random}
	reason := ""
	if random {
		reason = ReasonRandom
	}
	d.vote(v)
	d.end(p, TurnEnded{Outcome: Voted, Reason: reason, Call: call})
	votes := maps.Clone(d.s.votes)
	votes[p.Name] = suspect
	if d.complete(votes) {
		d.endVoting(votes)
	}
}

// endVoting writes the result and opens what follows.
func (d *decision) endVoting(votes map[string]string) {
	d.cancelAll(ReasonPhase)
	e := d.result(votes)
	d.emit(e)
	if e.GameWinner == nil {
		d.discuss(d.s.Round + 1)
		return
	}
	d.reveal()
}

func (d *decision) result(votes map[string]string) RoundEnded {
	e := RoundEnded{Round: d.s.Round, Votes: votes, Tally: map[string]int{}, Winner: Agents}
	most := 0
	for _, suspect := range votes {
		e.Tally[suspect]++
		most = max(most, e.Tally[suspect])
	}
	var top []string
	for _, name := range slices.Sorted(maps.Keys(e.Tally)) {
		if e.Tally[name] == most {
			top = append(top, name)
		}
	}
	if len(top) > 1 {
		e.Tied = top
	}
	var out *Player
	if len(top) > 0 {
		out, _ = d.s.Player(top[d.draw.below(len(top))])
		e.Suspect, e.SuspectRole = &out.Name, &out.Role
		if out.Role == Agent {
			e.Winner = People
		}
	}
	if d.lastRound(out) {
		w := d.gameWinner(e.Winner)
		e.GameWinner = &w
	}
	return e
}

// lastRound reports whether the game ends with this result, out being voted out.
func (d *decision) lastRound(out *Player) bool {
	if d.s.Round >= d.s.Config.Rounds {
		return true
	}
	left := map[Role]int{Person: d.inPlay(Person), Agent: d.inPlay(Agent)}
	if out != nil && out != d.gone && out.InPlay() {
		left[out.Role]--
	}
	return left[Person] == 0 || left[Agent] == 0
}

// gameWinner is the side with more rounds, the agents at a draw.
func (d *decision) gameWinner(round Side) Side {
	wins := maps.Clone(d.s.wins)
	wins[round]++
	if wins[People] > wins[Agents] {
		return People
	}
	return Agents
}

func (s *State) applyRound(e RoundEnded) error {
	s.wins[e.Winner]++
	if e.Suspect == nil || e.GameWinner != nil {
		return nil // nobody is out when no round follows
	}
	p, ok := s.Player(*e.Suspect)
	if !ok {
		return fmt.Errorf("no player %q", *e.Suspect)
	}
	p.Eliminated = true
	return nil
}

// Voted reports whether the player has voted in this round's vote.
func (s *State) Voted(p *Player) bool {
	_, ok := s.votes[p.Name]
	return ok
}

func (s *State) applyVote(p *Player, e VoteCast) {
	s.votes[p.Name] = e.Suspect
	if e.Turn != "" {
		p.agent.answered(Answer{Suspect: e.Suspect}, s.Seq)
	}
}
