package host

import (
	"parley/internal/eventlog"
	"parley/room"
)

// claim returns the beginnings of attempts that belong with what was decided:
// what makes an agent ready and the beginning of its attempt then get into the
// log with one append, and its model is called right after it. All that was
// decided is in the state afterwards.
func (r *runner) claim(all []*proposal) ([]*proposal, error) {
	if !r.claims() {
		return nil, nil
	}
	if last := all[len(all)-1]; last.record != nil {
		if err := r.apply(last); err != nil {
			r.doubt(err)
			return nil, err
		}
	}
	now := r.h.Now()
	if !r.lately(now) {
		return nil, nil
	}
	var out []*proposal
	ready, _ := r.state.Ready(now)
	for _, a := range ready {
		if a.Outside {
			continue
		}
		if begin, begun := r.h.Claim(r.code, a); begun != nil {
			out = append(out, &proposal{command: begin, begun: begun})
		}
	}
	return out, nil
}

// claims reports whether attempts in this room may begin with what makes agents
// ready. Under human pacing they read first.
func (r *runner) claims() bool {
	if r.h.Claim == nil || !r.caring || r.state.Config.Pacing == room.PaceHuman {
		return false
	}
	_, batches := r.h.Log.(eventlog.Batcher)
	return batches
}
