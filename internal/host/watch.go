package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"parley/room"
)

// Frame is an event as watchers get it, who share its JSON. Without a Seq it is
// not stored.
type Frame = room.Shown

// Watching says what a watcher wants.
type Watching struct {
	After  uint64 // the last seq it has
	Player string // the person who watches; empty for others
	// Wake is called when there is something to Take and there was nothing
	// before. It must not wait. Nil: the watcher waits in Next.
	Wake func()
}

// queueFrames is how many frames wait for a watcher before it is cut off.
const queueFrames = 4096

// Watcher gets a room's frames. It belongs to one goroutine, but for Close.
type Watcher struct {
	h      *Host
	code   string
	player string
	after  uint64 // the last seq that Next has returned
	older  uint64 // frames up to this seq are read from the log

	mu    sync.Mutex
	queue []Frame
	err   error
	wake  func()
	rung  chan struct{} // buffered; something is there; nil with wake
}

// Watch starts to watch a room from a seq on. ErrBeyond says that the room has
// not come that far.
func (h *Host) Watch(ctx context.Context, code string, want Watching) (*Watcher, error) {
	w := &Watcher{h: h, code: code, player: want.Player, after: want.After, wake: want.Wake}
	if w.wake == nil {
		w.rung = make(chan struct{}, 1)
	}
	err := h.do(ctx, code, "watch", func(r *runner, _ time.Duration) error { return r.watch(w) })
	if err != nil {
		return nil, err
	}
	return w, nil
}

// Next waits for frames and returns all that are there, in order. After the
// last event of a closed room it returns io.EOF; ErrSlow and ErrGoingDown ask
// to watch again after the last seq.
func (w *Watcher) Next(ctx context.Context) ([]Frame, error) {
	for {
		frames, err := w.Take(ctx, nil)
		if len(frames) > 0 || err != nil {
			return frames, err
		}
		select {
		case <-w.rung:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// keepQueue is how many frames a watcher's queue keeps room for when it is
// empty.
const keepQueue = 8

// Take is Next without waiting: when nothing is there it returns nothing. It
// appends to into.
func (w *Watcher) Take(ctx context.Context, into []Frame) ([]Frame, error) {
	if w.after < w.older {
		return w.readOlder(ctx)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 {
		return into, w.err
	}
	into = append(into, w.queue...)
	clear(w.queue)
	if w.queue = w.queue[:0]; cap(w.queue) > keepQueue {
		w.queue = nil
	}
	return into, nil
}

// pageFrames is how many older frames are returned at once.
const pageFrames = 500

// readOlder reads what is no longer in memory from the log.
func (w *Watcher) readOlder(ctx context.Context) ([]Frame, error) {
	var out []Frame
	for rec, err := range w.h.Records(ctx, w.code) {
		if err != nil {
			return nil, err
		}
		if rec.Seq <= w.after {
			continue
		}
		shown, err := room.Show(rec)
		if err != nil {
			return nil, fmt.Errorf("encode record %d of room %s: %w", rec.Ordinal, w.code, err)
		}
		for _, s := range shown {
			if s.Seq > w.after && s.Seq <= w.older {
				out = append(out, s)
			}
		}
		if rec.Seq >= w.older || len(out) >= pageFrames {
			break
		}
	}
	if len(out) == 0 {
		return nil, errors.New("the log holds fewer events than the room has")
	}
	w.after = out[len(out)-1].Seq
	return out, nil
}

// Close stops watching.
func (w *Watcher) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	// A room that is gone has no watchers.
	_ = w.h.do(ctx, w.code, "unwatch", func(r *runner, _ time.Duration) error { r.unwatch(w); return nil })
}

// put queues frames, and cuts the watcher off when it does not keep up. Frames
// that are not stored are the first to go.
func (w *Watcher) put(frames []Frame) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return
	}
	stored := frames[0].Seq > 0
	rung := len(w.queue) > 0
	switch {
	case len(w.queue)+len(frames) <= queueFrames:
		w.queue = append(w.queue, frames...)
	case stored:
		w.queue, w.err, rung = nil, ErrSlow, false
	}
	if !rung {
		w.ring()
	}
}

func (w *Watcher) end(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
	w.ring()
}

func (w *Watcher) ring() {
	if w.wake != nil {
		w.wake()
		return
	}
	select {
	case w.rung <- struct{}{}:
	default:
	}
}

// watch adds a watcher on the room's goroutine.
func (r *runner) watch(w *Watcher) error {
	if !r.state.Exists() {
		return ErrUnknown
	}
	if w.after > r.state.Seq {
		return ErrBeyond
	}
	frames, complete, err := r.tail.after(w.after)
	if err != nil {
		return fmt.Errorf("encode the last events of room %s: %w", r.code, err)
	}
	if !complete {
		w.older = r.tail.first() - 1
	}
	if len(frames) > 0 {
		w.queue = append(w.queue, frames...)
	}
	if r.state.Phase == room.PhaseClosed {
		w.end(io.EOF)
		return nil
	}
	r.audience.add(w)
	if w.player != "" {
		r.lastSeen = r.h.Now()
	}
	r.greet(w)
	return nil
}

func (r *runner) unwatch(w *Watcher) {
	if !r.audience.remove(w) {
		return
	}
	if w.player != "" {
		r.lastSeen = r.h.Now()
	}
	r.farewell(w)
}

// publish hands stored events to all watchers, and dismisses them when the room
// has closed with the last one.
func (r *runner) publish(shown []Frame, closed bool) {
	if len(shown) == 0 || r.audience.empty() {
		return
	}
	r.put(shown)
	if closed {
		r.dismiss(io.EOF)
	}
}

func (r *runner) put(frames []Frame) {
	r.audience.each(func(w *Watcher) { w.put(frames) })
}

// dismiss ends all watchers and all who wait for a turn.
func (r *runner) dismiss(err error) {
	for _, w := range r.audience.all() {
		w.end(err)
		r.audience.remove(w)
	}
	for agent := range r.waiting {
		r.callWaiting(agent)
	}
}
