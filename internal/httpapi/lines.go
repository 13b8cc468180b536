package httpapi

import (
	"context"
	"net/http"

	"parley/internal/host"
	"parley/room"
)

// NewMessage is a line to post.
type NewMessage struct {
	Text     string `json:"text" doc:"1-1000 characters after trimming, no control characters but newline and tab"`
	ClientID string `json:"client_id,omitempty" minLength:"1" maxLength:"64" doc:"printable ASCII; the same again posts nothing twice"`
}

// NewVote is a vote to cast.
type NewVote struct {
	Suspect string `json:"suspect"`
}

// Posted tells where a message or a vote stands.
type Posted struct {
	Seq uint64 `json:"seq"`
}

func (s *Server) addLines() {
	add(s, route{
		method: http.MethodPost, path: "/v1/rooms/{code}/messages", id: "post-message", tag: "players", summary: "Post a message",
		about: "201 means that it survives a power cut. The same client_id of the same player again gets 200 and the first seq.",
		need:  needSeat, lasting: true, status: http.StatusCreated, answer: Posted{}, also: map[int]string{http.StatusOK: "it was posted before"},
		refusals: []int{http.StatusConflict, http.StatusTooManyRequests},
	}, s.postMessage)
	add(s, route{
		method: http.MethodPost, path: "/v1/rooms/{code}/votes", id: "vote", tag: "players", summary: "Vote for a suspect",
		about: "Once a round, not for oneself, only by and for players in play, only while voting.",
		need:  needSeat, lasting: true, status: http.StatusCreated, answer: Posted{},
		refusals: []int{http.StatusConflict, http.StatusTooManyRequests},
	}, s.vote)
	add(s, route{
		method: http.MethodPost, path: "/v1/rooms/{code}/typing", id: "typing", tag: "players", summary: "Show that one is typing",
		about: "More than one a second is ignored.", need: needSeat, status: http.StatusNoContent,
	}, s.typing)
}

func (s *Server) postMessage(c *call, m NewMessage) (answer, error) {
	ctx, cancel := brief(c)
	defer cancel()
	res, err := s.say(ctx, c.code, c.who.player, m)
	if err != nil {
		return refused(err)
	}
	return answer{again(res.Again, http.StatusCreated), Posted{res.Seq}}, nil
}

// say posts a line, from whatever way it came.
func (s *Server) say(ctx context.Context, code, player string, m NewMessage) (host.Result, error) {
	if _, err := room.Text("text", m.Text, room.MaxText); err != nil {
		return host.Result{}, err
	}
	if err := s.limitLine(code, player); err != nil {
		return host.Result{}, err
	}
	return s.Host.Submit(ctx, code, room.Say{Player: player, Text: m.Text, ClientID: m.ClientID})
}

func (s *Server) vote(c *call, v NewVote) (answer, error) {
	ctx, cancel := brief(c)
	defer cancel()
	res, err := s.castVote(ctx, c.code, c.who.player, v)
	if err != nil {
		return refused(err)
	}
	return created(Posted{res.Seq})
}

func (s *Server) castVote(ctx context.Context, code, player string, v NewVote) (host.Result, error) {
	if err := s.limitLine(code, player); err != nil {
		return host.Result{}, err
	}
	return s.Host.Submit(ctx, code, room.Cast{Player: player, Suspect: v.Suspect})
}

func (s *Server) typing(c *call, _ nothing) (answer, error) {
	if err := s.Host.Typing(c.ctx(), c.code, c.who.player); err != nil {
		return refused(err)
	}
	return noContent()
}
