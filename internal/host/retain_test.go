package host_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/room"
)

// TestRetain has rooms that were closed for long enough removed, while they are
// in memory or not, and no others.
func TestRetain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, log: memlog.New(memlog.Options{})}
		keepFor := func(c *host.Config) { c.Retain = 24 * time.Hour }
		w.open(keepFor)
		for _, code := range []string{"CLOSED", "OPENED", "LATELY"} {
			w.create(code)
			w.submit(code, room.Join{Name: "Kim", Token: "kim"})
		}
		w.submit("CLOSED", room.End{})
		pass(23 * time.Hour)
		w.submit("LATELY", room.End{})
		there := func(code string) bool {
			err := w.Inspect(t.Context(), code, func(*room.State) {})
			if err != nil && !errors.Is(err, host.ErrUnknown) {
				t.Errorf("room %s: %v", code, err)
			}
			return err == nil
		}
		if !there("CLOSED") {
			t.Error("removed too early")
		}
		pass(2 * time.Hour)
		if there("CLOSED") || !there("OPENED") || !there("LATELY") {
			t.Errorf("after 25 h: closed %t, open %t, closed lately %t", there("CLOSED"), there("OPENED"), there("LATELY"))
		}
		if rooms, _, err := w.Rooms("", 10, ""); len(rooms) != 2 || err != nil {
			t.Errorf("the lobby has %v, %v", rooms, err)
		}
		for range w.log.Read(t.Context(), "CLOSED", 0) {
			t.Error("the log still has the room")
		}
		w.create("CLOSED") // the code may be drawn again
		if !there("CLOSED") {
			t.Error("a new room of the same code is not there")
		}

		// After a restart that keeps rooms for ever, nothing goes.
		if err := w.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
		w.open()
		pass(1000 * time.Hour)
		if !there("LATELY") {
			t.Error("removed although rooms are kept for ever")
		}
		if err := w.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}
