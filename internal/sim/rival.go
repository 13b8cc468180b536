package sim

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/internal/eventlog"
	"parley/room"
)

// rival is another writer of a room: a node that nobody knows of, by a clock
// of its own. It decides by the rules and appends where it thinks that the
// room ends.
type rival struct {
	*stage
	name string // in the world
	skew time.Duration

	state room.State
	place eventlog.Seq
}

func (s *stage) rival(n int, skew time.Duration) *rival {
	return &rival{stage: s, name: fmt.Sprintf("%s rival %d", s.config.Code, n), skew: skew}
}

// now is the rival's time.
func (v *rival) now() time.Time { return time.Now().Add(v.skew).UTC().Truncate(time.Millisecond) }

// catchUp folds what the log has and the rival has not.
func (v *rival) catchUp() error {
	for _, k := range v.w.since(v.config.Code, v.place) {
		if err := v.state.ApplyRecord(k.rec); err != nil {
			v.w.fault("fold", "%v", err)
			return err
		}
		v.place = k.seq
	}
	return nil
}

// submit decides a command on what the rival knows and appends what it comes
// to; whoever came first is read, and the command decided again.
func (v *rival) submit(c room.Command) (room.Decision, error) {
	dice := v.w.of(v.name)
	for range 5 {
		m := room.Moment{At: v.now(), Chance: dice.next()}
		d, err := room.Decide(&v.state, m, c)
		if err != nil || len(d.Events) == 0 {
			return d, err
		}
		rec := room.NewRecord(&v.state, m, c, d.Events)
		rec.ID, rec.Node = fmt.Sprintf("%s %d", v.name, dice.next()), v.name
		if err := pass(v.w.life, dice.upTo(linkTime)); err != nil {
			return d, err
		}
		_, err = v.w.store(context.Background(), v.place, []room.Record{rec})
		if err != nil && !errors.Is(err, eventlog.ErrConflict) {
			return d, err
		}
		if e := v.catchUp(); e != nil {
			return d, e
		}
		if err == nil {
			return d, nil
		}
	}
	return room.Decision{}, eventlog.ErrConflict
}

// look makes the rival know the room as it is, or as it was a while ago.
func (v *rival) look(dice *stream) error {
	if err := v.catchUp(); err != nil {
		return err
	}
	if dice.chance(0.5) {
		return pass(v.w.life, dice.upTo(10*time.Second))
	}
	return nil
}

// ticks does what the room owes by the rival's clock.
func (v *rival) ticks() {
	if v.look(v.w.of(v.name+" looks")) == nil {
		_, _ = v.submit(room.Tick{Attended: true})
	}
}

// speaks posts a line for a person whose client is at the rival.
func (v *rival) speaks(p *person, text string) {
	if v.look(v.w.of(v.name+" looks")) != nil {
		return
	}
	c, ok := p.line(text)
	if !ok {
		return
	}
	call := time.Now()
	d, err := v.submit(c)
	a := asked{line: lineName(c.Player, c.Text), call: call}
	if err == nil || refused(err) {
		a.seq, a.answered, a.refused = d.Seq, time.Now(), err != nil
	}
	p.note(a)
}

// takesTurn takes an agent's turn, with a call that it makes itself.
func (v *rival) takesTurn() {
	dice := v.w.of(v.name + " takes")
	if v.look(dice) != nil {
		return
	}
	ready, _ := v.state.Ready(v.now())
	if len(ready) == 0 {
		return
	}
	who := ready[dice.below(len(ready))]
	if who.Outside {
		return
	}
	d, err := v.submit(room.BeginTurn{Agent: who.Agent, Model: "rival", Node: v.name, Deadline: v.now().Add(20 * time.Second)})
	scene, ok := v.state.Scene(d.Turn)
	if err != nil || !ok {
		return
	}
	v.w.called(callName(v.config.Code, room.TurnBegan{Agent: scene.Agent, Turn: scene.Turn, Attempt: scene.Attempt}))
	_ = pass(v.w.life, dice.about(8*time.Second))
	a := room.Answer{Turn: scene.Turn, Attempt: scene.Attempt, Text: words(dice), Pass: dice.chance(0.2)}
	if scene.Kind == room.TurnVote && len(scene.Suspects) > 0 {
		a.Pass, a.Suspect = false, scene.Suspects[dice.below(len(scene.Suspects))]
	}
	_, _ = v.submit(a) // the log decides
}
