package sim

import (
	"context"
	"errors"
	"io"
	"time"

	"parley/internal/host"
)

// come begins to watch at a node, or moves there.
func (p *person) come(slot int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slot = slot
	if p.leaves != nil {
		p.leaves()
	}
	ctx, cancel := context.WithCancel(p.w.life)
	p.leaves = cancel
	p.w.going.Go(func() { p.watch(ctx) })
}

// goAway stops watching.
func (p *person) goAway() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.leaves != nil {
		p.leaves()
		p.leaves = nil
	}
}

// watch follows the room, at one node after the other, until it closes.
func (p *person) watch(ctx context.Context) {
	dice := p.w.of(p.name + " watches")
	for ctx.Err() == nil {
		err := p.follow(ctx)
		if errors.Is(err, io.EOF) {
			return
		}
		if errors.Is(err, errDown) {
			p.mu.Lock()
			p.slot = (p.slot + 1) % len(p.w.nodes)
			p.mu.Unlock()
		}
		_ = pass(ctx, dice.upTo(3*time.Second))
	}
}

// follow takes the frames that a node has, from the last one seen on, and
// returns why there are no more.
func (p *person) follow(ctx context.Context) error {
	p.mu.Lock()
	want := host.Watching{After: uint64(len(p.seen)), Player: p.player}
	slot := p.slot
	p.mu.Unlock()
	var watcher *host.Watcher
	var at *process
	err := p.w.at(asking{p.name + " follows", slot}, func(ctx context.Context, there *process) error {
		var err error
		at = there
		watcher, err = there.host.Watch(ctx, p.config.Code, want)
		return err
	})
	if err != nil {
		return err
	}
	dice := p.w.of(p.name + " hears")
	defer hangUp(watcher, dice)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(at.alive, cancel)()
	for {
		frames, err := watcher.Next(ctx)
		if err != nil {
			return err
		}
		_ = pass(context.Background(), dice.upTo(10*time.Millisecond))
		if !at.awake(dice) {
			return errDown
		}
		if err := p.hear(ctx, frames); err != nil {
			return err
		}
	}
}

// hangUp stops watching, a moment after it was decided.
func hangUp(watcher *host.Watcher, dice *stream) {
	_ = pass(context.Background(), dice.upTo(10*time.Millisecond))
	watcher.Close()
}

// hear takes frames in, unless the person has left or moved meanwhile. Each
// stored one has to be the next after the last.
func (p *person) hear(ctx context.Context, frames []host.Frame) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, f := range frames {
		if f.Seq == 0 {
			continue
		}
		if f.Seq != uint64(len(p.seen))+1 {
			p.w.fault("watch_order", "%s sees seq %d after %d", p.name, f.Seq, len(p.seen))
			return io.EOF
		}
		p.seen = append(p.seen, f.JSON)
	}
	return nil
}
