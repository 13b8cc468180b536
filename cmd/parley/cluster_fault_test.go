package main

import (
	"flag"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

var clusterRounds = flag.Int("cluster-rounds", 0, "rounds of faults in a cluster; 0: 4, or 50 with PARLEY_LONG=1")

// fault is one thing that went wrong.
type fault struct {
	kind   string
	victim int // the node; -1 for a server of NATS
	at     time.Time
}

const (
	killed  = "a node killed"
	paused  = "a node paused for 6 s"
	cutOff  = "a node cut off from NATS for 6 s"
	elected = "the leader of the stream killed"
)

// storm is a crowd to which faults happen.
type storm struct {
	*crowd
	faults []fault
	took   map[string][]time.Duration // until the rooms were answered again
}

func TestNothingIsLostOrDoubledInACity(t *testing.T) {
	if testing.Short() {
		t.Skip("three servers and three nodes, and faults")
	}
	rounds := *clusterRounds
	if rounds == 0 {
		if rounds = 4; os.Getenv("PARLEY_LONG") != "" {
			rounds = 50
		}
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := &storm{crowd: newCrowd(newCity(t, 3), 6, nil), took: map[string][]time.Duration{}}
	stop := s.watch()
	hush := s.talk(500 * time.Millisecond)
	kinds := []string{killed, paused, cutOff, elected}
	for round := range rounds {
		if round%len(kinds) == 0 {
			rng.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
		}
		before := s.model.Total()
		if err := s.model.WaitTotal(t.Context(), before+6+rng.IntN(12)); err != nil {
			t.Fatal(err)
		}
		s.strike(kinds[round%len(kinds)], rng.IntN(len(s.nodes)))
		s.await(len(s.nodes))
	}
	hush()
	s.quiet()
	stop()
	s.check()
	s.extra()
	s.report()
	for kind, took := range s.took {
		p50, worst := quantiles(took)
		t.Logf("%s, %d times: rooms answered again after %v (median), %v (worst)", kind, len(took), p50.Round(time.Millisecond), worst.Round(time.Millisecond))
	}
	r := s.verify()
	if r.PendingTriggers != 0 || r.OpenTurns != 0 || r.Replies == 0 {
		t.Errorf("verify: %+v", r)
	}
	t.Logf("%d faults: %d triggers, %d turns, %d replies, %d model calls, %d of them wasted", rounds, r.Triggers, r.Turns, r.Replies, r.ModelCalls, r.WastedCalls)
}

// strike lets a fault happen and be over.
func (s *storm) strike(kind string, victim int) {
	s.t.Helper()
	f := fault{kind: kind, victim: victim, at: time.Now()}
	rooms, n := s.model.caretakers(), s.nodes[victim]
	switch kind {
	case killed:
		n.kill()
		s.answered(f, rooms)
		n.start(s.t)
	case paused:
		n.cmd.Process.Signal(syscall.SIGSTOP)
		s.answered(f, rooms)
		s.rest(6*time.Second - time.Since(f.at))
		n.cmd.Process.Signal(syscall.SIGCONT)
	case cutOff:
		n.cut()
		s.answered(f, rooms)
		s.rest(6*time.Second - time.Since(f.at))
		n.mend()
	case elected:
		f.victim = -1
		leader, err := s.servers.Leader(s.t.Context(), "parley-0")
		if err != nil {
			s.t.Fatal(err)
		}
		f.at = time.Now()
		leader.Kill()
		s.answered(f, rooms)
		if err := leader.Start(); err != nil {
			s.t.Fatal(err)
		}
		if err := s.servers.Await(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
	}
}

// answered waits until the rooms that a fault has hit are answered by others:
// those of the node, or all when it was a server.
func (s *storm) answered(f fault, caretakers map[string]int) {
	s.t.Helper()
	s.faults = append(s.faults, f)
	waiting := map[string]bool{}
	for code, node := range caretakers {
		if node == f.victim || f.victim < 0 {
			waiting[code] = true
		}
	}
	if len(waiting) == 0 {
		return
	}
	since := f.at
	if f.victim < 0 {
		since = since.Add(200 * time.Millisecond) // what was appended before
	}
	s.poll(func() bool {
		for _, m := range s.model.calls(since) {
			if m.node != f.victim && waiting[m.room] {
				delete(waiting, m.room)
				s.took[f.kind] = append(s.took[f.kind], m.at.Sub(f.at))
			}
		}
		return len(waiting) == 0
	})
}

// extra checks that a further call was made only for an attempt that was under
// way on a node when that was lost.
func (s *storm) extra() {
	s.t.Helper()
	first := map[string]made{}
	further := 0
	for _, m := range s.model.calls(time.Time{}) {
		turn, number, _ := cutLast(m.attempt)
		n, err := strconv.Atoi(number)
		if err != nil {
			s.t.Fatal(err)
		}
		before, known := first[m.room+"/"+turn+"/"+strconv.Itoa(n-1)]
		first[m.room+"/"+m.attempt] = m
		if !known {
			continue
		}
		further++
		if !s.underWay(before, m) {
			s.t.Errorf("%s of room %s was called by node %d, after node %d had: no node was lost in between", m.attempt, m.room, m.node, before.node)
		}
	}
	s.t.Logf("%d further calls, each for one that was under way on a node that was lost", further)
}

// underWay reports whether the node of a call was lost before the next one.
func (s *storm) underWay(before, next made) bool {
	for _, f := range s.faults {
		if f.victim == before.node && next.at.After(f.at) && before.at.Before(f.at.Add(100*time.Millisecond)) {
			return true
		}
	}
	return false
}

func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, '/')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

func TestARollingRestartIsNotNoticed(t *testing.T) {
	if testing.Short() {
		t.Skip("three servers and three nodes, and restarts")
	}
	w := newCrowd(newCity(t, 3), 4, nil)
	w.patience = 15 * time.Second // a slow machine is no failure
	stop := w.watch()
	hush := w.talk(250 * time.Millisecond)
	for _, n := range w.nodes {
		before := w.model.Total()
		if err := w.model.WaitTotal(t.Context(), before+6); err != nil {
			t.Fatal(err)
		}
		if err := n.stop(); err != nil {
			t.Errorf("a node stopped with %v", err)
		}
		n.start(t)
		w.await(len(w.nodes))
	}
	hush()
	w.quiet()
	stop()
	w.check()
	w.report()
	if w.again > 0 {
		t.Errorf("%d requests failed at a second node as well", w.again)
	}
	if r := w.verify(); r.WastedCalls != 0 {
		t.Errorf("%d calls were wasted", r.WastedCalls)
	}
}
