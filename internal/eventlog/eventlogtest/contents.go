package eventlogtest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/eventlog"
	"parley/room"
)

func testRead(t *testing.T, l eventlog.Log) {
	t.Helper()
	c := &chain{log: l, code: "ABCDEF"}
	if got := read(t, l, c.code, 0); len(got) != 0 {
		t.Fatalf("an empty room has %d records", len(got))
	}
	noise := &chain{log: l, code: "OTHERS"}
	for range 30 {
		c.extend(t, 10) // in all more than a log may read at once
		noise.extend(t, 1)
	}
	c.check(t)
	for _, i := range []int{0, 1, 10, 255, 256, 257, 290, 298, 299} {
		wantEntries(t, c.entries[i+1:], read(t, l, c.code, c.entries[i].Seq))
		wantEntries(t, c.entries[i:], read(t, l, c.code, c.entries[i].Seq-1))
	}
	if got := read(t, l, c.code, c.end()+100); len(got) != 0 {
		t.Errorf("%d records after the end", len(got))
	}
	if got := read(t, l, "UNKNWN", 0); len(got) != 0 {
		t.Errorf("an unknown room has %d records", len(got))
	}
	for e, err := range l.Read(t.Context(), c.code, 0) {
		if err != nil || e.Seq != c.entries[0].Seq {
			t.Errorf("first entry is %d, %v", e.Seq, err)
		}
		break // must not yield on, nor hold anything
	}
	c.extend(t, 1)
	c.check(t)
}

func testContents(t *testing.T, l eventlog.Log) {
	t.Helper()
	c := &chain{log: l, code: "ABCDEF"}
	zone := time.FixedZone("", 2*60*60)
	ends := time.Date(2026, 3, 1, 11, 0, 0, 123456789, zone)
	nobody, agent := "", room.Agent
	for _, text := range []string{
		"", " ", "a\nb\r\n\tc", `quote " backslash \ slash /`, "<script>&amp;</script>", "\u2028\u2029\u00a0\ufeff",
		"Ärger, ẞ, 日本語, عربى, 👩‍👩‍👧‍👦, e\u0301", "zero \x00 byte and bell \x07", "' OR 1=1; DROP TABLE records; --", "%s %d %!",
		strings.Repeat("x", 70_000),
	} {
		rec := c.next("")
		rec.Events = []room.Event{
			room.MessagePosted{Player: text, Text: text, ClientID: text, Hop: 3, Turn: text},
			room.PhaseBegan{Phase: room.PhaseDiscussion, Round: 1, Topic: text, EndsAt: &ends},
			room.PhaseBegan{Phase: room.PhaseOpen},
			room.RoundEnded{Round: 1, Votes: map[string]string{text: text}, Tally: map[string]int{text: 2}, Suspect: &nobody, SuspectRole: &agent},
			room.TurnEnded{Turn: "t1", Covers: []room.Ref{{Seq: 7}, {Name: "silence-2"}}, Call: &room.Call{Attempt: 1, PromptTokens: 1 << 40}},
			room.Paused{},
		}
		rec.Node, rec.Cause = text, text
		c.append(t, rec)
	}
	rec := c.next("no time at all")
	rec.At = time.Time{}
	c.append(t, rec)
	rec = c.next("a time in a zone")
	rec.At = ends
	c.append(t, rec)
	rec = c.next("no event")
	rec.Events = []room.Event{}
	c.append(t, rec)
	c.check(t)
}

func testLarge(t *testing.T, l eventlog.Log) {
	t.Helper()
	c := &chain{log: l, code: "ABCDEF"}
	c.extend(t, 1)
	for range 3 {
		c.append(t, c.next(strings.Repeat("0123456789abcdef", 1<<16)))
	}
	c.extend(t, 1)
	c.check(t)
}

func testManyRooms(t *testing.T, l eventlog.Log) {
	t.Helper()
	const rooms, workers = 1000, 20
	chains := make([]*chain, rooms)
	for i := range chains {
		chains[i] = &chain{log: l, code: fmt.Sprintf("ROOM%04d", i)}
	}
	begin := func(i int) error {
		c := chains[i]
		rec := c.next("first")
		rec.Head = Head(c.code, i, 0)
		return errors.Join(c.try(t, rec), c.try(t, c.next("second")), c.try(t, c.next("third")))
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < rooms; i += workers {
				if err := begin(i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	var want []room.Head
	for i := rooms - 1; i >= 0; i-- {
		chains[i].check(t)
		want = append(want, *Head(chains[i].code, i, 0))
	}
	if diff := cmp.Diff(want, heads(t, l)); diff != "" {
		t.Errorf("heads differ (-want +got):\n%s", diff)
	}
}

func testAppendWhileReading(t *testing.T, l eventlog.Log) {
	t.Helper()
	c := &chain{log: l, code: "ABCDEF"}
	c.extend(t, 10)
	seen := 0
	for e, err := range l.Read(t.Context(), c.code, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if seen++; e.Record.Ordinal <= 10 {
			c.extend(t, 1)
			read(t, l, c.code, 0)
		}
	}
	if seen < 10 {
		t.Errorf("read %d records of at least 10", seen)
	}
	c.check(t)
}
