package room

// Head returns what a list of rooms shows of the room now.
func (s *State) Head() Head { return s.HeadAfter(nil) }

// HeadAfter returns the head as it will be when the events have been applied.
// Busy errs on the side of true.
func (s *State) HeadAfter(events []Event) Head {
	h := headOf(s.Config)
	h.Status, h.People, h.Players = s.Status(), s.peopleShown(), len(s.order)
	pending := s.Pending()
	counts := s.Config.Mode == Open || s.Phase == PhaseWaiting // whether comings and goings are told
	for _, e := range events {
		switch e := e.(type) {
		case RoomCreated:
			h = headOf(e.Config)
			counts = true
		case PlayerSeated:
			if e.Role == Person {
				h.People++
			}
		case SeatFreed:
			h.People -= s.people(e.Player)
		case PlayerLeft:
			if counts {
				h.People -= s.people(e.Player)
			}
		case PlayerJoined:
			h.Players++
		case PhaseBegan:
			h.Status = e.Phase.Status()
			counts = counts && (h.Mode == Open || e.Phase == PhaseWaiting)
		case MessagePosted:
			if e.Suppressed == "" && s.inPlay(Agent) > 0 {
				pending++
			}
		case TriggerRaised:
			pending++
		case TurnEnded:
			pending -= len(e.Covers)
		case HostPassed, TurnBegan, Paused, Resumed, VoteCast, RoundEnded, RolesRevealed, AttemptFailed, ReplyDrafted:
		}
	}
	h.Busy = h.Status != StatusClosed && (h.Mode == Imitation || pending > 0)
	return h
}

func headOf(c Config) Head {
	return Head{
		Code: c.Code, Title: c.Title, Mode: c.Mode, Unlisted: c.Unlisted, Locked: c.Password != "",
		Follows: c.Follows, Seats: c.Seats, CreatedAt: c.CreatedAt,
	}
}

// people is 1 for a person's name and 0 for an agent's.
func (s *State) people(name string) int {
	if p, ok := s.Player(name); ok && p.Role == Person {
		return 1
	}
	return 0
}

// peopleShown is the number of people that may be told: while a game waits,
// who has a seat; from the start on it stays what it was, so that a leaver's
// role is not told.
func (s *State) peopleShown() int {
	if s.Config.Mode == Open || s.Phase == PhaseWaiting {
		return s.People()
	}
	n := 0
	for _, p := range s.players {
		if p.Role == Person {
			n++
		}
	}
	return n
}

// NewRecord returns the record of a command's events, to be appended directly
// after the state's last one.
func NewRecord(s *State, m Moment, c Command, events []Event) Record {
	if m.At.Before(s.At) {
		m.At = s.At
	}
	r := Record{V: Version, Room: s.Config.Code, Ordinal: s.Ordinal + 1, At: m.At, Cause: c.Cause(), Seq: s.Seq, Events: events}
	for _, e := range events {
		if public(e) {
			r.Seq++
		}
		if e, ok := e.(RoomCreated); ok {
			r.Room = e.Config.Code
		}
	}
	if h := s.HeadAfter(events); h != s.Head() {
		r.Head = &h
	}
	return r
}
