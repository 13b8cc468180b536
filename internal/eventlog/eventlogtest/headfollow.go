package eventlogtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/eventlog"
	"parley/room"
)

// testFollowHeads follows heads from before and from between changes: both ends
// know of every room its newest head, and none that is refused or older.
func testFollowHeads(t *testing.T, l HeadFollowingLog) {
	t.Helper()
	const rooms, changes = 10, 8
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	chains := make([]*chain, rooms)
	want := map[string]room.Head{}
	for i := range chains {
		chains[i] = &chain{log: l, code: fmt.Sprintf("ROOM%d", i)}
		want[chains[i].code] = *Head(chains[i].code, i, changes-1)
	}
	change := func(n int) {
		for i, c := range chains {
			rec := c.next("x")
			rec.Head = Head(c.code, i, n)
			c.append(t, rec)
			c.extend(t, 1)
		}
	}
	early := followHeads(ctx, l, want)
	for n := range changes / 2 {
		change(n)
	}
	late := followHeads(ctx, l, want)
	for n := changes / 2; n < changes; n++ {
		change(n)
	}
	for name, seen := range map[string]<-chan headView{"early": early, "late": late} {
		view := <-seen
		if view.err != nil {
			t.Errorf("%s: %v", name, view.err)
		}
		if !view.caughtUp {
			t.Errorf("%s: was not told that it has all heads", name)
		}
	}
	third := <-followHeads(ctx, l, want)
	if diff := cmp.Diff(want, third.present); diff != "" {
		t.Errorf("heads that were there differ (-want +got):\n%s", diff)
	}
}

// headView is what somebody has learned who follows heads.
type headView struct {
	heads, present map[string]room.Head // now; when it was told that it has all
	caughtUp       bool
	err            error
}

// followHeads follows until it has these heads and is told that it has all.
func followHeads(ctx context.Context, l eventlog.HeadFollower, until map[string]room.Head) <-chan headView {
	done := make(chan headView, 1)
	go func() {
		v := headView{heads: map[string]room.Head{}}
		for c, err := range l.FollowHeads(ctx) {
			switch {
			case err != nil:
				v.err = err
			case c.CaughtUp && v.caughtUp:
				v.err = errors.New("caught up twice")
			case c.CaughtUp:
				v.caughtUp, v.present = true, maps.Clone(v.heads)
			case c.Gone:
				delete(v.heads, c.Head.Code)
			case v.heads[c.Head.Code].People > c.Head.People:
				v.err = fmt.Errorf("head %d of room %s after head %d", c.Head.People, c.Head.Code, v.heads[c.Head.Code].People)
			default:
				v.heads[c.Head.Code] = c.Head
			}
			if v.err != nil || v.caughtUp && maps.EqualFunc(v.heads, until, func(a, b room.Head) bool { return cmp.Equal(a, b) }) {
				break
			}
		}
		done <- v
	}()
	return done
}

func testFollowHeadsEnds(t *testing.T, l HeadFollowingLog) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for c, err := range l.FollowHeads(ctx) {
		if c.CaughtUp {
			cancel()
		}
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("ended with %v; want the context's error", last)
	}
	for c, err := range l.FollowHeads(t.Context()) {
		if c.CaughtUp {
			if err := l.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		}
		last = err
	}
	if !errors.Is(last, eventlog.ErrClosed) {
		t.Errorf("ended with %v; want ErrClosed", last)
	}
}

func testRemove(t *testing.T, l RemovingLog) {
	t.Helper()
	gone, stays := &chain{log: l, code: "GOING"}, &chain{log: l, code: "STAYS"}
	for i, c := range []*chain{gone, stays} {
		c.extend(t, 300)
		rec := c.next("with a head")
		rec.Head = Head(c.code, i, 1)
		c.append(t, rec)
	}
	if got := len(heads(t, l)); got != 2 {
		t.Fatalf("%d heads", got)
	}
	for range 2 { // the second time there is nothing left
		if err := l.Remove(t.Context(), gone.code); err != nil {
			t.Fatalf("remove: %v", err)
		}
		if got := read(t, l, gone.code, 0); len(got) != 0 {
			t.Errorf("%d records are left", len(got))
		}
		if got := heads(t, l); len(got) != 1 || got[0].Code != stays.code {
			t.Errorf("heads are %v", got)
		}
		stays.check(t)
	}
	if follower, ok := l.(eventlog.HeadFollower); ok {
		v := <-followHeads(t.Context(), follower, map[string]room.Head{stays.code: *Head(stays.code, 1, 1)})
		if v.err != nil || !slices.Equal(slices.Collect(maps.Keys(v.heads)), []string{stays.code}) {
			t.Errorf("who follows heads has %v, %v", v.heads, v.err)
		}
	}
	if _, err := l.Append(t.Context(), gone.end(), gone.next("late")); !errors.Is(err, eventlog.ErrConflict) {
		t.Errorf("append to a room that was removed: %v; want ErrConflict", err)
	}
	again := &chain{log: l, code: gone.code} // the code is drawn again
	again.extend(t, 3)
	again.check(t)
	stays.extend(t, 1)
	stays.check(t)
	if err := l.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := l.Remove(t.Context(), stays.code); !errors.Is(err, eventlog.ErrClosed) {
		t.Errorf("after close: %v; want ErrClosed", err)
	}
}
