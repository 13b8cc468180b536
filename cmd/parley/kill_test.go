package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
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
	t.Attr("guarantee", "`kill -9` of the server at random moments under load, with `--sync always` and `interval`, a quarter of them with a torn last write: no acknowledged line is lost, no reply doubled, at most one more call for each turn open at that moment")
	t.Attr("trials", fmt.Sprintf("%d kills, %d lines, %d triggers", kills, len(s.acked), r.Triggers))
	t.Attr("result", fmt.Sprintf("0 lost, 0 doubled; %d more calls (%.2f a kill) for %d turns open at the kills (median %d a kill)",
		r.WastedCalls, float64(r.WastedCalls)/float64(kills), s.open, median(open)))
}

// killOnce starts the server, with either way to sync, and kills it at a random
// moment. Sometimes it leaves a write that is torn.
func (s *siege) killOnce(t *testing.T, rng *rand.Rand, round int) {
	t.Helper()
	s.args = []string{"--sync", []string{"always", "interval"}[rng.IntN(2)]}
	if rng.IntN(4) == 0 {
		defer s.tear(t, rng)
	}
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

// tear appends to the write-ahead log what could be the half of a write.
func (s *siege) tear(t *testing.T, rng *rand.Rand) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(s.data, "parley.db-wal"), os.O_APPEND|os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) { // it had not come that far
		return
	}
	must(t, err)
	half := make([]byte, rng.IntN(9000))
	for i := range half {
		half[i] = byte(rng.Uint32())
	}
	_, err = f.Write(half)
	must(t, errors.Join(err, f.Close()))
}
