package sim

import (
	"context"
	"time"

	"parley/internal/host"
	"parley/room"
)

// read reads the whole room at a node, as somebody who polls.
func (s *stage) read(slot int) {
	a := asked{call: time.Now()}
	err := s.w.at(asking{s.config.Code + " reader", slot}, func(ctx context.Context, p *process) error {
		return s.poll(ctx, p.host, &a)
	})
	if err == nil {
		a.answered = time.Now()
		s.note(a)
	}
}

// note remembers a request that can have had an effect, or has seen one.
func (s *stage) note(a asked) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, a)
}

// poll asks how far the room is and then for all its frames up to there.
func (s *stage) poll(ctx context.Context, h *host.Host, a *asked) error {
	code := s.config.Code
	if err := h.Refresh(ctx, code); err != nil {
		return err
	}
	var through uint64
	if err := h.Inspect(ctx, code, func(st *room.State) { through = st.Seq }); err != nil {
		return err
	}
	watcher, err := h.Watch(ctx, code, host.Watching{})
	if err != nil {
		return err
	}
	defer hangUp(watcher, s.w.of(code+" reader hangs up"))
	for a.through < through {
		frames, err := watcher.Next(ctx)
		if err != nil {
			return err
		}
		for _, f := range frames {
			if f.Seq > 0 {
				a.read, a.through = append(a.read, f.JSON), f.Seq
			}
		}
	}
	return nil
}
