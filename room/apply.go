package room

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Apply changes the state by one event that happened at that time.
func (s *State) Apply(e Event, at time.Time) error {
	s.count(e)
	switch e := e.(type) {
	case RoomCreated:
		return s.applyCreated(e, at)
	case PlayerSeated:
		return s.applySeated(e)
	case SeatFreed:
		return s.withPlayer(e.Player, func(p *Player) { s.applyFreed(p, e.Removed, at) })
	case PlayerJoined:
		return s.applyJoined(e)
	case PlayerLeft:
		return s.withPlayer(e.Player, func(p *Player) { s.applyGone(p, e.Removed, at) })
	case HostPassed:
		return s.withPlayer(e.Player, s.applyHost)
	case PhaseBegan:
		s.applyPhase(e, at)
	case Paused:
		s.applyPaused(at)
	case Resumed:
		s.applyResumed(e, at)
	case MessagePosted:
		return s.withAuthor(e.Player, e.Turn, func(p *Player) { s.applyMessage(p, e, at) })
	case VoteCast:
		return s.withAuthor(e.Player, e.Turn, func(p *Player) { s.applyVote(p, e) })
	case RoundEnded:
		return s.applyRound(e)
	case RolesRevealed:
		s.revealed = true
	case TriggerRaised:
		return s.withAgent(e.Agent, func(c *cursor) error { return s.applyRaised(c, e, at) })
	case TurnBegan:
		return s.withAgent(e.Agent, func(c *cursor) error { return s.applyTurnBegan(c, e, at) })
	case AttemptFailed:
		return s.withTurn(e.Agent, e.Turn, func(t *Turn) { t.applyFailed(e) })
	case ReplyDrafted:
		return s.withTurn(e.Agent, e.Turn, func(t *Turn) { t.applyDrafted(e) })
	case TurnEnded:
		return s.withAgent(e.Agent, func(c *cursor) error { return c.applyEnded(e, at) })
	}
	return nil
}

func (s *State) count(e Event) {
	s.Pos++
	if public(e) {
		s.Seq++
	}
}

func (s *State) withPlayer(name string, f func(*Player)) error {
	p, ok := s.Player(name)
	if !ok {
		return fmt.Errorf("no player %q", name)
	}
	f(p)
	return nil
}

// withAuthor is withPlayer for what a player does in a turn, if turn names one.
func (s *State) withAuthor(name, turn string, f func(*Player)) error {
	if turn == "" {
		return s.withPlayer(name, f)
	}
	return s.withTurn(name, turn, func(*Turn) {
		p, _ := s.Player(name)
		f(p)
	})
}

func (s *State) withAgent(name string, f func(*cursor) error) error {
	p, ok := s.Player(name)
	if !ok || p.agent == nil {
		return fmt.Errorf("no agent %q", name)
	}
	return f(p.agent)
}

func (s *State) withTurn(agent, turn string, f func(*Turn)) error {
	p, ok := s.Player(agent)
	if !ok || p.agent == nil || p.agent.turn == nil || p.agent.turn.ID != turn {
		return fmt.Errorf("agent %q has no open turn %q", agent, turn)
	}
	f(p.agent.turn)
	return nil
}

func (s *State) applyCreated(e RoomCreated, at time.Time) error {
	if s.byName != nil {
		return errors.New("the room exists already")
	}
	s.Config, s.HostToken = e.Config, e.HostToken
	s.byName, s.folded, s.byToken = map[string]*Player{}, map[string]*Player{}, map[string]*Player{}
	s.votes, s.wins, s.raised = map[string]string{}, map[Side]int{}, map[TriggerKind]int{}
	s.emptyAt = at
	return nil
}

func (s *State) applySeated(e PlayerSeated) error {
	if s.byName == nil {
		return errors.New("the room does not exist")
	}
	if _, taken := s.Player(e.Player); taken {
		return fmt.Errorf("the name %q is taken", e.Player)
	}
	p := &Player{Name: e.Player, Role: e.Role, Token: e.Token, Persona: e.Persona, Model: e.Model, Outside: e.Outside}
	if e.Role == Agent {
		p.agent = &cursor{name: e.Player, outside: e.Outside}
	} else {
		s.emptyAt = time.Time{}
	}
	s.players = append(s.players, p)
	s.byName[e.Player], s.folded[foldName(e.Player)] = p, p
	if e.Token != "" {
		s.byToken[e.Token] = p
	}
	if e.Host {
		s.applyHost(p)
	}
	return nil
}

func (s *State) applyJoined(e PlayerJoined) error {
	p, ok := s.Player(e.Player)
	if !ok || p.Announced {
		return fmt.Errorf("no player %q to announce", e.Player)
	}
	p.Announced = true
	s.order = append(s.order, p)
	return nil
}

// applyHost makes one person the host; there is never a second one.
func (s *State) applyHost(p *Player) {
	for _, q := range s.players {
		q.Host = q == p
	}
}

func (s *State) applyGone(p *Player, removed bool, at time.Time) {
	p.Left, p.Removed, p.Host = true, removed, false
	if p.Role == Person && s.People() == 0 {
		s.emptyAt = at
	}
}

// applyFreed gives the drawn name back; the token stays known, and refused.
func (s *State) applyFreed(p *Player, removed bool, at time.Time) {
	delete(s.byName, p.Name)
	delete(s.folded, foldName(p.Name))
	s.players = slices.DeleteFunc(s.players, func(q *Player) bool { return q == p })
	s.applyGone(p, removed, at)
}
