package sim

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"parley/internal/agent"
	"parley/internal/cluster"
	"parley/internal/host"
	"parley/internal/llm"
	"parley/room"
)

// beatEvery is how often the nodes of a world announce themselves.
const beatEvery = 2 * time.Second

// process is one life of a node, from its start to its death.
type process struct {
	w    *world
	slot int
	name string

	cluster *cluster.Cluster
	host    *host.Host
	crew    *agent.Crew

	alive context.Context // ends when the process dies
	die   context.CancelFunc

	mu     sync.Mutex
	thawed chan struct{} // nil: not frozen
	drawn  time.Time     // when the host last drew a number
	draws  uint64        // at that instant
}

func (w *world) newProcess(slot, birth int) *process {
	p := &process{w: w, slot: slot, name: fmt.Sprintf("node%d-%d", slot, birth)}
	p.alive, p.die = context.WithCancel(context.Background())
	quiet := slog.New(slog.DiscardHandler)
	p.crew = agent.New(agent.Config{
		Submit: p.submit, Lookup: p.lookup, Logger: quiet, Now: p.now, Node: p.name, Limit: 16,
		Rand: func() uint64 { return w.of(p.name + " crew").next() },
	})
	if w.alone {
		p.cluster = cluster.Alone(p.name)
	} else {
		p.cluster = cluster.New(net{p}, p.name, cluster.Options{Every: beatEvery})
	}
	p.host = host.New(host.Config{
		Log: link{p, p.name}, Node: p.name, Logger: quiet, Cluster: p.cluster, Offer: p.crew.Ready, Claim: p.claim, Over: p.crew.Over,
		Chance: p.chance, Now: p.now,
	})
	return p
}

// now is the time by the clock of the process's machine.
func (p *process) now() time.Time {
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	return time.Now().Add(p.w.off[p.slot])
}

// chance is what the host draws its lots and ids from. It follows from the
// instant, so that two rooms of a node do not depend on who draws first.
func (p *process) chance() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); !now.Equal(p.drawn) {
		p.drawn, p.draws = now, 0
	}
	p.draws++
	return mix(p.w.seed, p.name+p.drawn.Format(time.RFC3339Nano), p.draws)
}

// start lets the process look for work that was left.
func (p *process) start() {
	if err := p.host.Start(p.alive); err != nil && p.alive.Err() == nil {
		p.w.fault("start", "%s does not start: %v", p.name, err)
	}
}

// crash ends a process without a word: nothing it does reaches anybody any more.
func (p *process) crash() {
	p.die()
	p.thaw()
	p.crew.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	if err := p.host.Close(ctx); err != nil {
		p.w.fault("close", "the remains of %s do not end: %v", p.name, err)
	}
	p.cluster.Close()
}

// stop ends a process in order: running turns may end, the rest is left open.
func (p *process) stop(drain time.Duration) {
	p.host.Withdraw()
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	_ = p.crew.Drain(ctx) // what has not ended is left open
	cancel()
	ctx, cancel = context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	if err := p.host.Close(ctx); err != nil {
		p.w.fault("close", "%s does not end: %v", p.name, err)
	}
	p.cluster.Close()
	p.die()
}

// freeze stops a process as a signal would, until thaw.
func (p *process) freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.thawed == nil {
		p.thawed = make(chan struct{})
	}
}

func (p *process) thaw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.thawed != nil {
		close(p.thawed)
		p.thawed = nil
	}
}

// awake waits until the process is not frozen and reports whether it lives.
// Those who wait go on one after the other.
func (p *process) awake(dice *stream) bool {
	for {
		p.mu.Lock()
		thawed := p.thawed
		p.mu.Unlock()
		if p.alive.Err() != nil {
			return false
		}
		if thawed == nil {
			return true
		}
		<-thawed
		_ = pass(context.Background(), dice.upTo(time.Millisecond))
	}
}

// submit is what the crew hands its commands to.
func (p *process) submit(ctx context.Context, code string, c room.Command) (*room.Scene, error) {
	dice := p.w.of(p.name + " crew " + code + " " + about(c))
	if err := pass(ctx, dice.upTo(time.Millisecond)); err != nil {
		return nil, err
	}
	if !p.awake(dice) {
		return nil, errDead
	}
	res, err := p.host.Submit(ctx, code, c)
	if e := pass(ctx, dice.upTo(time.Millisecond)); e != nil {
		return nil, e
	}
	if !p.awake(dice) {
		return nil, errDead
	}
	return res.Scene, err
}

// claim is what the host asks of the crew. What came of a beginning reaches it
// as what it submits itself does.
func (p *process) claim(code string, agent room.Ready) (room.BeginTurn, func(*room.Scene, error)) {
	begin, begun := p.crew.Claim(code, agent)
	if begun == nil {
		return begin, nil
	}
	return begin, func(scene *room.Scene, err error) {
		dice := p.w.of(p.name + " claim " + code + " " + agent.Agent)
		go func() {
			if !p.awake(dice) {
				scene, err = nil, errDead
			}
			begun(scene, err)
		}()
	}
}

// about names the agent or the turn that a command of the crew is about.
func about(c room.Command) string {
	switch c := c.(type) { //nolint:gochecksumtype // a crew gives no others
	case room.BeginTurn:
		return c.Agent
	case room.Answer:
		return c.Turn
	case room.FailAttempt:
		return c.Turn
	}
	return ""
}

func (p *process) lookup(name string) (llm.Model, bool) {
	m, ok := p.w.moods[name]
	return voice{p, m}, ok
}
