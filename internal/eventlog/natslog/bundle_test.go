package natslog_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/natslog"
	"parley/internal/eventlog/natslog/natstest"
)

// backdoor changes what a log has stored.
type backdoor struct {
	t      testing.TB
	js     jetstream.JetStream
	prefix string
}

func openBackdoor(tb testing.TB, c *natstest.Cluster, prefix string) backdoor {
	tb.Helper()
	conn, err := nats.Connect(c.URL())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		tb.Fatal(err)
	}
	return backdoor{tb, js, prefix}
}

// remove deletes messages from the stream.
func (b backdoor) remove(places ...eventlog.Seq) {
	b.t.Helper()
	s, err := b.js.Stream(b.t.Context(), b.prefix+"-0")
	if err != nil {
		b.t.Fatal(err)
	}
	for _, p := range places {
		if err := s.DeleteMsg(b.t.Context(), uint64(p)); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b backdoor) cache() jetstream.KeyValue {
	b.t.Helper()
	kv, err := b.js.KeyValue(b.t.Context(), b.prefix+"-cache")
	if err != nil {
		b.t.Fatal(err)
	}
	return kv
}

// bundles returns what is cached of a room.
func (b backdoor) bundles(code string) map[string][]byte {
	b.t.Helper()
	found := map[string][]byte{}
	for n := range 10 {
		key := fmt.Sprintf("bundle.%s.%d", code, n)
		if e, err := b.cache().Get(b.t.Context(), key); err == nil {
			found[key] = e.Value()
		}
	}
	return found
}

func (b backdoor) put(key string, value []byte) {
	b.t.Helper()
	if _, err := b.cache().Put(b.t.Context(), key, value); err != nil {
		b.t.Fatal(err)
	}
}

// fill appends so many records to a room, which has some already, and returns
// the places of all.
func fill(t *testing.T, l eventlog.Log, code string, n int) []eventlog.Seq {
	t.Helper()
	places := []eventlog.Seq{0}
	for e, err := range l.Read(t.Context(), code, 0) {
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, e.Seq)
	}
	for range n {
		ordinal := uint64(len(places))
		seq, err := l.Append(t.Context(), places[ordinal-1], eventlogtest.Record(code, ordinal, fmt.Sprintf("line %d", ordinal)))
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, seq)
	}
	return places[1:]
}

// readAll returns how many records of the room can be read, and why no more.
func readAll(t *testing.T, l eventlog.Log) (n uint64, err error) {
	t.Helper()
	const code = "ABCDEF"
	for e, err := range l.Read(t.Context(), code, 0) {
		if err != nil {
			return n, err
		}
		if n++; e.Record.Ordinal != n || e.Record.ID != eventlogtest.Record(code, n, fmt.Sprintf("line %d", n)).ID {
			t.Fatalf("record %d of room %s is %q", n, code, e.Record.ID)
		}
	}
	return n, nil
}

