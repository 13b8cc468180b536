package host

import (
	"context"
	"time"
	"unicode/utf8"

	"parley/room"
)

// How typing is shown. Agents' frames come as often and as long as people's.
const (
	typedEvery   = time.Second     // a player's frames, at most
	typesEvery   = 2 * time.Second // while a line is being typed; the page sends as many
	typingPerKey = 255 * time.Millisecond
)

type typingFrame struct {
	Type   string `json:"type"`
	Player string `json:"player"`
}

// Typing shows a player as typing. More than one a second is ignored.
func (h *Host) Typing(ctx context.Context, code, player string) error {
	return h.do(ctx, code, "typing", func(r *runner, _ time.Duration) error {
		p, ok := r.state.Player(player)
		if !ok {
			return ErrUnknown
		}
		if p.InPlay() && r.types(p.Name, time.Now()) && !h.Cluster.Single() {
			r.tell(whisper{Kind: whisperTyping, Player: p.Name})
		}
		return nil
	})
}

// types relays a typing frame, if the room shows typing at all, and reports
// whether it did. Of an agent every node knows by the draft in the log when to.
func (r *runner) types(player string, now time.Time) bool {
	c := r.state.Config
	talk := r.state.Phase == room.PhaseOpen || r.state.Phase == room.PhaseDiscussion
	if !talk || r.state.Paused || (c.Mode == room.Imitation && c.Pacing == room.PaceInstant) {
		return false
	}
	if now.Sub(r.typed[player]) < typedEvery {
		return false
	}
	r.typed[player] = now
	r.put([]Frame{frameOf("typing", typingFrame{Type: "typing", Player: player})})
	return true
}

// typeDrafts shows agents whose lines are being "typed", and returns when the
// next frame is due; zero for none.
func (r *runner) typeDrafts(now time.Time) time.Time {
	var next time.Time
	for _, t := range r.state.OpenTurns() {
		if t.Draft == nil || t.Draft.Text == "" || !t.Draft.Due.After(now) {
			continue // no line, or the node that looks after the room is posting it
		}
		from := t.Draft.Due.Add(-typingPerKey * time.Duration(utf8.RuneCountInString(t.Draft.Text)))
		if from.Before(t.Draft.At) {
			from = t.Draft.At
		}
		if last := r.typed[t.Agent].Add(typesEvery); last.After(from) {
			from = last
		}
		if !from.After(now) {
			r.types(t.Agent, now)
			from = now.Add(typesEvery)
		}
		if from.Before(t.Draft.Due) && (next.IsZero() || from.Before(next)) {
			next = from
		}
	}
	return next
}
