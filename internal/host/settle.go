package host

import (
	"errors"
	"time"

	"parley/room"
)

// retryTick is how long a room waits before it tries a Tick again that could
// not be appended.
const retryTick = time.Second

// settle does what the room owes, if this node looks after it, offers the agents
// that may begin a turn, and sets the timer for the next time.
func (r *runner) settle() {
	if !r.state.Exists() {
		return
	}
	r.attend()
	r.renew()
	if r.caring = r.h.Cluster.Cares(r.code); r.caring {
		r.loseUnmade()
		if r.broken != nil {
			r.timer.Reset(retryTick)
			return
		}
		if wait, ok := r.tickAll(); !ok {
			r.timer.Reset(wait)
			return
		}
	}
	now := r.h.Now()
	r.offer(now)
	next := now.Add(r.h.IdleAfter)
	sooner := func(t time.Time) {
		if !t.IsZero() && t.Before(next) {
			next = t
		}
	}
	if r.caring {
		at, _ := r.state.Deadline(r.here(now))
		sooner(at)
	} else {
		sooner(r.callCaretaker(now))
	}
	_, at := r.state.Ready(now)
	sooner(at)
	sooner(r.showTyping(now))
	r.timer.Reset(max(next.Sub(now), 0) + r.blur())
}

// blur is what a timer is late by. Times in the log are whole milliseconds, so
// what a timer brings would come at the beginning of one, and what people do
// at any part of it.
func (r *runner) blur() time.Duration {
	return time.Microsecond + time.Duration(r.h.Chance()%uint64(time.Millisecond))
}

// tickAll ticks until the room owes nothing at this moment. When a Tick cannot
// be appended it reports for how long to wait.
func (r *runner) tickAll() (time.Duration, bool) {
	for {
		now := r.h.Now()
		attended := r.here(now)
		at, ok := r.state.Deadline(attended)
		if !ok || at.After(now) {
			return 0, true
		}
		res, err := r.submit(room.Tick{Attended: attended}, 0)
		var refused *room.Error
		switch {
		case r.broken != nil:
			return retryTick, false
		case errors.As(err, &refused), err == nil && len(res.Events) == 0:
			r.h.Logger.Error("room owes what it cannot do", "room", r.code, "since", at, "error", err)
			return retryTick, false
		case err != nil:
			return retryTick, false
		}
	}
}

// offer tells the crew, and the programs outside that wait, which agents may
// begin. A room in which no person has been for a while makes no model calls.
func (r *runner) offer(now time.Time) {
	ready, _ := r.state.Ready(now)
	var ours []room.Ready
	for _, a := range ready {
		if a.Outside {
			r.callWaiting(a.Agent)
		} else {
			ours = append(ours, a)
		}
	}
	if len(ours) > 0 && r.caring && r.h.Offer != nil && r.lately(now) {
		r.h.Offer(r.code, ours)
	}
}
