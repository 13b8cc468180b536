package eventlogtest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/eventlog"
	"parley/room"
)

func testConflict(t *testing.T, l eventlog.Log) {
	t.Helper()
	c := &chain{log: l, code: "ABCDEF"}
	other := &chain{log: l, code: "OTHERS"}
	first := c.next("first")
	first.Head = Head(c.code, 0, 1)
	c.append(t, first)
	other.extend(t, 5)
	c.extend(t, 3)
	end, stale := c.end(), c.entries[2]

	for _, test := range []struct {
		name  string
		after eventlog.Seq
		rec   room.Record
	}{
		{"a first record again", 0, Record(c.code, 1, "late")},
		{"the very same record again", 0, c.entries[0].Record},
		{"in the middle", c.entries[1].Seq, Record(c.code, 3, "late")},
		{"behind the last but one", stale.Seq, Record(c.code, 4, "late")},
		{"beyond the end", end + 3, Record(c.code, uint64(end)+4, "early")},
		{"in a room without records", end, Record("UNKNWN", uint64(end)+1, "early")},
	} {
		test.rec.Head = Head(test.rec.Room, 0, 99)
		if seq, err := l.Append(t.Context(), test.after, test.rec); !errors.Is(err, eventlog.ErrConflict) {
			t.Errorf("%s: got %d, %v; want ErrConflict", test.name, seq, err)
		}
	}
	c.check(t)
	other.check(t)
	if got := read(t, l, "UNKNWN", 0); len(got) != 0 {
		t.Errorf("a refused append made a room")
	}
	if diff := cmp.Diff([]room.Head{*first.Head}, heads(t, l)); diff != "" {
		t.Errorf("a refused append changed heads (-want +got):\n%s", diff)
	}
	c.extend(t, 1)
	c.check(t)
}

func testInvalid(t *testing.T, l eventlog.Log) {
	t.Helper()
	c := &chain{log: l, code: "ABCDEF"}
	c.extend(t, 3)
	for name, change := range map[string]func(*room.Record){
		"an ordinal left out": func(r *room.Record) { r.Ordinal++ },
		"an ordinal again":    func(r *room.Record) { r.Ordinal-- },
		"ordinal 1 again":     func(r *room.Record) { r.Ordinal = 1 },
		"no ordinal":          func(r *room.Record) { r.Ordinal = 0 },
		"no id":               func(r *room.Record) { r.ID = "" },
		"no version":          func(r *room.Record) { r.V = 0 },
		"a version to come":   func(r *room.Record) { r.V = room.Version + 1 },
		"no event":            func(r *room.Record) { r.Events = []room.Event{nil} },
		"another room's head": func(r *room.Record) { r.Head = Head("OTHERS", 0, 1) },
	} {
		rec := c.next(name)
		change(&rec)
		if seq, err := l.Append(t.Context(), c.end(), rec); !errors.Is(err, eventlog.ErrInvalid) {
			t.Errorf("%s: got %d, %v; want ErrInvalid", name, seq, err)
		}
	}
	if seq, err := l.Append(t.Context(), 0, Record("OTHERS", 2, "no first")); !errors.Is(err, eventlog.ErrInvalid) {
		t.Errorf("a second record in an empty room: got %d, %v; want ErrInvalid", seq, err)
	}
	if seq, err := l.Append(t.Context(), 0, Record("", 1, "nowhere")); !errors.Is(err, eventlog.ErrInvalid) {
		t.Errorf("a record of no room: got %d, %v; want ErrInvalid", seq, err)
	}
	c.check(t)
	c.extend(t, 1)
	c.check(t)
}

