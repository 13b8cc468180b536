package host

import (
	"context"
	"io"
	"time"

	"parley/internal/eventlog"
	"parley/room"
)

const (
	// sweepEvery is how often closed rooms are looked through, at least.
	sweepEvery = time.Hour
	// One part in removeShare of the time goes into removing rooms: a purge
	// keeps the log busy, and the rooms that live go first.
	removeShare = 10
)

// sweep removes rooms that have been closed for as long as they are kept,
// until the host closes.
func (h *Host) sweep(log eventlog.Remover) {
	next := time.NewTimer(min(sweepEvery, h.Retain))
	defer next.Stop()
	for {
		select {
		case <-next.C:
		case <-h.stop:
			return
		}
		before := h.Now().Add(-h.Retain)
		for _, code := range h.lobby.closedBefore(before) {
			if h.Cluster.Caretaker(code) != h.Node {
				continue
			}
			began := time.Now()
			if err := h.remove(log, code, before); err != nil {
				h.Logger.Warn("room not removed; it is tried again", "room", code, "error", err)
			}
			rest := time.NewTimer((removeShare - 1) * time.Since(began))
			select {
			case <-rest.C:
			case <-h.stop:
				rest.Stop()
				return
			}
		}
		next.Reset(min(sweepEvery, h.Retain))
	}
}

// remove removes a room, if nothing has happened in it since then and it is
// closed. Of one that is on the list but not in the log, the list is told again.
func (h *Host) remove(log eventlog.Remover, code string, before time.Time) error {
	ctx, cancel := context.WithTimeout(context.Background(), appendLimit)
	defer cancel()
	return h.do(ctx, code, "remove", func(r *runner, _ time.Duration) error {
		if r.state.Exists() && (r.state.Status() != room.StatusClosed || r.state.At.After(before)) {
			return nil
		}
		if err := log.Remove(ctx, code); err != nil {
			return err
		}
		r.dismiss(io.EOF)
		r.state, r.place, r.tail, r.told = &room.State{}, 0, tail{}, 0
		h.lobby.remove(code)
		h.Logger.InfoContext(ctx, "room removed", "room", code)
		return nil
	})
}

// closedBefore returns the closed rooms that were created before a time. Those
// that closed later are among them.
func (l *lobby) closedBefore(t time.Time) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tighten()
	var codes []string
	for _, e := range l.order {
		if e.at.After(t) {
			break
		}
		if l.words.status(e) == room.StatusClosed {
			codes = append(codes, e.code)
		}
	}
	return codes
}
