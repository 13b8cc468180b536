package host

import (
	"context"
	"strings"
	"time"
)

// do queues a job for the room, which is opened if need be, and waits for it.
func (h *Host) do(ctx context.Context, code, what string, run func(*runner, time.Duration) error) error {
	return h.ask(ctx, code, &job{what: what, run: run})
}

func (h *Host) ask(ctx context.Context, code string, j *job) error {
	r, err := h.acquire(code)
	if err != nil {
		return err
	}
	j.queued, j.done = time.Now(), make(chan error, 1)
	select {
	case r.inbox.queue <- j:
	case <-r.inbox.gone:
		h.release(r)
		return ErrGoingDown
	case <-ctx.Done():
		h.release(r)
		return ctx.Err()
	}
	select {
	case err := <-j.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-r.inbox.gone:
	}
	select {
	case err := <-j.done:
		return err
	default:
		return ErrGoingDown
	}
}

// acquire returns the room's runner, started if it was not, and keeps it in
// memory until release.
func (h *Host) acquire(code string) (*runner, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing {
		return nil, ErrGoingDown
	}
	r, ok := h.rooms[code]
	if !ok {
		r = h.newRunner(code, inbox{queue: make(chan *job, queueLength), gone: make(chan struct{})})
	}
	r.users++
	return r, nil
}

// newRunner starts a goroutine for the room; h.mu is held.
func (h *Host) newRunner(code string, in inbox) *runner {
	code = strings.Clone(code) // it may be a piece of a long request
	length := newsLength
	if h.Cluster.Single() {
		length = 1 // there are no other nodes to have news from
	}
	r := &runner{
		h: h, code: code, inbox: in, news: make(chan func(*runner), length), heard: true, patience: patience,
		waiting: map[string][]chan struct{}{}, typing: map[string]typist{}, peers: map[string][]string{},
	}
	r.begin("open")
	h.rooms[code] = r
	if t, ok := h.wakes[code]; ok {
		t.Stop()
		delete(h.wakes, code)
	}
	h.running.Go(r.run)
	return r
}

func (h *Host) release(r *runner) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now, ok := h.rooms[r.code]; ok && r.retired {
		r = now // the users went with the inbox
	}
	r.users--
}

// wake makes a room look into its log and do what it owes.
func (h *Host) wake(code string) {
	r, err := h.acquire(code)
	if err != nil {
		return
	}
	select {
	case r.inbox.queue <- &job{what: "wake", queued: time.Now(), run: lookInto, done: make(chan error, 1)}:
	default: // it is awake and busy
		h.release(r)
	}
}
