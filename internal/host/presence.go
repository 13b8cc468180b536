package host

import (
	"context"
	"encoding/json"
	"slices"
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
	return now.Sub(r.lastSeen) < hereFor || r.anyone()
}

// lately reports whether a person has been there lately enough for model calls.
func (r *runner) lately(now time.Time) bool {
	return now.Sub(r.lastSeen) < latelyFor || r.anyone()
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

// shownPerson reports whether a record is what a person has done on another
// node, as byPerson does for commands.
func shownPerson(rec room.Record) bool {
	switch rec.Cause {
	case room.Create{}.Cause(), room.Say{}.Cause(), room.Cast{}.Cause():
		return true
	case room.Join{}.Cause():
		return !slices.ContainsFunc(rec.Events, func(e room.Event) bool {
			p, ok := e.(room.PlayerSeated)
			return ok && p.Outside
		})
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
			r.lastSeen = r.h.Now()
			if r.lastSeen.Sub(r.toldSeen) >= seenEvery {
				r.tellHere(false)
			}
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
// is there.
func (r *runner) greet(w *Watcher) {
	if r.state.Config.Mode == room.Open {
		for _, name := range r.people() {
			if name != w.player {
				w.put([]Frame{presence(name, true)})
			}
		}
	}
	if w.player == "" || r.audience.count(w.player) > 1 {
		return
	}
	r.tellHere(false)
	if !r.elsewhere(w.player) {
		r.showPresence(w.player, true)
	}
}

// farewell tells the others that a person's last socket has gone.
func (r *runner) farewell(w *Watcher) {
	if w.player == "" || r.audience.count(w.player) > 0 {
		return
	}
	r.tellHere(false)
	if !r.elsewhere(w.player) {
		r.showPresence(w.player, false)
	}
}

// showPresence shows that a person has come or gone. Games tell nothing of
// sockets.
func (r *runner) showPresence(player string, present bool) {
	if r.state.Config.Mode == room.Open {
		r.put([]Frame{presence(player, present)})
	}
}

// people returns the persons who have a socket on any node, in order.
func (r *runner) people() []string {
	out := r.audience.people()
	for _, people := range r.peers {
		out = append(out, people...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// elsewhere reports whether a person has a socket on another node.
func (r *runner) elsewhere(player string) bool {
	for _, people := range r.peers {
		if slices.Contains(people, player) {
			return true
		}
	}
	return false
}

// anyone reports whether a person has a socket on any node.
func (r *runner) anyone() bool {
	if r.audience.anyone() {
		return true
	}
	for _, people := range r.peers {
		if len(people) > 0 {
			return true
		}
	}
	return false
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
