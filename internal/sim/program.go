package sim

import (
	"context"
	"errors"
	"time"

	"parley/internal/host"
	"parley/room"
)

// program is an agent from outside: it claims turns and answers them, if it
// feels like it.
type program struct {
	*stage
	name string // in the world
	slot int
	seat string // in the room
}

// live takes a seat and then turns until the world ends.
func (g *program) live(slot int) {
	g.slot = slot
	if g.seat = g.join(asking{g.name, slot}, room.Join{Name: g.name, Token: g.name, Outside: true}); g.seat == "" {
		return
	}
	dice := g.w.of(g.name + " lives")
	for g.w.life.Err() == nil {
		scene, err := g.claim(time.Duration(dice.between(5, 60)) * time.Second)
		switch {
		case scene != nil:
			g.take(dice, scene)
		case g.over():
			return
		case errors.Is(err, &room.Error{Kind: room.Idle}), errors.Is(err, &room.Error{Kind: room.Running}):
			g.wait()
		default:
			g.slot = (g.slot + 1) % len(g.w.nodes)
		}
		_ = pass(g.w.life, dice.upTo(2*time.Second))
	}
}

// over reports whether the room is closed.
func (g *program) over() bool {
	closed := false
	err := g.inspect(asking{g.name + " looks", g.slot}, func(st *room.State) { closed = st.Phase == room.PhaseClosed })
	return err == nil && closed
}

func (g *program) claim(lease time.Duration) (*room.Scene, error) {
	deadline := time.Now().Add(lease).UTC().Truncate(time.Millisecond)
	res, err := g.ask(asking{g.name, g.slot}, room.BeginTurn{Agent: g.seat, Node: host.NodeOutside, Deadline: deadline, Outside: true})
	return res.Scene, err
}

// wait returns when a turn may be claimed, or after a while.
func (g *program) wait() {
	_ = g.w.at(asking{g.name + " waits", g.slot}, func(ctx context.Context, p *process) error {
		return p.host.WaitTurn(ctx, g.config.Code, g.seat)
	})
}

// take answers a turn: in time or too late, once, again, or otherwise.
func (g *program) take(dice *stream, scene *room.Scene) {
	if dice.chance(0.05) {
		return // it has forgotten
	}
	_ = pass(g.w.life, dice.about(4*time.Second))
	c := g.command(dice, scene)
	first, err := g.insist(asking{g.name, g.slot}, c)
	if err != nil {
		return
	}
	if dice.chance(0.3) {
		again, err := g.insist(asking{g.name, g.slot}, c)
		if g.w.alone && refused(err) || err == nil && (again.Seq != first.Seq || !again.Again) {
			g.w.fault("answer_again", "%s answers %s again and gets seq %d, %v; the first time it was %d", g.name, scene.Turn, again.Seq, err, first.Seq)
		}
	}
	if a, ok := c.(room.Answer); ok && dice.chance(0.1) {
		a.Text, a.Suspect, a.Pass = "otherwise", "", false
		if _, err := g.ask(asking{g.name, g.slot}, a); err == nil {
			g.w.fault("answer_otherwise", "%s answers %s otherwise, and that is taken", g.name, scene.Turn)
		}
	}
}

func (g *program) command(dice *stream, scene *room.Scene) room.Command {
	if dice.chance(0.05) {
		return room.FailAttempt{Turn: scene.Turn, Attempt: scene.Attempt, Outcome: room.CallError, Final: true, Reason: "no idea"}
	}
	a := room.Answer{Turn: scene.Turn, Attempt: scene.Attempt, Outside: true}
	switch {
	case scene.Kind == room.TurnVote && len(scene.Suspects) > 0:
		a.Suspect = scene.Suspects[dice.below(len(scene.Suspects))]
	case dice.chance(0.3):
		a.Pass = true
	default:
		a.Text = words(dice)
	}
	return a
}
