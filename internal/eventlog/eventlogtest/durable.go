package eventlogtest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/eventlog"
	"parley/room"
)

// reopened is a log that is closed and opened again.
type reopened struct {
	open func(t *testing.T, dir string) eventlog.Log
	dir  string
}

func (r reopened) do(t *testing.T, use func(l eventlog.Log)) {
	t.Helper()
	l := r.open(t, r.dir)
	use(l)
	if err := l.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
}

func testReopen(t *testing.T, open func(t *testing.T, dir string) eventlog.Log) {
	t.Helper()
	r := reopened{open: open, dir: t.TempDir()}
	chains := make([]*chain, 8)
	var want []room.Head
	for i := range chains {
		chains[i] = &chain{code: fmt.Sprintf("ROOM%02d", i)}
		want = append([]room.Head{*Head(chains[i].code, i, 2)}, want...)
	}
	for round := range 3 {
		r.do(t, func(l eventlog.Log) {
			for i, c := range chains {
				c.log = l
				c.check(t)
				if round > 0 {
					rec := Record(c.code, 1, "another first")
					if _, err := l.Append(t.Context(), 0, rec); !errors.Is(err, eventlog.ErrConflict) {
						t.Errorf("round %d: %v; want ErrConflict", round, err)
					}
				}
				c.extend(t, i)
				rec := c.next("with a head")
				rec.Head = Head(c.code, i, round)
				c.append(t, rec)
				c.check(t)
			}
		})
	}
	r.do(t, func(l eventlog.Log) {
		for _, c := range chains {
			c.log = l
			c.check(t)
		}
		if diff := cmp.Diff(want, heads(t, l)); diff != "" {
			t.Errorf("heads differ (-want +got):\n%s", diff)
		}
	})
}

// testCloseWhileAppending closes the log under its writers: all that was
// answered is there afterwards, and nothing that was refused.
func testCloseWhileAppending(t *testing.T, open func(t *testing.T, dir string) eventlog.Log) {
	t.Helper()
	r := reopened{open: open, dir: t.TempDir()}
	const writers, enough = 16, 20
	chains := make([]*chain, writers)
	r.do(t, func(l eventlog.Log) {
		var all, busy sync.WaitGroup
		busy.Add(writers)
		for i := range writers {
			c := &chain{log: l, code: fmt.Sprintf("ROOM%02d", i)}
			chains[i] = c
			all.Go(func() {
				var err error
				for err == nil {
					if err = c.try(t, c.next("x")); len(c.entries) == enough && err == nil {
						busy.Done()
					}
				}
				if !errors.Is(err, eventlog.ErrClosed) {
					t.Errorf("%v; want ErrClosed", err)
				}
			})
		}
		busy.Wait()
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		all.Wait()
	})
	r.do(t, func(l eventlog.Log) {
		for _, c := range chains {
			c.log = l
			c.check(t)
		}
	})
}
