package room

import (
	"fmt"
	"maps"
	"slices"
)

func (d *decision) create(c Create) error {
	if d.s.Exists() {
		return refuse(Conflict, "The room exists already.")
	}
	d.emit(RoomCreated(c))
	if c.Config.Mode == Imitation {
		d.emit(PhaseBegan{Phase: PhaseWaiting, Topic: c.Config.Topic(0)})
		return nil
	}
	d.emit(PhaseBegan{Phase: PhaseOpen, Topic: c.Config.Topic(0)})
	for _, a := range c.Config.Agents {
		d.emit(PlayerSeated{Player: a.Name, Role: Agent, Persona: a.Persona, Model: a.Model}, PlayerJoined{Player: a.Name})
	}
	return nil
}

func (d *decision) join(c Join) error {
	if d.s.Config.Mode == Imitation {
		return d.joinGame(c)
	}
	name, err := Text("name", oneLine(c.Name), MaxName)
	if err != nil {
		return err
	}
	if _, taken := d.s.Player(name); taken {
		return &Error{Kind: Conflict, Field: "name", Detail: fmt.Sprintf("The name %q is taken.", name)}
	}
	if err := d.roomFor(c); err != nil {
		return err
	}
	d.emit(seated(name, c), PlayerJoined{Player: name})
	return nil
}

func seated(name string, c Join) PlayerSeated {
	role := Person
	if c.Outside {
		role = Agent
	}
	return PlayerSeated{Player: name, Role: role, Token: c.Token, Persona: c.Persona, Outside: c.Outside, Host: c.Host && !c.Outside}
}

func (d *decision) roomFor(c Join) error {
	switch {
	case c.Outside && d.s.inPlay(Agent) >= MaxAgents:
		return refuse(Conflict, "The room is full: it has %d agents.", MaxAgents)
	case !c.Outside && d.s.People() >= d.s.Config.Seats:
		return refuse(Conflict, "The room is full: all %d seats are taken.", d.s.Config.Seats)
	}
	return nil
}

// joinGame seats a player without a word to the others; the last seat taken
// starts the game.
func (d *decision) joinGame(c Join) error {
	if d.s.Phase != PhaseWaiting {
		return refuse(Conflict, "The game has begun; nobody can join any more.")
	}
	if err := d.roomFor(c); err != nil {
		return err
	}
	if c.Outside && d.s.Config.Seats+len(d.s.Config.Agents)+len(d.s.agents()) >= MaxPlayersImitation {
		return refuse(Conflict, "The room is full: a game has at most %d players.", MaxPlayersImitation)
	}
	p := seated(d.drawName(), c)
	d.emit(p)
	if !c.Outside && d.s.People()+1 == d.s.Config.Seats {
		d.start(p)
	}
	return nil
}

// drawName draws from the same 12 numbers whoever comes and whenever, so that
// a number tells nothing.
func (d *decision) drawName() string {
	var free []string
	for n := 1; n <= MaxPlayersImitation; n++ {
		name := fmt.Sprintf("Player %d", n)
		_, taken := d.s.Player(name)
		taken = taken || slices.ContainsFunc(d.Events, func(e Event) bool {
			p, ok := e.(PlayerSeated)
			return ok && p.Player == name
		})
		if !taken {
			free = append(free, name)
		}
	}
	return free[d.draw.below(len(free))]
}

func (d *decision) startByHost() error {
	switch {
	case d.s.Phase != PhaseWaiting:
		return refuse(Conflict, "The room has started already.")
	case d.s.People() == 0:
		return refuse(Conflict, "Nobody has joined yet.")
	case len(d.s.players)+len(d.s.Config.Agents) < 2:
		return refuse(Conflict, "A game needs at least two players.")
	}
	d.start()
	return nil
}

// start seats the agents, announces everybody together in an order drawn by
// lot, and opens the discussion. Seated are those who took a seat just now.
func (d *decision) start(just ...PlayerSeated) {
	var names []string
	for _, p := range d.s.players {
		names = append(names, p.Name)
	}
	for _, p := range just {
		names = append(names, p.Player)
	}
	for _, a := range d.s.Config.Agents {
		p := PlayerSeated{Player: d.drawName(), Role: Agent, Persona: a.Persona, Model: a.Model}
		d.emit(p)
		names = append(names, p.Player)
	}
	shuffle(&d.draw, names)
	for _, n := range names {
		d.emit(PlayerJoined{Player: n})
	}
	d.discuss(1)
}

func (d *decision) leave(name string, removed bool) error {
	p, ok := d.s.Player(name)
	switch {
	case !ok:
		return refuse(Missing, "There is no player %q in this room.", name)
	case p.Left && removed:
		return refuse(Conflict, "%s has left already.", p.Name)
	case p.Left:
		return refuse(Forbidden, "You have left this room.")
	}
	if p.agent != nil {
		d.cancel(p, ReasonRemoved)
	}
	if p.Announced {
		d.emit(PlayerLeft{Player: p.Name, Removed: removed})
	} else {
		d.emit(SeatFreed{Player: p.Name, Removed: removed})
	}
	if next, ok := d.s.nextHost(p); ok {
		d.emit(HostPassed{Player: next})
	}
	d.gone = p
	d.goOnWithout(p)
	return nil
}

// nextHost returns the person who becomes host when p leaves.
func (s *State) nextHost(p *Player) (string, bool) {
	if !p.Host {
		return "", false
	}
	for _, q := range s.players {
		if q != p && q.Role == Person && !q.Left {
			return q.Name, true
		}
	}
	return "", false
}

// goOnWithout keeps a game from waiting for somebody who has gone.
func (d *decision) goOnWithout(gone *Player) {
	switch {
	case d.s.Config.Mode != Imitation || d.s.Phase == PhaseWaiting:
	case gone.Role == Person && d.s.People() == 1:
		d.close("everyone left")
	case !d.s.Paused:
		d.goOn()
	}
}

// goOn ends a round that has nothing to wait for any more: all who may vote
// have, or one side of the game has nobody left in play.
func (d *decision) goOn() {
	voting := d.s.Phase == PhaseVoting
	switch {
	case !voting && d.s.Phase != PhaseDiscussion:
	case voting && (d.complete(d.s.votes) || d.sideless()):
		d.endVoting(maps.Clone(d.s.votes))
	case d.sideless():
		d.endVoting(map[string]string{})
	}
}

// sideless reports whether nobody, or nobody of a side that the game began
// with, is left in play.
func (d *decision) sideless() bool {
	people, agents := d.inPlay(Person), d.inPlay(Agent)
	return people == 0 || people+agents < 2 || (agents == 0 && len(d.s.agents()) > 0)
}

// inPlay counts the players of a role in play after this command.
func (d *decision) inPlay(role Role) int {
	n := d.s.inPlay(role)
	if d.gone != nil && d.gone.Role == role && d.gone.InPlay() {
		n--
	}
	return n
}
