package natslog

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"parley/internal/eventlog"
)

const (
	// Whoever follows a room looks into it by himself, soon after it was last
	// heard of and then ever more rarely.
	firstLook, rarestLook = time.Second, 16 * time.Second
	// liveBuffer is how many records of a room may wait for one who follows;
	// what does not fit is read.
	liveBuffer = 64
)

// Follow implements eventlog.Log.
func (l *Log) Follow(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error] {
	return func(yield func(eventlog.Entry, error) bool) {
		live := make(chan *nats.Msg, liveBuffer)
		hints, err := l.conn.ChanSubscribe(l.live(code), live)
		if err != nil {
			yield(eventlog.Entry{}, l.explain(ctx, err))
			return
		}
		defer hints.Unsubscribe() //nolint:errcheck // fails only when the connection has ended
		f := follower{l: l, code: code, after: after, live: live, pause: firstLook}
		for more := true; more; {
			beat := l.pulse.next()
			more = f.read(ctx, yield) && f.listen(ctx, beat, yield)
		}
	}
}

// passing reports whether an error is the cluster's and may be over the next
// time; it is logged then.
func (l *Log) passing(ctx context.Context, err error) bool {
	var damage *eventlog.DamageError
	if ctx.Err() != nil || errors.Is(err, eventlog.ErrClosed) || errors.As(err, &damage) {
		return false
	}
	l.logger.WarnContext(ctx, "room cannot be followed for now", slog.Any("error", err))
	return true
}

// follower follows one room.
type follower struct {
	l     *Log
	code  string
	after eventlog.Seq
	live  <-chan *nats.Msg
	pause time.Duration // until it looks by itself
}

// read yields what the room has got since the last time, and reports whether to
// go on.
func (f *follower) read(ctx context.Context, yield func(eventlog.Entry, error) bool) bool {
	for e, err := range f.l.Read(ctx, f.code, f.after) {
		if err != nil && f.l.passing(ctx, err) {
			return true // it looks again
		}
		if err == nil {
			f.after, f.pause = e.Seq, firstLook
		}
		if !yield(e, err) || err != nil {
			return false
		}
	}
	return true
}

// listen yields the records that it is told of until the room has to be read,
// and reports whether to go on.
func (f *follower) listen(ctx context.Context, beat <-chan struct{}, yield func(eventlog.Entry, error) bool) bool {
	look := time.NewTimer(f.pause)
	defer look.Stop()
	for {
		select {
		case hint := <-f.live:
			e, is := f.take(hint)
			switch {
			case is == beyond:
				return true
			case is == fits && !yield(e, nil):
				return false
			}
			look.Reset(f.pause)
		case <-beat:
			return true
		case <-look.C:
			f.pause = min(2*f.pause, rarestLook)
			return true
		case <-ctx.Done():
			yield(eventlog.Entry{}, ctx.Err())
			return false
		case <-f.l.closed:
			yield(eventlog.Entry{}, eventlog.ErrClosed)
			return false
		}
	}
}

// What a record that is told live is to one who follows.
const (
	known  = iota // he has it
	fits          // it is the next one
	beyond        // others are missing in between
)

func (f *follower) take(hint *nats.Msg) (eventlog.Entry, int) {
	seq, err := strconv.ParseUint(hint.Header.Get(jetstream.SequenceHeader), 10, 64)
	if err != nil {
		return eventlog.Entry{}, beyond
	}
	m, err := parse(seq, hint.Header, hint.Data)
	if err != nil {
		return eventlog.Entry{}, beyond
	}
	if m.place <= f.after {
		return eventlog.Entry{}, known
	}
	if m.previous != f.after {
		return eventlog.Entry{}, beyond
	}
	e, err := m.entry(f.code)
	if err != nil {
		return eventlog.Entry{}, beyond
	}
	f.after, f.pause = m.place, firstLook
	f.l.places.put(f.code, m.at())
	return e, fits
}

// pulse wakes all who follow, whatever they follow.
type pulse struct {
	mu   sync.Mutex
	rung chan struct{} // closed by the next beat
}

func newPulse() *pulse { return &pulse{rung: make(chan struct{})} }

func (p *pulse) next() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rung
}

func (p *pulse) beat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.rung)
	p.rung = make(chan struct{})
}
