package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"syscall"
	"testing"
	"time"

	"parley/client"
)

// tmpfs mounts a small file system in memory.
func tmpfs(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	mayMount(t, syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size))
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// mayMount skips a test whose mount was not allowed.
func mayMount(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		t.Skipf("this test mounts a file system, which takes root: %v", err)
	}
	must(t, err)
}

// TestAFullDiskLosesNothing has people talk until the disk is full. The server
// refuses, still shows what there is, and goes on by itself when there is room.
func TestAFullDiskLosesNothing(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rounds := trials(1, 10)
	s := newSiege(t, rand.New(rand.NewPCG(seed, 0)), 20*time.Millisecond)
	s.data = tmpfs(t, "2m")
	p := s.start(t)
	s.enter(t, p)
	refused := 0
	for round := range rounds {
		s.talk(t.Context(), round)() // until all are refused
		for i, seat := range s.seats {
			_, err := seat.Say(t.Context(), s.unsure[i], s.unsure[i])
			if status := client.Status(err); status != http.StatusServiceUnavailable {
				t.Errorf("a line for a full disk: %v", err)
			}
			refused++
			everything(t, s.rooms[i])
		}
		if alive, ready := p.status(t, "/healthz"), p.status(t, "/readyz"); alive != http.StatusOK || ready == http.StatusOK {
			t.Errorf("with a full disk /healthz is %d, /readyz %d", alive, ready)
		}
		s.open += verifyData(t, s.data).OpenTurns
		must(t, syscall.Mount("", s.data, "", syscall.MS_REMOUNT, fmt.Sprintf("size=%dm", 2*(round+2))))
	}
	acked := s.countAcked()
	wait := s.talk(t.Context(), rounds)
	must(t, s.waitAcked(t.Context(), acked+10))
	p.kill()
	wait()
	s.open += verifyData(t, s.data).OpenTurns
	r := s.end(t, s.start(t))
	if r.WastedCalls > s.open {
		t.Errorf("%d calls more than turns, with %d turns open at the faults", r.WastedCalls, s.open)
	}
	t.Attr("guarantee", "disk full: a line is refused with 503 or it is kept; rooms can be read; the server goes on by itself when there is room")
	t.Attr("trials", fmt.Sprintf("%d times full, %d lines acknowledged, %d refused", rounds, len(s.acked), refused))
	t.Attr("result", fmt.Sprintf("0 lost, 0 doubled; %d more calls for %d turns open", r.WastedCalls, s.open))
}
