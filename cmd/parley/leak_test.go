package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"parley/client"
	"parley/internal/eventlog/memlog"
	"parley/internal/llm"
)

// direct is the way to a server in this process, without a network.
type direct struct{ http.Handler }

// RoundTrip implements http.RoundTripper.
func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result(), nil
}

// comeAndGoRoom makes a room, has people and agents talk in it, and ends it.
func comeAndGoRoom(ctx context.Context, c *client.Client, watch func(code string) error) error {
	r, err := c.Create(ctx, client.Settings{"mode": "open", "agents": 2, "seats": 2, "pacing": "instant", "hops": 1})
	if err != nil {
		return err
	}
	kim, err := r.Join(ctx, "Kim")
	if err != nil {
		return err
	}
	if err := watch(r.Code); err != nil {
		return err
	}
	seq, err := kim.Say(ctx, "hello, what do you all think of it?", "")
	if err != nil {
		return err
	}
	if _, err := r.Events(ctx, kim.Token, seq, 1); err != nil { // an answer, if there is one at once
		return err
	}
	return r.Host.Act(ctx, "end")
}

// TestRemovedRoomsLeaveNothing has rooms come and go until the node removes
// them, as --retain has it do. Nothing may stay of them; what is left to chance
// is less than an object for two rooms.
func TestRemovedRoomsLeaveNothing(t *testing.T) {
	const lot, lots = 100, 4
	var before, after holding
	synctest.Test(t, func(t *testing.T) {
		keep := &settings{Model: llm.Builtin, Limits: "off", ModelCalls: 64, ModelTimeout: time.Minute, Retain: retention(time.Second)}
		n, err := newNode(keep, memlog.New(memlog.Options{}), nil, slog.New(slog.DiscardHandler))
		must(t, err)
		must(t, n.host.Start(t.Context()))
		before = n.removeRooms(t, lot, lots/2)
		after = n.removeRooms(t, lot, lots)
		must(t, n.stop(t.Context(), 0))
	})
	const rooms = lot * lots
	if after.goroutines > before.goroutines || after.objects > before.objects+rooms/2 || after.bytes > before.bytes+rooms*50 {
		t.Errorf("before: %+v; after: %+v", before, after)
	}
	t.Attr("guarantee", "nothing stays in memory of rooms that have been removed: goroutines as before, less than an object for two rooms")
	t.Attr("trials", fmt.Sprintf("%d rooms, after a first %d", rooms, rooms/2))
	t.Attr("result", fmt.Sprintf("before: %+v; after: %+v", before, after))
}

// holding is what this process holds.
type holding struct {
	goroutines     int
	objects, bytes uint64
}

// removeRooms has lots of rooms come and go, and waits after each until they
// have been removed.
func (n *node) removeRooms(t *testing.T, lot, lots int) holding {
	t.Helper()
	c := client.New("http://parley.example", &http.Client{Transport: direct{n.api}})
	for range lots {
		for range lot {
			must(t, comeAndGoRoom(t.Context(), c, func(string) error { return nil }))
		}
		<-time.After(time.Minute)
		synctest.Wait()
	}
	if left := n.host.Counts(); len(left) > 0 || n.host.InMemory() > 0 {
		t.Fatalf("rooms that are left: %v; in memory: %d", left, n.host.InMemory())
	}
	for range 3 { // pools empty themselves in two collections
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return holding{runtime.NumGoroutine(), m.HeapObjects, m.HeapAlloc}
}
