package sim

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"sync"
	"time"

	"parley/internal/host"
	"parley/room"
)

var errDown = errors.New("nobody answers there")

// askLimit is how long a client waits for an answer.
const askLimit = 15 * time.Second

// stage is a room as those in it know it.
type stage struct {
	w      *world
	config room.Config
	people []*person
	agents []*program // from outside

	mu    sync.Mutex
	asked []asked
	votes []ballot
}

// ballot is a vote that was acknowledged.
type ballot struct{ player, suspect string }

func newStage(w *world, c cast) *stage {
	s := &stage{w: w, config: c.config}
	for i := range c.people {
		s.people = append(s.people, &person{stage: s, name: s.config.Code + " person " + strconv.Itoa(i)})
	}
	for i := range c.programs {
		s.agents = append(s.agents, &program{stage: s, name: s.config.Code + " program " + strconv.Itoa(i)})
	}
	return s
}

// asking is a client's request: who asks, and at which node.
type asking struct {
	name string
	slot int
}

// at gives a client's request to a node and brings the answer back, both over
// a network that takes its time. A node that dies meanwhile does not answer.
func (w *world) at(a asking, do func(context.Context, *process) error) error {
	dice := w.of(a.name + " asks")
	if err := pass(w.life, dice.upTo(10*time.Millisecond)); err != nil {
		return err
	}
	p := w.node(a.slot)
	if p == nil {
		return errDown
	}
	if !p.awake(dice) {
		return errDown
	}
	ctx, cancel := context.WithTimeout(w.life, askLimit)
	defer cancel()
	err := do(ctx, p)
	if e := pass(w.life, dice.upTo(10*time.Millisecond)); e != nil {
		return e
	}
	if !p.awake(dice) {
		return errDown
	}
	return err
}

// ask submits a command.
func (s *stage) ask(a asking, c room.Command) (res host.Result, err error) {
	err = s.w.at(a, func(ctx context.Context, p *process) error {
		var err error
		res, err = p.host.Submit(ctx, s.config.Code, c)
		return err
	})
	if err != nil {
		return host.Result{}, err
	}
	return res, nil
}

// insist submits a command at one node after the other until there is an
// answer or a refusal.
func (s *stage) insist(a asking, c room.Command) (host.Result, error) {
	for try := 1; ; try++ {
		res, err := s.ask(a, c)
		if err == nil || refused(err) || try == 6 {
			return res, err
		}
		if err := s.w.rest(a.name, try); err != nil {
			return host.Result{}, err
		}
		a.slot = (a.slot + 1) % len(s.w.nodes)
	}
}

// rest lets a client wait before its next try.
func (w *world) rest(name string, try int) error {
	return pass(w.life, w.of(name+" rests").upTo(time.Duration(try)*2*time.Second))
}

// join takes a seat and returns who sits there. When an answer is lost it looks
// whether the token has a seat before it asks again.
func (s *stage) join(a asking, c room.Join) (player string) {
	for try := 1; try <= 6; try++ {
		res, err := s.ask(a, c)
		if err == nil {
			return res.Player
		}
		if refused(err) && try == 1 {
			return ""
		}
		if s.w.rest(a.name, try) != nil {
			return ""
		}
		a.slot = (a.slot + 1) % len(s.w.nodes)
		err = s.inspect(a, func(st *room.State) {
			if p, ok := st.Bearer(c.Token); ok {
				player = p.Name
			}
		})
		if player != "" || refused(err) {
			return player
		}
	}
	return ""
}

// inspect looks at the room as a node knows it.
func (s *stage) inspect(a asking, look func(*room.State)) error {
	return s.w.at(a, func(ctx context.Context, p *process) error {
		return p.host.Inspect(ctx, s.config.Code, look)
	})
}

// refused reports whether an error says that nothing has happened.
func refused(err error) bool {
	var e *room.Error
	return errors.As(err, &e)
}

// create makes the room.
func (s *stage) create(slot int) {
	c := s.config
	c.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	_, _ = s.insist(asking{c.Code + " maker", slot}, room.Create{Config: c, HostToken: "host"}) // again: it exists
}

// callName is how calls name an attempt.
func callName(code string, e room.TurnBegan) string {
	return url.PathEscape(code) + "/" + url.PathEscape(e.Agent) + "/" + url.PathEscape(e.Turn) + "/" + strconv.Itoa(e.Attempt)
}
