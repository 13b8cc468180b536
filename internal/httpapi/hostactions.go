package httpapi

import (
	"net/http"

	"parley/room"
)

func (s *Server) addHostActions() {
	for _, a := range []struct {
		word, summary string
		command       room.Command
	}{
		{"start", "Start the game before all seats are taken", room.Start{}},
		{"pause", "Stop the room's clocks and turns", room.Pause{}},
		{"resume", "Let them go on", room.Resume{}},
		{"skip", "End the present phase now", room.Skip{}},
		{"end", "Close the room", room.End{}},
	} {
		add(s, route{
			method: http.MethodPost, path: "/v1/rooms/{code}/" + a.word, id: a.word, tag: "host", summary: a.summary,
			need: needHost, status: http.StatusOK, answer: RoomView{}, refusals: []int{http.StatusConflict},
		}, func(c *call, _ nothing) (answer, error) { return s.act(c, a.command) })
	}
	add(s, route{
		method: http.MethodPost, path: "/v1/rooms/{code}/agents/{name}/nudge", id: "nudge", tag: "host", summary: "Give an agent a trigger by hand",
		about: "In a game, before the reveal, a host who plays has to show the host's own token.",
		need:  needHost, status: http.StatusOK, answer: RoomView{}, refusals: []int{http.StatusConflict},
	}, s.nudge)
}

// act gives a host's command and shows the room after it.
func (s *Server) act(c *call, command room.Command) (answer, error) {
	ctx, cancel := brief(c)
	defer cancel()
	if _, err := s.Host.Submit(ctx, c.code, command); err != nil {
		return refused(err)
	}
	v, err := s.view(c)
	if err != nil {
		return refused(err)
	}
	return ok(v)
}

func (s *Server) nudge(c *call, _ nothing) (answer, error) {
	if err := mayKnowRoles(c); err != nil {
		return refused(err)
	}
	return s.act(c, room.Nudge{Agent: c.r.PathValue("name")})
}

// mayKnowRoles refuses a host who plays what would tell who is an agent. The
// bare host's token, with which nobody plays, may see it.
func mayKnowRoles(c *call) error {
	over := c.room.phase == room.PhaseReveal || c.room.phase == room.PhaseClosed
	if c.room.mode == room.Open || c.who.player == "" || over {
		return nil
	}
	return problem(http.StatusConflict,
		"This would tell who is an agent, and you are a player. Wait for the reveal, or use the host's own token.")
}
