package eventlogtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/eventlog"
	"parley/room"
)

// epoch is when rooms of the suite begin.
func epoch() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }

// Record returns a record with one line, said by a person.
func Record(code string, ordinal uint64, text string) room.Record {
	return room.Record{
		V: room.Version, Room: code, Ordinal: ordinal, ID: fmt.Sprintf("%s-%d-%s", code, ordinal, text),
		At:   epoch().Add(time.Duration(ordinal) * time.Second), //nolint:gosec // small numbers
		Node: "n1", Cause: "say", Seq: ordinal,
		Events: []room.Event{room.MessagePosted{Player: "Player 1", Text: text}},
	}
}

// Head returns the head of a room that was created so many seconds after the
// first, with a number of people.
func Head(code string, second, people int) *room.Head {
	return &room.Head{
		Code: code, Title: "Room " + code, Mode: room.Open, Status: room.StatusRunning,
		People: people, Seats: 1000, CreatedAt: epoch().Add(time.Duration(second) * time.Second),
	}
}

// chain appends to one room, one record after the other.
type chain struct {
	log     eventlog.Log
	code    string
	entries []eventlog.Entry
}

func (c *chain) end() eventlog.Seq {
	if len(c.entries) == 0 {
		return 0
	}
	return c.entries[len(c.entries)-1].Seq
}

func (c *chain) next(text string) room.Record {
	return Record(c.code, uint64(len(c.entries))+1, text)
}

func (c *chain) append(t *testing.T, rec room.Record) {
	t.Helper()
	if err := c.try(t, rec); err != nil {
		t.Fatal(err)
	}
}

// try is append for goroutines that must not end the test.
func (c *chain) try(t *testing.T, rec room.Record) error {
	t.Helper()
	seq, err := c.log.Append(t.Context(), c.end(), rec)
	if err != nil {
		return fmt.Errorf("append record %d of room %s: %w", rec.Ordinal, rec.Room, err)
	}
	if seq <= c.end() {
		return fmt.Errorf("record %d of room %s got place %d after place %d", rec.Ordinal, rec.Room, seq, c.end())
	}
	c.entries = append(c.entries, eventlog.Entry{Seq: seq, Record: rec})
	return nil
}

func (c *chain) extend(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		c.append(t, c.next(fmt.Sprintf("line %d", i)))
	}
}

// check reads the room and compares it with what was appended.
func (c *chain) check(t *testing.T) {
	t.Helper()
	wantEntries(t, c.entries, read(t, c.log, c.code, 0))
}

// read reads a room to its end.
func read(t *testing.T, l eventlog.Log, code string, after eventlog.Seq) []eventlog.Entry {
	t.Helper()
	entries, err := collect(t.Context(), l, code, after)
	if err != nil {
		t.Fatalf("read room %s after %d: %v", code, after, err)
	}
	return entries
}

func collect(ctx context.Context, l eventlog.Log, code string, after eventlog.Seq) ([]eventlog.Entry, error) {
	var entries []eventlog.Entry
	for e, err := range l.Read(ctx, code, after) {
		if err != nil {
			return entries, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func heads(t *testing.T, l eventlog.Log) []room.Head {
	t.Helper()
	var all []room.Head
	for h, err := range l.Heads(t.Context()) {
		if err != nil {
			t.Fatalf("heads: %v", err)
		}
		all = append(all, h)
	}
	return all
}

// wantEntries compares places and records, the latter as JSON, byte for byte.
func wantEntries(t *testing.T, want, got []eventlog.Entry) {
	t.Helper()
	if w, g := texts(t, want), texts(t, got); !slices.Equal(w, g) {
		t.Fatalf("entries differ (-want +got):\n%s", cmp.Diff(w, g))
	}
}

func texts(t *testing.T, entries []eventlog.Entry) []string {
	t.Helper()
	lines := make([]string, len(entries))
	for i, e := range entries {
		body, err := json.Marshal(e.Record)
		if err != nil {
			t.Fatalf("encode: %v", err)
		}
		lines[i] = fmt.Sprintf("%d %s", e.Seq, body)
	}
	return lines
}
