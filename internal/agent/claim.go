package agent

import (
	"cmp"
	"time"

	"parley/room"
)

// Claim takes an agent for work at once, before it is ready: the room begins its
// attempt in the same append as what makes it so, and tells begun, once, what
// came of that. It returns nil for an agent that has to wait for Ready: one that
// reads first, is at work, or would have to queue for a slot. It never blocks,
// nor does begun.
func (c *Crew) Claim(code string, r room.Ready) (begin room.BeginTurn, begun func(*room.Scene, error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := seat{code, r.Agent}
	if _, busy := c.jobs[s]; busy || r.Outside || r.Reads != "" || c.draining {
		return room.BeginTurn{}, nil
	}
	now := time.Now()
	j := &job{seat: s, model: cmp.Or(r.Model, c.config.Model), hinted: now}
	if !c.queue(j.model).take() {
		return room.BeginTurn{}, nil
	}
	c.jobs[s] = j
	c.occupy(j)
	c.running.Add(1)
	return c.begin(j), func(scene *room.Scene, err error) {
		go func() {
			defer c.running.Done()
			c.goOn(j, scene, err, now)
		}()
	}
}
