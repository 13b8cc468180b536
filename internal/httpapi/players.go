package httpapi

import (
	"net/http"

	"parley/room"
)

// NewPlayer asks for a seat.
type NewPlayer struct {
	Name     string `json:"name,omitempty" doc:"open rooms: 1-40 characters, unique in the room for ever, whatever the case; in a game it is drawn"`
	Password string `json:"password,omitempty" maxLength:"200"`
}

// PlayerJoined answers a join.
type PlayerJoined struct {
	Player string `json:"player"`
	Token  string `json:"token" doc:"told once; the server keeps only its hash"`
	After  uint64 `json:"after" doc:"the seq to read from to see what comes next; 0 shows all"`
}

func (s *Server) addPlayers() {
	add(s, route{
		method: http.MethodPost, path: "/v1/rooms/{code}/players", id: "join", tag: "players", summary: "Take a seat",
		about: "Who presents the host's token becomes a player with the host's rights. Browsers get the token as a cookie as well.",
		need:  needJoin, optionalBody: true, status: http.StatusCreated, answer: PlayerJoined{},
		refusals: []int{http.StatusConflict, http.StatusTooManyRequests},
	}, s.join)
	add(s, route{
		method: http.MethodDelete, path: "/v1/rooms/{code}/players/me", id: "leave", tag: "players", summary: "Leave for good",
		about: "The seat's lines stay. When the host's player leaves, hosting passes to the next person.",
		need:  needSeat, status: http.StatusNoContent, refusals: []int{http.StatusConflict},
	}, s.leave)
	add(s, route{
		method: http.MethodDelete, path: "/v1/rooms/{code}/players/{name}", id: "remove-player", tag: "host", summary: "Remove a player",
		about: "Token and name are refused from then on. A player called \"me\" is removed as \"ME\".",
		need:  needHost, status: http.StatusNoContent, refusals: []int{http.StatusConflict},
	}, s.remove)
}

func (s *Server) join(c *call, n NewPlayer) (answer, error) {
	who := address(c.r)
	if err := s.limits.take("joins", who, joinsPerSecond, joinsBurst); err != nil {
		return refused(err)
	}
	if c.room.locked {
		if err := s.checkPassword(c, who, n.Password); err != nil {
			return refused(err)
		}
	}
	switch {
	case c.room.mode == room.Open && n.Name == "":
		return refused(wrongField("body.name", "is required in an open room"))
	case c.room.mode == room.Open:
		if _, err := room.Text("name", n.Name, room.MaxName); err != nil {
			return refused(err)
		}
	}
	token, hash := newToken(c.code)
	ctx, cancel := brief(c)
	defer cancel()
	res, err := s.Host.Submit(ctx, c.code, room.Join{Name: n.Name, Token: hash, Host: c.who.host && c.who.player == ""})
	if err != nil {
		return refused(err)
	}
	setCookie(c.w, c.r, c.code, token)
	return created(PlayerJoined{Player: res.Player, Token: token, After: res.Before})
}

// checkPassword slows down those who guess: only wrong ones are counted.
func (s *Server) checkPassword(c *call, who, password string) error {
	key := who + " " + c.code
	if err := s.limits.empty("passwords", key, passwordsPerSecond, passwordsBurst); err != nil {
		return err
	}
	if password != "" && passwordFits(c.room.hash, password) {
		return nil
	}
	if err := s.limits.take("passwords", key, passwordsPerSecond, passwordsBurst); err != nil {
		return err
	}
	return problem(http.StatusForbidden, "The password is not the room's.")
}

func (s *Server) leave(c *call, _ nothing) (answer, error) {
	return s.goes(c, room.Leave{Player: c.who.player})
}

func (s *Server) remove(c *call, _ nothing) (answer, error) {
	return s.goes(c, room.Remove{Player: c.r.PathValue("name")})
}

// goes gives a command after which somebody is gone.
func (s *Server) goes(c *call, command room.Command) (answer, error) {
	ctx, cancel := brief(c)
	defer cancel()
	if _, err := s.Host.Submit(ctx, c.code, command); err != nil {
		return refused(err)
	}
	s.Forget(c.code)
	return noContent()
}