// testRacePlace lets many append to one place at the same moment, again and
// again.
func testRacePlace(t *testing.T, l eventlog.Log) {
	t.Helper()
	const racers, rounds = 24, 25
	c := &chain{log: l, code: "ABCDEF"}
	for round := range rounds {
		type result struct {
			seq eventlog.Seq
			err error
		}
		results := make([]result, racers)
		records := make([]room.Record, racers)
		gun := make(chan struct{})
		var wg sync.WaitGroup
		for i := range racers {
			records[i] = c.next(fmt.Sprintf("round %d racer %d", round, i))
			wg.Go(func() {
				<-gun
				results[i].seq, results[i].err = l.Append(t.Context(), c.end(), records[i])
			})
		}
		close(gun)
		wg.Wait()
		var winners []eventlog.Entry
		for i, r := range results {
			switch {
			case r.err == nil:
				winners = append(winners, eventlog.Entry{Seq: r.seq, Record: records[i]})
			case !errors.Is(r.err, eventlog.ErrConflict):
				t.Errorf("round %d: %v; want ErrConflict", round, r.err)
			}
		}
		if len(winners) != 1 {
			t.Fatalf("round %d has %d winners", round, len(winners))
		}
		c.entries = append(c.entries, winners[0])
	}
	c.check(t)
}

// testRaceRooms has writers extend the same rooms as fast as they can, each
// reading on after a conflict as a node would.
func testRaceRooms(t *testing.T, l eventlog.Log) {
	t.Helper()
	const rooms, writers, each = 5, 6, 25
	all := make([][]*racer, rooms)
	var wg sync.WaitGroup
	for i := range all {
		for w := range writers {
			r := &racer{log: l, code: fmt.Sprintf("ROOM%d", i), name: fmt.Sprintf("writer %d", w), won: map[eventlog.Seq]string{}}
			all[i] = append(all[i], r)
			wg.Go(func() { r.run(t, each) })
		}
	}
	wg.Wait()
	for _, racers := range all {
		checkRace(t, racers, writers*each)
	}
}

// checkRace wants a chain in which every place was won by one of the racers,
// whose record stands there.
func checkRace(t *testing.T, racers []*racer, places int) {
	t.Helper()
	code := racers[0].code
	won := map[eventlog.Seq]string{}
	for _, r := range racers {
		for seq, id := range r.won {
			if won[seq] != "" {
				t.Errorf("room %s: place %d was won by %q and by %q", code, seq, won[seq], id)
			}
			won[seq] = id
		}
	}
	entries := read(t, racers[0].log, code, 0)
	if len(entries) != places || len(won) != places {
		t.Errorf("room %s has %d records and %d answers of %d", code, len(entries), len(won), places)
	}
	for n, e := range entries {
		if e.Record.Ordinal != uint64(n)+1 || won[e.Seq] != e.Record.ID {
			t.Fatalf("room %s at %d: record %d %q, answered as %q", code, e.Seq, e.Record.Ordinal, e.Record.ID, won[e.Seq])
		}
	}
}

// racer is one of several writers of a room.
type racer struct {
	log        eventlog.Log
	code, name string

	end     eventlog.Seq
	ordinal uint64
	won     map[eventlog.Seq]string // the ids of its own records
}

func (r *racer) run(t *testing.T, lines int) {
	t.Helper()
	for len(r.won) < lines {
		rec := Record(r.code, r.ordinal+1, fmt.Sprintf("%s line %d", r.name, len(r.won)))
		seq, err := r.log.Append(t.Context(), r.end, rec)
		if err == nil {
			r.end, r.ordinal, r.won[seq] = seq, rec.Ordinal, rec.ID
			continue
		}
		if !errors.Is(err, eventlog.ErrConflict) {
			t.Errorf("%s in room %s: %v", r.name, r.code, err)
			return
		}
		missed, err := collect(t.Context(), r.log, r.code, r.end)
		if err != nil || len(missed) == 0 {
			t.Errorf("%s in room %s after a conflict: %d records, %v", r.name, r.code, len(missed), err)
			return
		}
		last := missed[len(missed)-1]
		r.end, r.ordinal = last.Seq, last.Record.Ordinal
	}
}
