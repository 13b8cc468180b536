package eventlogtest

import (
	"errors"
	"fmt"
	"testing"

	"parley/internal/eventlog"
	"parley/room"
)

// testBatch appends several records at once, by the log's own means if it has
// some.
func testBatch(t *testing.T, l eventlog.Log) {
	t.Helper()
	c := &chain{log: l, code: "ABCDEF"}
	batch := func(n int) []room.Record {
		recs := make([]room.Record, n)
		for i := range recs {
			recs[i] = Record(c.code, uint64(len(c.entries)+i)+1, fmt.Sprintf("line %d", i))
		}
		return recs
	}
	appendAll := func(after eventlog.Seq, recs []room.Record) error {
		t.Helper()
		places, err := eventlog.AppendAll(t.Context(), l, after, recs)
		if (err == nil) != (len(places) == len(recs)) {
			t.Fatalf("%d of %d records have places, and the error is %v", len(places), len(recs), err)
		}
		for i, seq := range places {
			if seq <= c.end() {
				t.Fatalf("record %d got place %d after place %d", recs[i].Ordinal, seq, c.end())
			}
			c.entries = append(c.entries, eventlog.Entry{Seq: seq, Record: recs[i]})
		}
		return err
	}

	recs := batch(5)
	recs[0].Head, recs[2].Head = Head(c.code, 0, 1), Head(c.code, 0, 2)
	if err := appendAll(0, recs); err != nil {
		t.Fatal(err)
	}
	if err := appendAll(c.end(), batch(3)); err != nil {
		t.Fatal(err)
	}
	c.check(t)
	if got := heads(t, l); len(got) != 1 || got[0] != *recs[2].Head {
		t.Errorf("the heads are %v", got)
	}

	late := batch(3)
	late[1].Head = Head(c.code, 0, 99)
	if err := appendAll(c.entries[6].Seq, late); !errors.Is(err, eventlog.ErrConflict) && !errors.Is(err, eventlog.ErrInvalid) {
		t.Errorf("behind the last but one: %v", err)
	}
	gap := batch(3)
	gap[2].Ordinal++
	if err := appendAll(c.end(), gap); !errors.Is(err, eventlog.ErrInvalid) {
		t.Errorf("with a gap: %v", err)
	}
	c.check(t)
	again := &chain{log: l, code: c.code, entries: c.entries}
	again.extend(t, 2)
	again.check(t)
	if got := heads(t, l); len(got) != 1 || got[0] != *recs[2].Head {
		t.Errorf("what was refused changed the heads: %v", got)
	}
}
