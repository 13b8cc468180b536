package eventlogtest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"parley/internal/eventlog"
	"parley/room"
)

func testContext(t *testing.T, l eventlog.Log) {
	t.Helper()
	c := &chain{log: l, code: "ABCDEF"}
	rec := c.next("first")
	rec.Head = Head(c.code, 0, 1)
	c.append(t, rec)
	c.extend(t, 300)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Append(ended, c.end(), c.next("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("append: %v", err)
	}
	if got, err := collect(ended, l, c.code, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("read: %d records, %v", len(got), err)
	}
	var last error
	for _, err := range l.Follow(ended, c.code, 0) {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("follow: %v", last)
	}
	last = nil
	for _, err := range l.Heads(ended) {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("heads: %v", last)
	}
	midway, cancel := context.WithCancel(t.Context())
	defer cancel()
	last = nil
	for _, err := range l.Read(midway, c.code, 0) {
		last = err
		cancel()
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("read to the end of its context: %v", last)
	}
	c.check(t)
	c.extend(t, 1)
	c.check(t)
}

// faulty is a log that loses appends on their way there, or answers on their
// way back.
type faulty struct {
	eventlog.Log

	before, after atomic.Int64 // how many still to lose
	tries         atomic.Int64
}

var errLost = errors.New("lost on the way")

func (f *faulty) Append(ctx context.Context, after eventlog.Seq, rec room.Record) (eventlog.Seq, error) {
	f.tries.Add(1)
	if f.before.Add(-1) >= 0 {
		return 0, errLost
	}
	seq, err := f.Log.Append(ctx, after, rec)
	if f.after.Add(-1) >= 0 {
		return 0, errLost
	}
	return seq, err
}

func testSettle(t *testing.T, l eventlog.Log) {
	t.Helper()
	for _, test := range []settling{
		{name: "nothing lost", tries: 1},
		{name: "the append lost", before: 1, tries: 2},
		{name: "the append lost three times", before: 3, tries: 4},
		{name: "the answer lost", after: 1, tries: 1},
		{name: "the append and then the answer lost", before: 1, after: 2, tries: 2},
		{name: "taken, nothing lost", tries: 1, taken: true},
		{name: "taken, the append lost", before: 1, tries: 1, taken: true},
		{name: "taken, the answer lost", after: 1, tries: 1, taken: true},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, l) })
	}
}

// settling is one append on the way of which something is lost.
type settling struct {
	name          string
	before, after int64 // appends and answers that are lost
	taken         bool  // the place is, by another's record
	tries         int64 // how often the log is asked to append
}

func (s settling) run(t *testing.T, l eventlog.Log) {
	t.Helper()
	f := &faulty{Log: l}
	c := &chain{log: l, code: "ROOM " + s.name}
	c.extend(t, 2)
	rec, place := c.next("mine"), c.end()
	if s.taken {
		c.append(t, c.next("another's"))
	}
	f.before.Store(s.before)
	f.after.Store(s.after)
	seq, err := eventlog.AppendSettled(t.Context(), f, place, rec)
	again, errAgain := eventlog.Settle(t.Context(), l, place, rec)
	switch {
	case s.taken:
		if !errors.Is(err, eventlog.ErrConflict) || !errors.Is(errAgain, eventlog.ErrConflict) {
			t.Errorf("got %d, %v, settled again %v; want ErrConflict", seq, err, errAgain)
		}
	case err != nil || errAgain != nil || again != seq:
		t.Fatalf("got %d, %v, settled again %d, %v", seq, err, again, errAgain)
	default:
		c.entries = append(c.entries, eventlog.Entry{Seq: seq, Record: rec})
	}
	if got := f.tries.Load(); got != s.tries {
		t.Errorf("tried %d times, want %d", got, s.tries)
	}
	c.check(t)
	c.extend(t, 1)
	c.check(t)
}

func testClosed(t *testing.T, l eventlog.Log) {
	t.Helper()
	c := &chain{log: l, code: "ABCDEF"}
	rec := c.next("first")
	rec.Head = Head(c.code, 0, 1)
	c.append(t, rec)
	for range 2 {
		if err := l.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
	}
	_, errAppend := l.Append(t.Context(), c.end(), c.next("x"))
	_, errRead := collect(t.Context(), l, c.code, 0)
	var errFollow, errHeads error
	for _, err := range l.Follow(t.Context(), c.code, 0) {
		errFollow = err
	}
	for _, err := range l.Heads(t.Context()) {
		errHeads = err
	}
	_, errSettled := eventlog.AppendSettled(t.Context(), l, c.end(), c.next("x"))
	for name, err := range map[string]error{
		"append": errAppend, "read": errRead, "follow": errFollow, "heads": errHeads, "append settled": errSettled,
	} {
		if !errors.Is(err, eventlog.ErrClosed) {
			t.Errorf("%s: %v; want ErrClosed", name, err)
		}
	}
}
