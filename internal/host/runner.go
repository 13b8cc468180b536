package host

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"time"

	"parley/internal/eventlog"
	"parley/room"
)

// queueLength is how many jobs wait for a room before callers wait for a place.
const queueLength = 128

// runner is a room in memory. Its goroutine alone touches what is below step.
type runner struct {
	h     *Host
	code  string
	users int // jobs queued or about to be; guarded by h.mu
	inbox inbox

	retired bool                 // another goroutine has the room and its users; guarded by h.mu
	step    atomic.Pointer[step] // what the goroutine does now; nil: it waits

	state     *room.State // nil while nobody knows it; then broken says why
	broken    error
	place     eventlog.Seq
	told      uint64 // watchers and hooks know the records up to this ordinal
	tail      tail
	audience  audience
	waiting   map[string][]chan struct{} // programs outside that wait for their agent's turn
	lastSeen  time.Time                  // when a person was last there
	typing    map[string]typist          // those who were seen typing
	opened    time.Time                  // when the room came into memory
	idleSince time.Time
	timer     *time.Timer
	crowded   time.Time // more lines are waited for until then

	// Of the other nodes.
	news     chan func(*runner)   // what they have appended and said
	ignore   func()               // ends hearing of them; nil: it has not begun
	peers    map[string][]string  // those that have the room in memory, with the people who have a socket there
	caring   bool                 // this node looks after the room
	suspect  bool                 // there may be attempts that nobody makes
	moves    uint64               // of the host, when last looked at
	heard    bool                 // this node has heard itself then
	toldSeen time.Time            // lastSeen, when it was last told
	called   time.Time            // when the caretaker was last asked for what is due; zero: nothing is
	patience time.Duration        // before it is asked again
	way      map[string]time.Time // nodes that may append first, and until when
	asked    bool                 // this node has asked for the same
}

// inbox is where a room's jobs wait. It outlives a goroutine that got stuck.
type inbox struct {
	queue chan *job     // pointers: it has room for many and mostly holds none
	gone  chan struct{} // closed when nobody will take jobs from the queue any more
}

// step is something that a room does, for the watch over its progress.
type step struct {
	what  string
	since time.Time
	taken bool // it took too long: another goroutine has the room
}

// job is something to do on the room's goroutine: a command, or anything else.
type job struct {
	what     string
	queued   time.Time
	proposal *proposal
	run      func(r *runner, waited time.Duration) error // without a proposal
	done     chan error                                  // buffered
}

// errInDoubt means that nobody knows whether the last append landed; the room
// is folded again before it does anything else.
var errInDoubt = errors.New("the outcome of the room's last append is unknown")

// begin says what the goroutine does now, unless it has lost the room.
func (r *runner) begin(what string) {
	next := &step{what: what, since: time.Now()}
	for {
		now := r.step.Load()
		if (now != nil && now.taken) || r.step.CompareAndSwap(now, next) {
			return
		}
	}
}

// rest says that the goroutine does nothing now, and reports whether it has
// lost the room. Whoever rests is not stuck and cannot lose it.
func (r *runner) rest() bool {
	last := r.step.Swap(nil)
	return last != nil && last.taken
}

// run is the room's goroutine.
func (r *runner) run() {
	r.timer = time.NewTimer(time.Hour)
	defer r.timer.Stop()
	r.open()
	for r.again() {
	}
	if r.ignore != nil {
		r.ignore()
		r.tell(whisper{Kind: whisperGone})
	}
}

// again does what the room owes and then one job, or waits for one. It reports
// whether the goroutine is to go on.
func (r *runner) again() bool {
	if r.broken == nil {
		r.begin("tick")
		r.settle()
	}
	if r.rest() {
		r.h.gotFree(r.code)
		r.h.lookAgain(r.code)
		return false
	}
	if r.leave() {
		return false
	}
	select {
	case j := <-r.inbox.queue: // before the news, which it hears as well: what happens next is no lot
		r.take(j)
		return true
	default:
	}
	select {
	case j := <-r.inbox.queue:
		r.take(j)
	case hear := <-r.news:
		r.begin("follow")
		hear(r)
	case <-r.timer.C:
	case <-r.h.stop:
		r.goodbye()
		return false
	}
	return true
}

// take does one job, on what other nodes have sent until now.
func (r *runner) take(j *job) {
	r.begin(j.what)
	r.catchNews()
	r.serveNext(j)
}

// serve does one job, or a group of commands. A room whose state is unknown is
// folded first, and does what it owes.
func (r *runner) serve(group ...*job) {
	if r.broken != nil {
		r.open()
		if r.broken == nil {
			r.settle()
		}
	}
	err := r.broken
	switch j := group[0]; {
	case err != nil:
	case j.proposal == nil:
		err = j.run(r, time.Since(j.queued))
	default:
		proposals := make([]*proposal, len(group))
		for i, j := range group {
			j.proposal.waited = time.Since(j.queued)
			proposals[i] = j.proposal
		}
		r.submitAll(proposals)
	}
	for _, j := range group {
		j.done <- err
		r.h.release(r)
	}
	if r.broken != nil && !r.audience.empty() {
		r.open()
	}
}

