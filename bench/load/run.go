//go:build linux

package load

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"golang.org/x/sys/unix"
)

// Plan says how a crowd talks.
type Plan struct {
	Rate    float64       // lines a second in each room, at random; 0: everybody sends the next line as soon as the last one is back
	Warm    time.Duration // before anything is counted
	Measure time.Duration
	Drain   time.Duration // without any line coming in, after which what is missing is lost
	Seed    uint64
	// Started and Ended are called at the edges of what is measured.
	Started, Ended func()
}

// Result is what came of it.
type Result struct {
	Published, Delivered int                     // in the measured time
	Seconds              float64                 // that it took
	Latency              *hdrhistogram.Histogram // of those lines, in nanoseconds, from being due to each person's reading them
	Late                 int                     // lines that were sent over a millisecond after they were due
	Lost                 int                     // lines that a person has never got, in the whole run
	Doubled, Reordered   int
}

// Run has the crowd talk. What it counts are lines sent in the measured time;
// lost, doubled and reordered are counted from the first line to the last.
func (c *Crowd) Run(p Plan) (Result, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	r := &run{
		Crowd: c, plan: p, began: time.Now(), chance: rand.New(rand.NewPCG(p.Seed, 1)), //nolint:gosec // load, no secret
		Result: Result{Latency: hdrhistogram.New(1000, int64(2*time.Minute), 3)},
	}
	r.from, r.to = int64(p.Warm), int64(p.Warm+p.Measure)
	return r.Result, r.all()
}

type run struct {
	*Crowd
	Result
	plan     Plan
	began    time.Time
	from, to int64 // of the measured time
	chance   *rand.Rand
	due      int64 // when the next line is, at a rate
	talking  bool
	received int   // lines, at whatever time
	last     int64 // when
}

// now is the time since the run began.
func (r *run) now() int64 { return int64(time.Since(r.began)) }

func (r *run) all() error {
	before := r.outstanding()
	r.talking = true
	if r.plan.Rate == 0 {
		for _, m := range r.members {
			r.say(m, r.now())
		}
	}
	if err := r.until(r.from); err != nil {
		return err
	}
	r.call(r.plan.Started)
	start := r.now()
	if err := r.until(r.to); err != nil {
		return err
	}
	r.Seconds = float64(r.now()-start) / float64(time.Second)
	r.call(r.plan.Ended)
	r.talking = false
	for r.last = r.now(); r.outstanding() > before && r.now()-r.last < int64(r.plan.Drain); {
		if err := r.step(r.now() + int64(10*time.Millisecond)); err != nil {
			return err
		}
	}
	r.Lost = r.outstanding() - before
	return nil
}

func (r *run) call(f func()) {
	if f != nil {
		f()
	}
}

func (r *run) until(end int64) error {
	for r.now() < end {
		if err := r.step(end); err != nil {
			return err
		}
	}
	return nil
}

// step sends what is due and takes what has come, or waits for either.
func (r *run) step(end int64) error {
	if r.talking && r.plan.Rate > 0 {
		r.sayDue()
		end = min(end, r.due)
	}
	if err := r.setTimer(end - r.now()); err != nil {
		return err
	}
	var events [512]unix.EpollEvent
	n, err := unix.EpollWait(r.epoll, events[:], -1)
	if err != nil && !errors.Is(err, unix.EINTR) {
		return fmt.Errorf("epoll: %w", err)
	}
	for _, e := range events[:max(n, 0)] {
		if e.Fd < 0 {
			var b [8]byte
			_, _ = unix.Read(r.timer, b[:])
			continue
		}
		if err := r.serve(r.members[e.Fd], e.Events); err != nil {
			return fmt.Errorf("person %d of room %d: %w", r.members[e.Fd].index, r.members[e.Fd].room, err)
		}
	}
	return r.broken
}

// sayDue sends the lines whose time has come, each from somebody in some room.
func (r *run) sayDue() {
	for now := r.now(); r.due <= now; now = r.now() {
		if r.due > 0 {
			people := r.rooms[r.chance.IntN(len(r.rooms))]
			if now-r.due > int64(time.Millisecond) && r.measured(r.due) {
				r.Late++
			}
			r.say(people[r.chance.IntN(len(people))], r.due)
		}
		gap := r.chance.ExpFloat64() / (r.plan.Rate * float64(len(r.rooms)))
		r.due = max(r.due, 1) + int64(gap*float64(time.Second))
	}
}

func (r *run) measured(at int64) bool { return at >= r.from && at < r.to }

// say posts a line that was due at a time.
func (r *run) say(m *member, at int64) {
	if r.measured(at) {
		r.Published++
	}
	whole, err := m.say(at)
	r.wait(m, whole, err)
}

// wait has epoll tell when the kernel takes more.
func (r *run) wait(m *member, whole bool, err error) {
	if err != nil {
		r.broken = err
	}
	if !whole {
		r.modify(m, unix.EPOLLIN|unix.EPOLLOUT)
	}
}

func (r *run) modify(m *member, events uint32) {
	if err := r.control(unix.EPOLL_CTL_MOD, m.fd, unix.EpollEvent{Events: events, Fd: m.id}); err != nil {
		r.broken = err
	}
}

func (r *run) serve(m *member, events uint32) error {
	if events&unix.EPOLLOUT != 0 {
		whole, err := m.flush()
		if err != nil {
			return err
		}
		if whole {
			r.modify(m, unix.EPOLLIN)
		}
	}
	if events&^unix.EPOLLOUT == 0 {
		return nil
	}
	now := r.now()
	again := false
	err := m.read(r.buffer, func(m *member, s stamp) {
		r.heard(m, s, now)
		again = again || s.sender == m.index
	})
	if again && r.talking && r.plan.Rate == 0 {
		r.say(m, r.now())
	}
	return err
}

func (r *run) setTimer(ns int64) error {
	t := unix.ItimerSpec{Value: unix.NsecToTimespec(max(ns, 1))}
	if err := unix.TimerfdSettime(r.timer, 0, &t, nil); err != nil {
		return fmt.Errorf("timer: %w", err)
	}
	return nil
}
