package sqlitelog_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"parley/internal/eventlog/sqlitelog"
)

// seen is what a reader finds in a log.
type seen struct {
	rooms map[string][]string // the records of each room
	found bool                // something is wrong, by reading
	check bool                // something is wrong, by the check of the pages
}

// look reads everything there is, and rooms that are known to be there.
func look(ctx context.Context, dir string, known []string) seen {
	s := seen{rooms: map[string][]string{}}
	r, err := sqlitelog.OpenReadOnly(ctx, dir)
	if err != nil {
		return seen{found: true, check: true}
	}
	defer r.Close()
	codes := slices.Clone(known)
	for code, err := range r.Rooms(ctx) {
		if s.found = s.found || err != nil; err == nil && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	for _, code := range codes {
		for e, err := range r.Read(ctx, code, 0) {
			if err != nil {
				s.found = true
				s.rooms[code] = append(s.rooms[code], "damage")
				break
			}
			body, err := json.Marshal(e.Record)
			s.rooms[code] = append(s.rooms[code], fmt.Sprint(string(body), err))
		}
	}
	faults, err := r.Check(ctx)
	s.check = err != nil || len(faults) > 0
	return s
}

// TestFlippedBits flips one bit of the file at a time, anywhere in its pages. A
// room is then read as it was, or the damage is found where the room is read.
func TestFlippedBits(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	known := []string{"ABCDEF", "GHJKMN", "OTHERS"}
	dir := t.TempDir()
	l := open(t, dir, sqlitelog.Options{Sync: sqlitelog.Interval})
	for i, code := range known {
		fill(t, l, code, 40-10*i)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	want := look(t.Context(), dir, known)
	if want.found || want.check || len(want.rooms) != len(known) {
		t.Fatalf("before any damage: %v", want)
	}
	file, err := os.OpenFile(filepath.Join(dir, "parley.db"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	flips, read, checked := trials(500, 10_000), 0, 0
	for range flips {
		bit := random.Int64N(info.Size() * 8)
		flip(t, file, bit)
		got := look(t.Context(), dir, known)
		flip(t, file, bit)
		for code, records := range want.rooms {
			n := len(got.rooms[code])
			named := n > 0 && got.rooms[code][n-1] == "damage"
			if got.rooms != nil && !named && !slices.Equal(got.rooms[code], records) {
				t.Errorf("bit %d of byte %d: room %s has %d records of %d, and nothing was said", bit%8, bit/8, code, n, len(records))
			}
		}
		switch {
		case got.found:
			read++
		case got.check:
			checked++
		}
	}
	t.Attr("guarantee", "a flipped bit in the file: a room is read as it was written, or the damage is named; never folded over")
	t.Attr("trials", fmt.Sprintf("%d flips in %d pages", flips, info.Size()/4096))
	t.Attr("result", fmt.Sprintf("0 folded over; %d named by reading the rooms, %d by the check of the pages, %d changed nothing", read, checked, flips-read-checked))
}

func flip(t *testing.T, file *os.File, bit int64) {
	t.Helper()
	var b [1]byte
	if _, err := file.ReadAt(b[:], bit/8); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 1 << (bit % 8)
	if _, err := file.WriteAt(b[:], bit/8); err != nil {
		t.Fatal(err)
	}
}
