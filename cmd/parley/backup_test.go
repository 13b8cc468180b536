package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"parley/client"
	"parley/internal/llm/llmtest"
)

// TestBackupUnderLoad takes backups of a server while people talk, restores
// each to another directory and serves that too.
func TestBackupUnderLoad(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	s := newSiege(t, rand.New(rand.NewPCG(seed, 0)), 20*time.Millisecond)
	s.gap = 50 * time.Millisecond
	p := s.start(t)
	s.enter(t, p)
	ctx, hush := context.WithCancel(t.Context())
	defer hush()
	wait := s.talk(ctx, 0)
	model := llmtest.NewServer(t, llmtest.Always(llmtest.Reply{Text: "words of the copy"}))
	backups, lines := trials(2, 10), 0
	for range backups {
		must(t, s.waitAcked(t.Context(), s.countAcked()+50))
		before := s.copyAcked()
		saved, restored := filepath.Join(t.TempDir(), "saved"), t.TempDir()
		for _, args := range [][]string{{"backup", "--data", s.data, saved}, {"restore", "--data", restored, saved}} {
			if out, err := parley(t, nil, args...).CombinedOutput(); err != nil {
				t.Fatalf("parley %s: %v\n%s", args[0], err, out)
			}
		}
		verifyData(t, saved)
		verifyData(t, restored)
		second := start(t, []string{"OPENAI_BASE_URL=" + model.URL}, "--data", restored, "--model", "openai:test", "--limits", "off")
		lost := 0
		for _, r := range s.rooms {
			lost += missing(t, before, r.Code, everything(t, second.Room(r.Code)))
		}
		if lost > 0 {
			t.Errorf("%d of %d lines from before the backup are not in it", lost, len(before))
		}
		must(t, second.stop())
		lines += len(before)
	}
	hush()
	wait()
	s.check(t)
	must(t, p.stop())
	t.Attr("guarantee", "`parley backup` of a server under load, `parley restore` elsewhere while it serves: the copy is sound and holds every line acknowledged before it began")
	t.Attr("trials", fmt.Sprintf("%d backups restored and served, %d lines", backups, lines))
	t.Attr("result", "0 lost, `parley verify` 0 faults; the server that was copied lost and doubled nothing")
}

func (s *siege) copyAcked() map[string]ack {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.acked)
}

// missing counts the lines of a room that are not where they were said to be.
// The keys of acked are ROOM/text.
func missing(t *testing.T, acked map[string]ack, code string, events []client.Event) int {
	t.Helper()
	n := 0
	for key, a := range acked {
		if text, ok := cutRoom(key, code); ok && !a.stands(events, text) {
			n++
			t.Logf("acknowledged as %d of room %s and lost: %s", a.seq, code, text)
		}
	}
	return n
}
