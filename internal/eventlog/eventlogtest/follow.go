package eventlogtest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"parley/internal/eventlog"
)

// testFollow has followers start before, while and after records are appended,
// from different places.
func testFollow(t *testing.T, l eventlog.Log) {
	t.Helper()
	const lines, followers = 140, 8
	c := &chain{log: l, code: "ABCDEF"}
	noise := &chain{log: l, code: "OTHERS"}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen := make([][]eventlog.Entry, followers)
	from := make([]int, followers)
	ends := make([]error, followers)
	var all, full sync.WaitGroup // ended; seen everything
	start := func(i, place int) {
		from[i] = place
		var after eventlog.Seq
		if place > 0 {
			after = c.entries[place-1].Seq
		}
		full.Add(1)
		all.Go(func() {
			left := lines - place
			for e, err := range l.Follow(ctx, c.code, after) {
				if err != nil {
					ends[i] = err
					continue // an error is the last thing it yields
				}
				seen[i] = append(seen[i], e)
				if left--; left == 0 {
					full.Done()
				}
			}
		})
	}
	started := 0
	for n := range lines {
		if n%(lines/(followers-1)) == 0 && started < followers-1 {
			start(started, n/2)
			started++
		}
		c.extend(t, 1)
		noise.extend(t, 1)
	}
	start(started, 0)
	full.Wait()
	cancel()
	all.Wait()
	for i := range followers {
		wantEntries(t, c.entries[from[i]:], seen[i])
		if !errors.Is(ends[i], context.Canceled) {
			t.Errorf("follower %d ended with %v", i, ends[i])
		}
	}
}

func testFollowStops(t *testing.T, l eventlog.Log) {
	t.Helper()
	c := &chain{log: l, code: "ABCDEF"}
	c.extend(t, 3)
	for n := range 3 {
		seen := 0
		for _, err := range l.Follow(t.Context(), c.code, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if seen++; seen > n {
				break
			}
		}
	}
	c.extend(t, 1)
	c.check(t)
}

func testFollowClose(t *testing.T, l eventlog.Log) {
	t.Helper()
	c := &chain{log: l, code: "ABCDEF"}
	c.extend(t, 2)
	const followers = 4
	ends := make([]error, followers)
	var there, all sync.WaitGroup
	there.Add(followers / 2)
	for i := range followers {
		code := c.code
		if i%2 == 1 {
			code = "EMPTY"
		}
		all.Go(func() {
			for e, err := range l.Follow(t.Context(), code, 0) {
				ends[i] = err
				if e.Record.Ordinal == 2 {
					there.Done()
				}
			}
		})
	}
	there.Wait()
	if err := l.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	all.Wait()
	for i, err := range ends {
		if !errors.Is(err, eventlog.ErrClosed) {
			t.Errorf("follower %d ended with %v", i, err)
		}
	}
}
