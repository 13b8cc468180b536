package sim

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"time"

	"parley/internal/eventlog"
	"parley/room"
)

// What the log does to an append while something is wrong with it.
type trouble string

const (
	fine    trouble = ""
	unsaid  trouble = "stores and does not answer"
	refuses trouble = "stores nothing and does not say so"
	late    trouble = "stores long after it seemed to have failed"
	slow    trouble = "takes seconds"
)

var (
	errLost = errors.New("the answer of the log was lost")
	errDead = errors.New("the node has died")
)

// Crossings of a link.
const (
	linkTime = 4 * time.Millisecond // at most, to the log and back each
	slowTime = 12 * time.Second     // beyond what a room's goroutine may be stuck for
	lateTime = 40 * time.Second
)

// spell is a stretch of time in which a node's log is in trouble.
type spell struct {
	slot  int
	kind  trouble
	share float64
	until time.Time
}

// link is a process's way to the log that all share. Each who follows a room
// has one of its own, since a ring wakes all of them at one instant.
type link struct {
	p    *process
	name string
}

// ails draws what is wrong with one crossing.
func (l link) ails(dice *stream) trouble {
	w, now := l.p.w, time.Now()
	w.mu.Lock()
	spells := w.spells
	w.mu.Unlock()
	for _, s := range spells {
		if s.slot == l.p.slot && now.Before(s.until) && dice.chance(s.share) {
			return s.kind
		}
	}
	return fine
}

// Append implements eventlog.Log.
func (l link) Append(ctx context.Context, after eventlog.Seq, rec room.Record) (eventlog.Seq, error) {
	return eventlog.AppendOne(ctx, l, after, rec)
}

// AppendBatch implements eventlog.Batcher. What is on its way when the process
// dies or is frozen may arrive all the same.
func (l link) AppendBatch(ctx context.Context, after eventlog.Seq, recs []room.Record) ([]eventlog.Seq, error) {
	p, dice := l.p, l.p.w.of(l.name+" append "+recs[0].Room)
	if !p.awake(dice) {
		return nil, errDead
	}
	ail := l.ails(dice)
	way := dice.upTo(linkTime)
	if ail == slow {
		way += dice.upTo(slowTime)
	}
	sent := dice.chance(0.5) // before the process stops, if it does
	if err := pass(ctx, way); err != nil {
		return nil, err
	}
	if !sent && !p.awake(dice) {
		return nil, errDead
	}
	places, err := l.arrive(ctx, ail, after, recs)
	if e := pass(ctx, dice.upTo(linkTime)); e != nil {
		return nil, e
	}
	if !p.awake(dice) {
		return nil, errDead
	}
	return places, err
}

// arrive is what the log does with an append.
func (l link) arrive(ctx context.Context, ail trouble, after eventlog.Seq, recs []room.Record) ([]eventlog.Seq, error) {
	w := l.p.w
	switch ail {
	case refuses:
		return nil, errLost
	case late:
		wait := w.of(l.name + " late " + recs[0].Room).upTo(lateTime)
		w.going.Go(func() {
			if pass(w.life, wait) == nil {
				_, _ = w.store(context.Background(), after, recs) // nobody waits for this answer
			}
		})
		return nil, errLost
	case unsaid:
		_, _ = w.store(ctx, after, recs) // just this gets lost
		return nil, errLost
	case fine, slow:
	}
	return w.store(ctx, after, recs)
}

// Read implements eventlog.Log.
func (l link) Read(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error] {
	return func(yield func(eventlog.Entry, error) bool) {
		dice := l.p.w.of(l.name + " read " + code)
		err := pass(ctx, dice.upTo(linkTime))
		switch {
		case err != nil:
		case !l.p.awake(dice):
			err = errDead
		case l.ails(dice) != fine:
			err = errLost
		}
		if err != nil {
			yield(eventlog.Entry{}, err)
			return
		}
		for _, k := range l.p.w.since(code, after) {
			if !yield(eventlog.Entry{Seq: k.seq, Record: k.rec}, nil) {
				return
			}
		}
	}
}

// Follow implements eventlog.Log, by reading as often as something is appended.
func (l link) Follow(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error] {
	return func(yield func(eventlog.Entry, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(l.p.alive, cancel)()
		own := link{l.p, l.name + " follow " + strconv.FormatUint(l.p.w.of(l.name+" follow "+code).key, 36)}
		l.p.w.bell.Follow(ctx, own, code, after)(yield)
	}
}

// Heads implements eventlog.Log.
func (l link) Heads(ctx context.Context) iter.Seq2[room.Head, error] {
	if !l.p.awake(l.p.w.of(l.name + " heads")) {
		return func(yield func(room.Head, error) bool) { yield(room.Head{}, errDead) }
	}
	return l.p.w.log.Heads(ctx)
}

// Close implements eventlog.Log; the log goes on for the others.
func (l link) Close() error { return nil }

// pass lets time go by, and returns the error of ctx when that ends first.
func pass(ctx context.Context, d time.Duration) error { return eventlog.Wait(ctx, d) }
