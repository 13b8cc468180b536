package room

import "time"

// Decision is what a command comes to: events to append in one record, none
// when there is nothing to do.
type Decision struct {
	Events []Event
	Seq    uint64 // public seq of the message or vote the command posts; 0 for none
	Again  bool   // the command had been done before; Seq is the first one's
	Turn   string // of BeginTurn
}

// Decide says what a command comes to in a state, at a moment. It reads the
// state and changes nothing; an error is an *Error and means that nothing
// happens.
func Decide(s *State, m Moment, c Command) (Decision, error) {
	if m.At.Before(s.At) {
		m.At = s.At // the room's clock never goes back
	}
	d := &decision{s: s, m: m, draw: chance(m.Chance)}
	err := d.decide(c)
	if err != nil {
		return Decision{}, err
	}
	return d.Decision, nil
}

// decision gathers the events of one command.
type decision struct {
	Decision
	s    *State
	m    Moment
	draw chance  // one stream a command, so that its lots are independent
	gone *Player // who leaves by this command
}

func (d *decision) decide(c Command) error {
	if c, ok := c.(Create); ok {
		return d.create(c)
	}
	if !d.s.Exists() {
		return refuse(Missing, "There is no such room.")
	}
	if d.s.Phase == PhaseClosed {
		return d.whenClosed(c)
	}
	switch c := c.(type) {
	case Join:
		return d.join(c)
	case Leave:
		return d.leave(c.Player, false)
	case Remove:
		return d.leave(c.Player, true)
	case Say:
		return d.say(c)
	case Cast:
		return d.cast(c)
	case Tick:
		return d.tick(c)
	case BeginTurn:
		return d.beginTurn(c)
	case Answer:
		return d.answer(c)
	case FailAttempt:
		return d.failAttempt(c)
	case Create, Start, Pause, Resume, Skip, End, Nudge:
		return d.host(c)
	}
	return nil
}

// host decides the commands that only a host gives.
func (d *decision) host(c Command) error {
	switch c := c.(type) {
	case Start:
		return d.startByHost()
	case Pause:
		return d.pause()
	case Resume:
		return d.resume()
	case Skip:
		return d.skip()
	case End:
		d.close("")
	case Nudge:
		return d.nudge(c)
	case Create, Join, Leave, Remove, Say, Cast, Tick, BeginTurn, Answer, FailAttempt:
	}
	return nil
}

// whenClosed answers for a room whose life is over: what was acknowledged
// stays acknowledged, the rest is refused.
func (d *decision) whenClosed(c Command) error {
	switch c := c.(type) {
	case Say:
		if d.repeated(c) {
			return nil
		}
	case Answer:
		if done, err := d.answeredBefore(c.Turn, c.Attempt, c.words()); done {
			return err
		}
		return refuse(Stale, "The room is closed; the turn has ended.")
	case FailAttempt:
		if done, err := d.answeredBefore(c.Turn, c.Attempt, wordFailed); done {
			return err
		}
		return refuse(Stale, "The room is closed; the turn has ended.")
	case Tick:
		return nil
	case BeginTurn:
		return refuse(Idle, "The room is closed.")
	case Create, Join, Leave, Remove, Cast, Start, Pause, Resume, Skip, End, Nudge:
	}
	return refuse(Conflict, "The room is closed.")
}

func (d *decision) emit(events ...Event) { d.Events = append(d.Events, events...) }

// seq returns the public seq that the last event emitted gets.
func (d *decision) seq() uint64 {
	n := d.s.Seq
	for _, e := range d.Events {
		if public(e) {
			n++
		}
	}
	return n
}

func (d *decision) after(seconds int) time.Time {
	return d.m.At.Add(time.Duration(seconds) * time.Second)
}
