package eventlogtest

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/eventlog"
	"parley/room"
)

func testHeads(t *testing.T, l eventlog.Log) {
	t.Helper()
	if got := heads(t, l); len(got) != 0 {
		t.Fatalf("an empty log has heads: %v", got)
	}
	old, young, none := &chain{log: l, code: "OLDEST"}, &chain{log: l, code: "YOUNGE"}, &chain{log: l, code: "NOHEAD"}
	twins := []*chain{{log: l, code: "TWINB"}, {log: l, code: "TWINA"}}
	add := func(c *chain, h *room.Head) room.Head {
		t.Helper()
		rec := c.next("x")
		rec.Head = h
		c.append(t, rec)
		return *h
	}
	add(old, Head(old.code, 0, 1))
	add(young, Head(young.code, 60, 1))
	b, a := Head("TWINB", 30, 1), Head("TWINA", 30, 1)
	b.CreatedAt = b.CreatedAt.Add(100 * time.Microsecond) // the same millisecond
	headB, headA := add(twins[0], b), add(twins[1], a)
	none.extend(t, 1)

	newest := Head(old.code, 0, 7)
	newest.Title, newest.Status, newest.Busy = "Über \"alles\"\n", room.StatusClosed, true
	headOld := add(old, newest)
	old.extend(t, 2) // records without a head leave it as it is
	headYoung := add(young, Head(young.code, 60, 2))

	if diff := cmp.Diff([]room.Head{headYoung, headA, headB, headOld}, heads(t, l)); diff != "" {
		t.Errorf("heads differ (-want +got):\n%s", diff)
	}
	for h, err := range l.Heads(t.Context()) {
		if err != nil || h.Code != young.code {
			t.Errorf("first head is %s, %v", h.Code, err)
		}
		break
	}
}

// testHeadAtomic has a head count its room's records while others look: who
// sees a head sees its record, and who sees a record sees its head.
func testHeadAtomic(t *testing.T, l eventlog.Log) {
	t.Helper()
	const lines, readers = 80, 4
	c := &chain{log: l, code: "ABCDEF"}
	var done atomic.Bool
	look := func() (records, head int) {
		entries, err := collect(t.Context(), l, c.code, 0)
		for h, headErr := range l.Heads(t.Context()) {
			err, head = errors.Join(err, headErr), h.People
		}
		if err != nil {
			t.Errorf("look: %v", err)
		}
		return len(entries), head
	}
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for last := 0; !done.Load(); {
				before, head := look()
				after, _ := look()
				if head < before || head > after || head < last {
					t.Errorf("head %d between %d and %d records, after head %d", head, before, after, last)
				}
				last = head
			}
		})
	}
	for i := range lines {
		rec := c.next("x")
		rec.Head = Head(c.code, 0, i+1)
		c.append(t, rec)
	}
	done.Store(true)
	wg.Wait()
	if records, head := look(); records != lines || head != lines {
		t.Errorf("%d records and head %d of %d", records, head, lines)
	}
}
