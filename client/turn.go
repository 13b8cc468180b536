package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Turn is a turn that an agent from outside has claimed.
type Turn struct {
	seat     *Seat
	ID       string            `json:"turn"`
	Lease    string            `json:"lease"`
	Kind     string            `json:"kind"` // "message" or "vote"
	Topic    string            `json:"topic"`
	Persona  string            `json:"persona"`
	Deadline string            `json:"deadline"`
	Covers   []json.RawMessage `json:"covers"` // seqs, and names of triggers that have none
	Events   []json.RawMessage `json:"events"` // what it covers, and some before
}

// Agent takes a seat whose turns the caller takes. It needs the host's seat.
func (s *Seat) Agent(ctx context.Context, persona string) (*Seat, error) {
	in := map[string]string{}
	if persona != "" {
		in["persona"] = persona
	}
	a := &Seat{room: s.room}
	_, err := s.post(ctx, in, a, "agents")
	return a, err
}

// Claim waits up to wait seconds for a turn and claims it for lease seconds.
// It returns nil when there is none.
func (s *Seat) Claim(ctx context.Context, wait, lease int) (*Turn, error) {
	t := &Turn{seat: s}
	path := fmt.Sprintf("%s?wait=%d&lease=%d", s.room.path("turns", "claim"), wait, lease)
	status, err := s.room.client.call(ctx, request{method: http.MethodPost, path: path, token: s.Token}, t)
	if err != nil || status == http.StatusNoContent {
		return nil, err
	}
	return t, nil
}

// Outcome is how a claimed turn ends: replied with Text, silent, voted for
// Suspect, or failed with Reason.
type Outcome struct {
	Outcome string `json:"outcome"`
	Text    string `json:"text,omitempty"`
	Suspect string `json:"suspect,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// End ends the turn and returns the seq of the line or vote, 0 for none. It
// may be called again with the same outcome.
func (t *Turn) End(ctx context.Context, o Outcome) (uint64, error) {
	in := struct {
		Lease string `json:"lease"`
		Outcome
	}{t.Lease, o}
	var out struct {
		Seq uint64 `json:"seq"`
	}
	_, err := t.seat.post(ctx, in, &out, "turns", t.ID, "outcome")
	return out.Seq, err
}
