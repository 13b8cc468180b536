package host

import (
	"context"
	"time"
)

// WaitTurn returns nil when the agent from outside may begin an attempt, and
// the error of ctx when that ends first.
func (h *Host) WaitTurn(ctx context.Context, code, agent string) error {
	ready := make(chan struct{})
	err := h.do(ctx, code, "wait_turn", func(r *runner, _ time.Duration) error {
		if !r.state.Exists() {
			return ErrUnknown
		}
		r.waiting[agent] = append(r.waiting[agent], ready)
		return nil
	})
	if err != nil {
		return err
	}
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
		h.stopWaiting(context.WithoutCancel(ctx), code, agent, ready)
		return ctx.Err()
	}
}

// callWaiting wakes the programs that wait for the agent's turn. It is called
// after every change of the room, so that a program that finds nothing may
// wait again.
func (r *runner) callWaiting(agent string) {
	for _, c := range r.waiting[agent] {
		close(c)
	}
	delete(r.waiting, agent)
}

func (h *Host) stopWaiting(ctx context.Context, code, agent string, ready chan struct{}) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	// A room that is gone has nobody waiting.
	_ = h.do(ctx, code, "stop_waiting", func(r *runner, _ time.Duration) error {
		left := r.waiting[agent][:0:0]
		for _, c := range r.waiting[agent] {
			if c != ready {
				left = append(left, c)
			}
		}
		if r.waiting[agent] = left; len(left) == 0 {
			delete(r.waiting, agent)
		}
		return nil
	})
}
