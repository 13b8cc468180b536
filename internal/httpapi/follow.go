package httpapi

import (
	"cmp"

	"parley/room"
)

// configured returns what a new room is: as the fields say or, when it follows
// another, as that one is.
func (s *Server) configured(c *call, n NewRoom) (room.Config, error) {
	if n.Follows == "" {
		return s.configure(n)
	}
	code, possible := roomCode(n.Follows)
	if !possible {
		return room.Config{}, wrongField("body.follows", "is no code of a room")
	}
	if _, _, err := s.identify(c.r, code, needHost); err != nil {
		return room.Config{}, err
	}
	var old room.Config
	if err := s.Host.Inspect(c.ctx(), code, func(st *room.State) { old = st.Config }); err != nil {
		return room.Config{}, err
	}
	cfg, err := s.configure(s.like(old, n.Title, n.Topic))
	cfg.Follows, cfg.Password = code, old.Password
	return cfg, err
}

// like asks for a room as another one is: with as many agents on the same
// models, other personas and, unless it is given, another topic.
func (s *Server) like(old room.Config, title, topic string) NewRoom {
	agents := make(AgentList, len(old.Agents))
	for i, a := range old.Agents {
		if s.KnownModel(a.Model) {
			agents[i].Model = a.Model
		}
	}
	return NewRoom{
		Mode: old.Mode, Title: title, Topic: topic, Language: cmp.Or(old.Lang, "en"), Seats: old.Seats, Agents: agents,
		Discussion: old.Discussion, Voting: old.Voting, Reveal: old.Reveal, Rounds: old.Rounds,
		Visibility: map[bool]string{false: "public", true: "unlisted"}[old.Unlisted],
		Overlap:    old.Overlap, Pacing: old.Pacing, Hops: old.Hops, Replies: old.RepliesPerMinute, Calls: old.Calls, Silence: old.SilenceSeconds,
	}
}
