package main

import (
	"testing"
	"time"
)

func TestPeopleOfACitySeeOneSequence(t *testing.T) {
	if testing.Short() {
		t.Skip("three servers and three nodes")
	}
	w := newCrowd(newCity(t, 3), 4, nil)
	stop := w.watch()
	hush := w.talk(100 * time.Millisecond)
	w.rest(5 * time.Second)
	hush()
	w.quiet()
	stop()
	w.check()
	w.report()
	r := w.verify()
	if r.PendingTriggers != 0 || r.OpenTurns != 0 || r.WastedCalls != 0 || r.Replies == 0 {
		t.Errorf("verify: %+v", r)
	}
	t.Logf("%d lines, %d turns, %d calls", len(w.acked), r.Turns, r.ModelCalls)
}
