package host

import (
	"context"
	"encoding/json"
	"time"

	"parley/room"
)

const (
	hereFor   = time.Minute      // after a request a person counts as there
	latelyFor = 10 * time.Minute // after a person was there, agents still call models
)

// here reports whether a person is there now: watching, or having asked for
// something a moment ago.
func (r *runner) here(now time.Time) bool {
	return r.audience.anyone() || now.Sub(r.lastSeen) < hereFor
}

// lately reports whether a person has been there lately enough for model calls.
func (r *runner) lately(now time.Time) bool {
	return r.audience.anyone() || now.Sub(r.lastSeen) < latelyFor
}

// byPerson reports whether a person must have been there to give the command.
func byPerson(c room.Command) bool {
	switch c := c.(type) {
	case room.Join:
		return !c.Outside
	case room.Create, room.Say, room.Cast:
		return true
	case room.Leave, room.Remove, room.Start, room.Pause, room.Resume, room.Skip, room.End, room.Nudge,
		room.Tick, room.BeginTurn, room.Answer, room.FailAttempt:
	}
	return false
}

// Seen says that a person is in the room.
func (h *Host) Seen(code, player string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	// A hint: the next request brings it again.
	_ = h.do(ctx, code, "seen", func(r *runner, _ time.Duration) error {
		if p, ok := r.state.Player(player); ok && p.Role == room.Person && !p.Left {
			r.lastSeen = time.Now()
		}
		return nil
	})
}

type presenceFrame struct {
	Type    string `json:"type"`
	Player  string `json:"player"`
	Present bool   `json:"present"`
}

// greet tells the others of a person's first socket, and the newcomer who else
// is there. Games tell nothing of sockets.
func (r *runner) greet(w *Watcher) {
	if r.state.Config.Mode != room.Open {
		return
	}
	for _, name := range r.audience.people() {
		if name != w.player {
			w.put([]Frame{presence(name, true)})
		}
	}
	if w.player != "" && r.audience.count(w.player) == 1 {
		r.put([]Frame{presence(w.player, true)})
	}
}

// farewell tells the others that a person's last socket has gone.
func (r *runner) farewell(w *Watcher) {
	if r.state.Config.Mode == room.Open && w.player != "" && r.audience.count(w.player) == 0 {
		r.put([]Frame{presence(w.player, false)})
	}
}

func presence(player string, present bool) Frame {
	return frameOf("presence", presenceFrame{Type: "presence", Player: player, Present: present})
}

// frameOf encodes a frame that is not stored.
func frameOf(kind string, v any) Frame {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and booleans always encode
	}
	return Frame{Type: kind, JSON: b}
}
