package natslog

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/natslog/natstest"
	"parley/room"
)

// checkpoints opens logs that store a checkpoint after every 100 messages.
type checkpoints struct {
	t *testing.T
	c *natstest.Cluster
}

func (c checkpoints) open(existing bool) *Log {
	c.t.Helper()
	l, err := Open(c.t.Context(), c.c.URL(), Options{Existing: existing, Streams: 2})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { l.Close() })
	l.index.every = 100
	return l
}

func listed(t *testing.T, l *Log) []room.Head {
	t.Helper()
	var all []room.Head
	for h, err := range l.Heads(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, h)
	}
	return all
}

func first(t *testing.T, l *Log, i int) {
	t.Helper()
	code := fmt.Sprintf("ROOM%d", i)
	rec := eventlogtest.Record(code, 1, "x")
	rec.Head = eventlogtest.Head(code, i, 1)
	if _, err := l.Append(t.Context(), 0, rec); err != nil {
		t.Fatal(err)
	}
}

// TestCheckpoint deletes the streams' messages, so that what a start lists can
// only come from the checkpoint, and what followed it from the streams.
func TestCheckpoint(t *testing.T) {
	c := checkpoints{t, natstest.Start(t, 1)}
	l := c.open(false)
	listed(t, l) // the index runs
	for i := range 600 {
		first(t, l, i)
	}
	want := listed(t, l)
	l.Close()
	l = c.open(true)
	var covered []uint64
	for _, s := range l.shards {
		last, _, err := l.lastCheckpoint(t.Context(), s)
		if err != nil || last.seq < 100 {
			t.Fatalf("stream %s has a checkpoint at %d, %v", s.name, last.seq, err)
		}
		for seq := uint64(1); seq <= last.seq; seq++ {
			if err := s.stream.DeleteMsg(t.Context(), seq); err != nil {
				t.Fatal(err)
			}
		}
		covered = append(covered, last.seq)
	}
	if diff := cmp.Diff(want, listed(t, l)); diff != "" {
		t.Fatalf("with checkpoints at %d (-want +got):\n%s", covered, diff)
	}

	// Removing is told after the checkpoint, and is in the next one.
	l = c.open(false)
	if err := l.Remove(t.Context(), "ROOM3"); err != nil {
		t.Fatal(err)
	}
	if got := len(listed(t, c.open(true))); got != len(want)-1 {
		t.Errorf("%d rooms of %d are left", got, len(want)-1)
	}

	// Without the first part there is only what the streams still have.
	for _, s := range l.shards {
		last, _, err := l.lastCheckpoint(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.cache.Put(t.Context(), s.partKey(last.slot, 0), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if got, left := len(listed(t, c.open(true))), 600-int(covered[0]+covered[1]); got > left {
		t.Errorf("%d rooms from a broken checkpoint; the streams have %d", got, left)
	}
}

// TestCheckpointOfOtherHistory has a checkpoint that is ahead of its stream, as
// after a restore.
func TestCheckpointOfOtherHistory(t *testing.T) {
	c := checkpoints{t, natstest.Start(t, 1)}
	l := c.open(false)
	first(t, l, 1)
	for _, s := range l.shards {
		if _, err := l.cache.Put(t.Context(), s.checkpointKey(), []byte(checkpoint{seq: 1000}.String())); err != nil {
			t.Fatal(err)
		}
	}
	if got := listed(t, l); len(got) != 1 {
		t.Errorf("%d rooms; want 1", len(got))
	}
}

// TestCheckpointsOfVersion1 holds checkpoints to what is cached in clusters.
func TestCheckpointsOfVersion1(t *testing.T) {
	heads := []room.Head{*eventlogtest.Head("ABCDEF", 0, 1), *eventlogtest.Head("OTHERS", 60, 2)}
	c := checkpoint{seq: 12345, slot: 1, parts: 1}
	data, err := c.encodePart(heads)
	if err != nil {
		t.Fatal(err)
	}
	old := zipped(t, golden(t, "testdata/heads_v1.txt", unzipped(t, data)))
	got, err := c.decodePart(old)
	if diff := cmp.Diff(heads, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	c.seq++
	if _, err := c.decodePart(old); err == nil {
		t.Error("read as a part of another checkpoint")
	}
}
