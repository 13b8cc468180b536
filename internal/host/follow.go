package host

import (
	"context"
	"time"

	"parley/internal/eventlog"
)

const (
	newsLength  = 256 // how many words from other nodes wait for a room
	retryFollow = time.Second
)

// attend makes the room hear of what other nodes append and say. A room that
// no other node can have has nothing to hear.
func (r *runner) attend() {
	if r.ignore != nil || r.h.Cluster.Single() {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	stop, err := r.h.Cluster.Listen(r.code, func(data []byte) {
		if w, ok := parseWhisper(data, r.h.Node); ok {
			r.pass(func(r *runner) { r.hear(w) })
		}
	})
	if err != nil {
		r.h.Logger.WarnContext(ctx, "room hears no other node", "room", r.code, "error", err)
		stop = func() {}
	}
	r.ignore = func() { cancel(); stop() }
	after := r.place
	r.h.running.Go(func() { r.follow(ctx, after) })
	r.tellHere(true)
}

// pass hands something from other nodes to the room's goroutine, or drops it
// when that does not keep up.
func (r *runner) pass(hear func(*runner)) {
	select {
	case r.news <- hear:
	default:
	}
}

// poke makes the room look at what it owes.
func (r *runner) poke() { r.pass(func(*runner) {}) }

// follow hands what is appended to the room's goroutine until ctx ends.
func (r *runner) follow(ctx context.Context, after eventlog.Seq) {
	t := time.NewTimer(0)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		for e, err := range r.h.Log.Follow(ctx, r.code, after) {
			if err != nil {
				r.h.Logger.DebugContext(ctx, "room is followed again", "room", r.code, "error", err)
				break
			}
			after = e.Seq
			select {
			case r.news <- func(r *runner) { r.follows(e) }: //nolint:contextcheck // the room's goroutine, not this one's
			case <-ctx.Done():
				return
			}
		}
		t.Reset(retryFollow)
	}
}

// follows folds what somebody has appended, unless it is known.
func (r *runner) follows(e eventlog.Entry) {
	if r.broken != nil {
		r.open()
		return
	}
	ordinal := r.state.Ordinal
	switch {
	case e.Record.Ordinal <= ordinal:
	case e.Record.Ordinal == ordinal+1:
		if err := r.fold(e.Seq, e.Record); err != nil {
			r.doubt(err)
		}
	default:
		_ = r.look() // whoever follows comes again
	}
}

// look folds what the log has beyond the state. When the log cannot be read,
// the state stays what it was.
func (r *runner) look() error {
	ctx, cancel := context.WithTimeout(context.Background(), appendLimit)
	defer cancel()
	return r.catchUp(ctx)
}

// lookInto is the job that looks.
func lookInto(r *runner, _ time.Duration) error { return r.look() }

// Refresh makes a room know what the log holds at present. What a client has
// from another node may be newer than what this one has heard of.
func (h *Host) Refresh(ctx context.Context, code string) error {
	if h.Cluster.Single() {
		return nil
	}
	return h.do(ctx, code, "refresh", lookInto)
}

// catchNews takes what other nodes have sent already, so that a command is not
// decided on a state that is known to be old.
func (r *runner) catchNews() {
	for {
		select {
		case hear := <-r.news:
			hear(r)
		default:
			return
		}
	}
}
