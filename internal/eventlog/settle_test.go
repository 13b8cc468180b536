package eventlog_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/memlog"
	"parley/room"
)

var errLost = errors.New("lost on the way")

func TestSettleGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		l := memlog.New(memlog.Options{BeforeAppend: func(room.Record) error { tries++; return errLost }})
		begin := time.Now()
		_, err := eventlog.AppendSettled(t.Context(), l, 0, eventlogtest.Record("ABCDEF", 1, "x"))
		if !errors.Is(err, errLost) || errors.Is(err, eventlog.ErrConflict) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(begin); tries != 8 || took != 1270*time.Millisecond {
			t.Errorf("gave up after %d tries and %v", tries, took)
		}
	})
}

// TestSettleFindsOwnConflict has an append land after its writer has looked in
// vain, so that the second try conflicts with the first.
func TestSettleFindsOwnConflict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &late{Log: memlog.New(memlog.Options{})}
		seq, err := eventlog.AppendSettled(t.Context(), l, 0, eventlogtest.Record("ABCDEF", 1, "x"))
		if err != nil || seq != 1 || l.calls != 2 {
			t.Errorf("got %d, %v after %d calls", seq, err, l.calls)
		}
		n := 0
		for range l.Read(t.Context(), "ABCDEF", 0) {
			n++
		}
		if n != 1 {
			t.Errorf("%d records", n)
		}
	})
}

// late is a log that the first append reaches just before the second.
type late struct {
	eventlog.Log

	calls int
}

func (l *late) Append(ctx context.Context, after eventlog.Seq, rec room.Record) (eventlog.Seq, error) {
	l.calls++
	switch l.calls {
	case 1:
		return 0, errLost
	case 2:
		if _, err := l.Log.Append(ctx, after, rec); err != nil {
			return 0, err
		}
	}
	return l.Log.Append(ctx, after, rec)
}

// TestSettleCannotLook has an append conflict, with itself for all anybody
// knows, and nothing can be read.
func TestSettleCannotLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := dark{memlog.New(memlog.Options{})}
		rec := eventlogtest.Record("ABCDEF", 1, "x")
		if _, err := l.Append(t.Context(), 0, rec); err != nil {
			t.Fatal(err)
		}
		if _, err := eventlog.AppendSettled(t.Context(), l, 0, rec); !errors.Is(err, errLost) || errors.Is(err, eventlog.ErrConflict) {
			t.Errorf("got %v, want what leaves it open", err)
		}
	})
}

// dark is a log that cannot be read.
type dark struct{ eventlog.Log }

func (dark) Read(context.Context, string, eventlog.Seq) iter.Seq2[eventlog.Entry, error] {
	return func(yield func(eventlog.Entry, error) bool) { yield(eventlog.Entry{}, errLost) }
}

// TestSettleSpuriousConflict has the log claim a conflict where there is none.
func TestSettleSpuriousConflict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		claims := 2
		l := memlog.New(memlog.Options{BeforeAppend: func(room.Record) error {
			if claims--; claims >= 0 {
				return eventlog.ErrConflict
			}
			return nil
		}})
		seq, err := eventlog.AppendSettled(t.Context(), l, 0, eventlogtest.Record("ABCDEF", 1, "x"))
		if err != nil || seq != 1 {
			t.Errorf("got %d, %v", seq, err)
		}
		// A room that ends before the place stays a conflict.
		if _, err := eventlog.AppendSettled(t.Context(), l, 9, eventlogtest.Record("ABCDEF", 10, "x")); !errors.Is(err, eventlog.ErrConflict) {
			t.Errorf("beyond the end: %v", err)
		}
	})
}

func TestSettleEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memlog.New(memlog.Options{BeforeAppend: func(room.Record) error { return errLost }})
		ctx, cancel := context.WithTimeout(t.Context(), 25*time.Millisecond)
		defer cancel()
		_, err := eventlog.AppendSettled(ctx, l, 0, eventlogtest.Record("ABCDEF", 1, "x"))
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, errLost) {
			t.Errorf("got %v", err)
		}
	})
}

func TestDamageErrorNamesThePlace(t *testing.T) {
	for want, err := range map[string]error{
		"record 7 of room ABCDEF is damaged: wrong checksum": &eventlog.DamageError{Room: "ABCDEF", Ordinal: 7, Reason: "wrong checksum"},
		"head of room ABCDEF is damaged: wrong checksum":     &eventlog.DamageError{Room: "ABCDEF", Reason: "wrong checksum"},
	} {
		if err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
}
