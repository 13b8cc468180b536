package agent

import (
	"context"
	"errors"
	"time"
)

// farewell is how long cancelled attempts have to record their end.
const farewell = 5 * time.Second

var (
	errOver     = errors.New("the attempt is over")
	errDrained  = errors.New("the node is going down")
	errLingered = errors.New("agents did not end in time")
)

// Drain begins no more attempts and returns nil when the running ones have
// ended. When ctx ends first, their calls are cancelled and recorded as such,
// which leaves the turns open for another node, and ctx's error is returned.
func (c *Crew) Drain(ctx context.Context) error {
	c.mu.Lock()
	c.draining = true
	for s, j := range c.jobs {
		if !j.atWork {
			delete(c.jobs, s)
		}
	}
	for _, q := range c.queues {
		q.rooms, q.waiting = nil, map[string][]*job{}
	}
	c.mu.Unlock()

	idle := make(chan struct{})
	go func() {
		c.running.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
	}
	c.stop()
	timer := time.NewTimer(farewell)
	defer timer.Stop()
	select {
	case <-idle:
		return context.Cause(ctx)
	case <-timer.C:
		return errors.Join(errLingered, context.Cause(ctx))
	}
}

// Close is a Drain that waits for no call.
func (c *Crew) Close() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := c.Drain(ctx); errors.Is(err, errLingered) {
		c.config.Logger.WarnContext(ctx, "agents did not end in time")
	}
}

// stop cancels the running calls and those that are about to run.
func (c *Crew) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.ended:
		return
	default:
		close(c.ended)
	}
	for _, cancel := range c.calls {
		cancel(errDrained)
	}
}
