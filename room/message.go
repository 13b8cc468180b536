package room

import (
	"slices"
	"time"
)

// maxStrict is how many triggers wait for an agent under Strict.
const maxStrict = 100

func (d *decision) say(c Say) error {
	if err := clientID(c.ClientID); err != nil {
		return err
	}
	if d.repeated(c) {
		return nil
	}
	p, err := d.mayAct(c.Player)
	if err != nil {
		return err
	}
	switch {
	case d.s.Phase != PhaseOpen && d.s.Phase != PhaseDiscussion:
		return refuse(Conflict, "There is no discussion now.")
	case p.Eliminated:
		return refuse(Conflict, "You have been voted out.")
	}
	text, err := Text("text", c.Text, MaxText)
	if err != nil {
		return err
	}
	d.line(MessagePosted{Player: p.Name, Text: text, ClientID: c.ClientID})
	return nil
}

// mayAct returns the person who acts, if the room lets people act now.
func (d *decision) mayAct(name string) (*Player, error) {
	p, ok := d.s.Player(name)
	switch {
	case !ok:
		return nil, refuse(Missing, "There is no player %q in this room.", name)
	case p.Left:
		return nil, refuse(Forbidden, "You have left this room.")
	case p.Role != Person:
		return nil, refuse(Forbidden, "An agent speaks through the turns it claims.")
	case d.s.Paused:
		return nil, refuse(Conflict, "The room is paused.")
	case d.s.over(d.m.At):
		return nil, refuse(Conflict, "The time of this phase is over.")
	}
	return p, nil
}

// over reports whether the phase's time has run out at a moment, whether or
// not anybody has acted on it yet.
func (s *State) over(at time.Time) bool {
	return !s.Paused && !s.EndsAt.IsZero() && !at.Before(s.EndsAt)
}

// repeated settles a line that the player has sent before.
func (d *decision) repeated(c Say) bool {
	p, ok := d.s.Player(c.Player)
	if !ok || c.ClientID == "" {
		return false
	}
	d.Seq, d.Again = p.said[c.ClientID]
	return d.Again
}

// line posts a message and does to the agents what it must.
func (d *decision) line(m MessagePosted) {
	author, _ := d.s.Player(m.Player)
	if author.Role == Agent && m.Hop >= d.s.Config.Hops {
		m.Suppressed = "hops"
	}
	d.emit(m)
	d.Seq = d.seq()
	if m.Suppressed != "" {
		return
	}
	for _, p := range d.s.agents() {
		if p == author || !p.InPlay() {
			continue
		}
		if author.Role == Person && d.s.Config.Overlap == Interrupt {
			d.interrupt(p.agent)
		}
		d.overflow(p.agent, Ref{Seq: d.Seq})
	}
}

// interrupt ends the running attempt, or drops the draft, so that the same
// turn goes on and reads the new line too. Who is seen typing in a game goes on
// typing: people do not stop whenever another speaks.
func (d *decision) interrupt(c *cursor) {
	t := c.turn
	switch {
	case t == nil, !t.Running && t.Draft == nil:
		return
	case t.Draft != nil && d.s.Config.Mode == Imitation && t.Draft.shown(d.m.At):
		return
	}
	d.emit(AttemptFailed{Turn: t.ID, Agent: c.name, Call: *t.cancelledCall(), RetryAt: d.m.At})
}

// overflow covers a trigger at once when too many wait already.
func (d *decision) overflow(c *cursor, ref Ref) {
	if d.s.Config.Overlap == Strict && c.waiting() >= maxStrict {
		d.emit(TurnEnded{Turn: d.nextTurn(c), Agent: c.name, Outcome: Cancelled, Reason: ReasonOverflow, Covers: []Ref{ref}})
	}
}

// keepLines is how many lines a room remembers beyond those that some agent
// has not read: for context and against repeats.
const keepLines = 60

func (s *State) applyMessage(p *Player, e MessagePosted, at time.Time) {
	if e.ClientID != "" {
		if p.said == nil {
			p.said = map[string]uint64{}
		}
		p.said[e.ClientID] = s.Seq
	}
	if e.Turn != "" {
		p.agent.answered(Answer{Text: e.Text}, s.Seq)
	}
	s.lastLine = at
	if p.Role == Person {
		s.silences = 0
	}
	line := Line{Seq: s.Seq, Pos: s.Pos, Player: p.Name, Text: e.Text, Hop: e.Hop, At: at, Agent: p.Role == Agent}
	s.Lines = append(s.Lines, line)
	s.forget()
	for _, q := range s.agents() {
		switch {
		case q == p || !q.InPlay():
		case e.Suppressed != "":
			s.Suppressed++
		default:
			s.trigger(q.agent, Trigger{Ref: Ref{Seq: s.Seq}, Pos: s.Pos, Kind: TriggerLine, Hop: e.Hop, Chars: len(e.Text)})
		}
	}
}

// forget drops lines that no prompt will want again.
func (s *State) forget() {
	if len(s.Lines) < 2*keepLines {
		return
	}
	unread := s.Pos
	for _, p := range s.agents() {
		if len(p.agent.pending) > 0 {
			unread = min(unread, p.agent.pending[0].Pos)
		}
	}
	cut := 0
	for cut < len(s.Lines)-keepLines && s.Lines[cut].Pos < unread {
		cut++
	}
	cut -= keepLines / 2 // context before the oldest unread line
	if cut >= keepLines/2 {
		s.Lines = slices.Delete(s.Lines, 0, cut)
	}
}
