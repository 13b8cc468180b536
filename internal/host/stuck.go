package host

import (
	"context"
	"errors"
	"time"
)

// maxRetired is how many goroutines of one room may be stuck at once. Beyond
// that the log itself is what does not answer, and more of them would not help.
const maxRetired = 3

// watchProgress looks for rooms that make no progress although work waits.
func (h *Host) watchProgress() {
	t := time.NewTicker(h.StuckAfter / 4)
	defer t.Stop()
	for {
		select {
		case <-h.stop:
			return
		case now := <-t.C:
			for _, r := range h.stuckRooms(now) {
				h.startAgain(r, now)
			}
		}
	}
}

// stuckRooms returns the rooms whose present step takes too long.
func (h *Host) stuckRooms(now time.Time) []*runner {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []*runner
	for _, r := range h.rooms {
		if s := r.step.Load(); s != nil && now.Sub(s.since) >= h.StuckAfter {
			out = append(out, r)
		}
	}
	return out
}

// startAgain gives the room's inbox to a new goroutine, which folds the room
// from its log. Should the old one wake up, what it appends still counts, or
// conflicts; it then ends.
func (h *Host) startAgain(r *runner, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := r.step.Load()
	if h.closing || s == nil || s.taken || now.Sub(s.since) < h.StuckAfter || h.rooms[r.code] != r {
		return
	}
	h.Logger.Error("room makes no progress", "room", r.code, "waits_for", s.what, "for", now.Sub(s.since).String(), "queued", len(r.inbox.queue), "times", h.stuck[r.code]+1)
	if h.stuck[r.code] >= maxRetired || !r.step.CompareAndSwap(s, &step{taken: true}) {
		return
	}
	h.stuck[r.code]++
	h.restart++
	r.retired = true
	next := h.newRunner(r.code, r.inbox)
	next.users = r.users
	r.audience.each(func(w *Watcher) { w.end(ErrSlow) })
}

// gotFree notes that a goroutine that has lost the room is not stuck any more.
func (h *Host) gotFree(code string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stuck[code]--; h.stuck[code] == 0 {
		delete(h.stuck, code)
	}
}

// lookAgain has a room look into its log, until it could: what a goroutine that
// has lost the room appended at last, nobody else has been told.
func (h *Host) lookAgain(code string) {
	for {
		err := h.do(context.Background(), code, "wake", lookInto)
		if err == nil || errors.Is(err, ErrGoingDown) {
			return
		}
		select {
		case <-time.After(retryTick):
		case <-h.stop:
			return
		}
	}
}