// goodbye ends a room because the host closes: the jobs in its queue get their
// answer, its watchers the place to resume.
func (r *runner) goodbye() {
	for len(r.inbox.queue) > 0 {
		r.serve(<-r.inbox.queue)
	}
	r.dismiss(ErrGoingDown)
	r.h.mu.Lock()
	delete(r.h.rooms, r.code)
	r.h.mu.Unlock()
	close(r.inbox.gone)
}

// leave drops the room from memory when nobody wants it, and reports whether
// it did.
func (r *runner) leave() bool {
	now := r.h.Now()
	if r.broken != nil {
		r.dismiss(ErrSlow)
	} else if r.state.Exists() && !r.idleFor(now) {
		return false
	}
	h := r.h
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.users > 0 {
		return false
	}
	delete(h.rooms, r.code)
	h.Dropped(r.code)
	if at, ok := r.returns(now); ok && !h.closing {
		h.wakes[r.code] = time.AfterFunc(at.Sub(now), func() { h.wake(r.code) })
	}
	return true
}

// returns says when a room that leaves memory is to come back by itself. One
// that is in doubt may want anything.
func (r *runner) returns(now time.Time) (time.Time, bool) {
	if r.broken != nil {
		_, damaged := errors.AsType[*eventlog.DamageError](r.broken)
		return now.Add(r.h.IdleAfter), !damaged
	}
	if !r.caring {
		return time.Time{}, false
	}
	return r.wants(now)
}

// idleFor reports whether the room has been idle for long enough.
func (r *runner) idleFor(now time.Time) bool {
	if !r.idle(now) {
		r.idleSince = time.Time{}
		return false
	}
	if r.idleSince.IsZero() {
		r.idleSince = now
	}
	return !now.Before(r.idleSince.Add(r.h.IdleAfter))
}

// openLimit is how long folding a room may take.
const openLimit = 30 * time.Second

// farAhead is how far away a room's next wish may be for it to leave memory.
const farAhead = time.Minute

// idle reports whether nobody watches the room and it wants nothing soon.
func (r *runner) idle(now time.Time) bool {
	if !r.audience.empty() || len(r.waiting) > 0 {
		return false
	}
	for _, t := range r.state.OpenTurns() {
		if (t.Running && t.Node == r.h.Node) || (t.Draft != nil && r.caring) {
			return false
		}
	}
	if !r.caring {
		return true
	}
	at, ok := r.wants(now)
	return !ok || at.Sub(now) > farAhead
}

// wants returns when the room next wants to be awake without being asked.
func (r *runner) wants(now time.Time) (time.Time, bool) {
	at, ok := r.state.Deadline(r.here(now))
	if !r.lately(now) {
		return at, ok
	}
	ready, next := r.state.Ready(now)
	for _, a := range ready {
		if !a.Outside {
			return now, true
		}
	}
	if !next.IsZero() && (!ok || next.Before(at)) {
		return next, true
	}
	return at, ok
}

// open folds the room from the log. What watchers have not been told yet, they
// are told.
func (r *runner) open() {
	ctx, cancel := context.WithTimeout(context.Background(), openLimit)
	defer cancel()
	first := r.told == 0
	if first {
		r.told = math.MaxUint64
	}
	r.state, r.place, r.tail, r.broken = &room.State{}, 0, tail{}, nil
	if err := r.catchUp(ctx); err != nil {
		r.doubt(err)
		r.h.Logger.ErrorContext(ctx, "room cannot be opened", "room", r.code, "error", err)
	}
	if first {
		r.told = 0
	}
	if r.broken != nil || !r.state.Exists() {
		return
	}
	r.told = r.state.Ordinal
	if first {
		r.lastSeen = r.state.At // a person can have been there until then
		r.opened = r.h.Now()
	}
	r.suspect = true
}

// doubt gives up the state: nobody knows what the log holds.
func (r *runner) doubt(err error) { r.state, r.broken = nil, err }

// catchUp folds the records that the room has in the log but not in memory. A
// record that does not fold leaves the room in doubt.
func (r *runner) catchUp(ctx context.Context) error {
	for e, err := range r.h.Log.Read(ctx, r.code, r.place) {
		if err != nil {
			return err
		}
		if err := r.fold(e.Seq, e.Record); err != nil {
			r.doubt(err)
			return err
		}
	}
	return nil
}

// NodeOutside is the node of attempts that programs outside have claimed.
const NodeOutside = "outside"
