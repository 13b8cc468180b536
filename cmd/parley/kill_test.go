package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// TestNothingIsLostOrDoubledByKill9 kills the server at moments that are drawn
// among calls on their way, lines acknowledged, and steps of the start itself.
func TestNothingIsLostOrDoubledByKill9(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := newSiege(t, rand.New(rand.NewPCG(seed, 1)), 60*time.Millisecond)
	p := s.start(t)
	s.enter(t, p)
	p.kill()
	var open []int
	kills := trials(20, 200)
	for round := range kills {
		s.killOnce(t, rng, round)
		r := verifyData(t, s.data)
		open = append(open, r.OpenTurns)
		if s.open += r.OpenTurns; r.WastedCalls > s.open {
			t.Fatalf("after kill %d: %d calls more than turns, with %d turns open at the kills", round+1, r.WastedCalls, s.open)
		}
	}
	r := s.end(t, s.start(t))
	if r.WastedCalls > s.open {
		t.Errorf("%d calls more than turns, with %d turns open at the kills", r.WastedCalls, s.open)
	}
	t.Attr("guarantee", "`kill -9` of the server at random moments under load: no acknowledged line is lost, no reply doubled, at most one more call for each turn open at that moment")
	t.Attr("trials", fmt.Sprintf("%d kills, %d lines, %d triggers", kills, len(s.acked), r.Triggers))
	t.Attr("result", fmt.Sprintf("0 lost, 0 doubled; %d more calls (%.2f a kill) for %d turns open at the kills (median %d a kill)",
		r.WastedCalls, float64(r.WastedCalls)/float64(kills), s.open, median(open)))
}

// killOnce starts the server and kills it at a random moment.
func (s *siege) killOnce(t *testing.T, rng *rand.Rand, round int) {
	t.Helper()
	if rng.IntN(5) == 0 {
		p := s.launch(t)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer cancel()
			p.ready() // after that the log may be silent
		}()
		p.log.wait(ctx, 1+rng.IntN(8))
		p.kill()
		<-ctx.Done()
		return
	}
	p := s.start(t)
	called, acked := s.model.Total(), s.countAcked()
	wait := s.talk(t.Context(), round)
	var err error
	if rng.IntN(2) == 0 {
		err = s.model.WaitTotal(t.Context(), called+1+rng.IntN(12))
	} else {
		err = s.waitAcked(t.Context(), acked+1+rng.IntN(40))
	}
	if err != nil {
		t.Fatal(err)
	}
	p.kill()
	wait()
}
