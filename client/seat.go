package client

import (
	"context"
	"net/http"
)

// Seat is a player, a host or an agent in a room: what a token speaks for.
type Seat struct {
	room   *Room
	Player string `json:"player"`
	Token  string `json:"token"`
	After  uint64 `json:"after"` // the seq to read from to see what comes next
}

// Room returns the seat's room.
func (s *Seat) Room() *Room { return s.room }

// Say posts a line and returns its seq. The same clientID posts it only once,
// however often it is sent.
func (s *Seat) Say(ctx context.Context, text, clientID string) (uint64, error) {
	in := map[string]string{"text": text}
	if clientID != "" {
		in["client_id"] = clientID
	}
	var out struct {
		Seq uint64 `json:"seq"`
	}
	_, err := s.post(ctx, in, &out, "messages")
	return out.Seq, err
}

// Vote votes for a suspect.
func (s *Seat) Vote(ctx context.Context, suspect string) error {
	_, err := s.post(ctx, map[string]string{"suspect": suspect}, nil, "votes")
	return err
}

// Act posts to one of the host's actions: start, pause, resume, skip, end, or
// agents, NAME, nudge.
func (s *Seat) Act(ctx context.Context, path ...string) error {
	_, err := s.post(ctx, nil, nil, path...)
	return err
}

// Leave gives up the seat.
func (s *Seat) Leave(ctx context.Context) error {
	_, err := s.room.client.call(ctx, request{method: http.MethodDelete, path: s.room.path("players", "me"), token: s.Token}, nil)
	return err
}

func (s *Seat) post(ctx context.Context, in, out any, path ...string) (int, error) {
	return s.room.client.call(ctx, request{method: http.MethodPost, path: s.room.path(path...), token: s.Token, in: in}, out)
}

// At returns the same seat as seen through another room value, such as that of
// a client with another address.
func (s *Seat) At(r *Room) *Seat {
	moved := *s
	moved.room = r
	return &moved
}
