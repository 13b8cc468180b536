package eventlog

import (
	"context"
	"errors"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"parley/room"
)

// abrupt is a log of one room in which a record is appended at the very moment
// that a reader has reached the end.
type abrupt struct {
	Log

	bell    *Bell
	entries []Entry
	late    int
}

func (a *abrupt) Read(_ context.Context, code string, after Seq) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for _, e := range a.entries[after:] {
			if !yield(e, nil) {
				return
			}
		}
		if a.late > 0 {
			a.late--
			a.entries = append(a.entries, Entry{Seq: Seq(len(a.entries) + 1), Record: room.Record{Room: code}})
			a.bell.Ring(code)
		}
	}
}

func TestBellMissesNoRing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		b := NewBell()
		seen := 0
		for _, err := range b.Follow(ctx, &abrupt{bell: b, late: 3}, "ABCDEF", 0) {
			if err == nil {
				seen++
			} else if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("ended with %v", err)
			}
		}
		if seen != 3 {
			t.Errorf("saw %d of 3 records", seen)
		}
		if len(b.rooms) != 0 {
			t.Errorf("%d rooms still have listeners", len(b.rooms))
		}
	})
}