// TestReadFromBundles deletes from the stream what bundles hold: the room can
// still be read, and without the bundles the first record that is missing is
// named.
func TestReadFromBundles(t *testing.T) {
	c := natstest.Start(t, 1)
	b := openBackdoor(t, c, "parley")
	first := open(t, c.URL(), natslog.Options{})
	places := fill(t, first, "ABCDEF", 600)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := open(t, c.URL(), natslog.Options{})
	places = append(places, fill(t, second, "ABCDEF", 3)[600:]...) // behind the last bundle
	if got := b.bundles("ABCDEF"); len(got) != 3 {
		t.Fatalf("%d bundles; want 3", len(got))
	}
	b.remove(places[1:590]...)
	if n, err := readAll(t, second); n != 603 || err != nil {
		t.Errorf("%d of 603 records, %v", n, err)
	}
	for key := range b.bundles("ABCDEF") {
		if err := b.cache().Purge(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	n, err := readAll(t, second)
	damage, ok := errors.AsType[*eventlog.DamageError](err)
	if !ok || n != 1 || damage.Ordinal != 2 || !strings.Contains(damage.Reason, "the next one there is 591") {
		t.Errorf("after %d records: %v", n, err)
	}
}

// TestBundlesAreOnlyACache spoils them in all ways: what is read is what was
// appended.
func TestBundlesAreOnlyACache(t *testing.T) {
	c := natstest.Start(t, 1)
	b := openBackdoor(t, c, "parley")
	l := open(t, c.URL(), natslog.Options{})
	fill(t, l, "ABCDEF", 300)
	fill(t, l, "OTHERS", 300)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	good, others := b.bundles("ABCDEF"), b.bundles("OTHERS")
	if len(good) != 2 || len(others) != 2 {
		t.Fatalf("%d and %d bundles", len(good), len(others))
	}
	whole, tail := good["bundle.ABCDEF.0"], good["bundle.ABCDEF.1"]
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 4
	for name, spoilt := range map[string]struct {
		key   string
		value []byte
		told  bool
	}{
		"as it was":           {"bundle.ABCDEF.0", whole, false},
		"no bundle at all":    {"bundle.ABCDEF.0", []byte("x"), true},
		"nothing":             {"bundle.ABCDEF.0", nil, true},
		"a flipped bit":       {"bundle.ABCDEF.0", flipped, true},
		"cut short":           {"bundle.ABCDEF.0", whole[:len(whole)-9], true},
		"the next bundle":     {"bundle.ABCDEF.0", tail, true},
		"another room's":      {"bundle.ABCDEF.0", others["bundle.OTHERS.0"], true},
		"another room's tail": {"bundle.ABCDEF.1", others["bundle.OTHERS.1"], true},
	} {
		t.Run(name, func(t *testing.T) {
			b.put(spoilt.key, spoilt.value)
			var told bytes.Buffer
			l := open(t, c.URL(), natslog.Options{Existing: true, Logger: slog.New(slog.NewTextHandler(&told, nil))})
			if n, err := readAll(t, l); n != 300 || err != nil {
				t.Errorf("%d of 300 records, %v", n, err)
			}
			if spoilt.told != strings.Contains(told.String(), "left aside") {
				t.Errorf("the logger was told %q", told.String())
			}
			b.put(spoilt.key, good[spoilt.key])
		})
	}
}

// TestBundlesOfRemovedRoom leaves bundles of a room behind whose code is then
// drawn again.
func TestBundlesOfRemovedRoom(t *testing.T) {
	c := natstest.Start(t, 1)
	b := openBackdoor(t, c, "parley")
	l := open(t, c.URL(), natslog.Options{})
	fill(t, l, "ABCDEF", 300)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	left := b.bundles("ABCDEF")
	l = open(t, c.URL(), natslog.Options{})
	if err := l.Remove(t.Context(), "ABCDEF"); err != nil {
		t.Fatal(err)
	}
	if got := b.bundles("ABCDEF"); len(got) != 0 {
		t.Errorf("%d bundles are left", len(got))
	}
	for key, value := range left {
		b.put(key, value)
	}
	if n, err := readAll(t, l); n != 0 || err != nil {
		t.Errorf("%d records of a removed room, %v", n, err)
	}
	for _, n := range []uint64{20, 260, 310} {
		fill(t, l, "ABCDEF", int(n-uint64(len(fill(t, l, "ABCDEF", 0)))))
		if got, err := readAll(t, l); got != n || err != nil {
			t.Errorf("%d of %d records, %v", got, n, err)
		}
	}
}

// TestDamage deletes messages that no bundle holds, and wants the first one
// that is missing named, and everything before it.
func TestDamage(t *testing.T) {
	c := natstest.Start(t, 1)
	for name, test := range map[string]struct {
		missing []int // ordinals
		ordinal uint64
	}{
		"the first":         {[]int{1}, 1},
		"one in the middle": {[]int{4}, 4},
		"many":              {[]int{2, 3, 4}, 2},
		"the last but one":  {[]int{6}, 6},
	} {
		t.Run(name, func(t *testing.T) {
			prefix := fmt.Sprintf("damage%d", test.ordinal)
			l := open(t, c.URL(), natslog.Options{Prefix: prefix})
			places := fill(t, l, "ABCDEF", 7)
			for _, ordinal := range test.missing {
				openBackdoor(t, c, prefix).remove(places[ordinal-1])
			}
			n, err := readAll(t, l)
			damage, ok := errors.AsType[*eventlog.DamageError](err)
			if !ok || damage.Room != "ABCDEF" || damage.Ordinal != test.ordinal || n != test.ordinal-1 {
				t.Errorf("after %d records: %v; want record %d missing", n, err, test.ordinal)
			}
		})
	}
}
