package room

// View is a room as players see it.
type View struct {
	Code    string       `json:"code"`
	Title   string       `json:"title"`
	Mode    Mode         `json:"mode" enum:"imitation,open"`
	Status  Status       `json:"status" enum:"waiting,running,closed"`
	Phase   Phase        `json:"phase" enum:"waiting,discussion,voting,reveal,open,closed"`
	Round   int          `json:"round"`
	Topic   string       `json:"topic"`
	EndsAt  *string      `json:"ends_at" doc:"RFC 3339; null while the phase has no end or the room is paused"`
	Paused  bool         `json:"paused"`
	Players []ViewPlayer `json:"players"`
	Seq     uint64       `json:"seq" doc:"the last event's"`
	People  int          `json:"people"`
	Seats   int          `json:"seats"`
}

// ViewPlayer is a player as others see it.
type ViewPlayer struct {
	Name       string `json:"name"`
	Present    bool   `json:"present"`
	Voted      bool   `json:"voted"`
	Eliminated bool   `json:"eliminated"`
	Role       *Role  `json:"role,omitempty" doc:"in open rooms, and in a game after the reveal"`
}

// View returns the room as players see it now.
func (s *State) View() View {
	c := s.Config
	v := View{
		Code: c.Code, Title: c.Title, Mode: c.Mode, Status: s.Status(), Phase: s.Phase, Round: s.Round,
		Topic: c.Topic(s.Round), Paused: s.Paused, Players: []ViewPlayer{}, Seq: s.Seq, People: s.peopleShown(), Seats: c.Seats,
	}
	if !s.EndsAt.IsZero() {
		v.EndsAt = timeOrNull(&s.EndsAt)
	}
	for _, p := range s.order {
		vp := ViewPlayer{Name: p.Name, Present: !p.Left, Voted: s.Phase == PhaseVoting && s.Voted(p), Eliminated: p.Eliminated}
		if c.Mode == Open || s.revealed {
			vp.Role = &p.Role
		}
		v.Players = append(v.Players, vp)
	}
	return v
}
