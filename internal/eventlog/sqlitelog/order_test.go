package sqlitelog_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"parley/internal/eventlog/sqlitelog"
)

// Whoever lists the rooms of a file whose pages are no longer in order comes to
// an end all the same.
func TestRoomsOutOfOrderAreNotListedForEver(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, sqlitelog.Options{Sync: sqlitelog.Interval})
	codes := []string{"ABCDEF", "GHJKMN", "OTHERS"}
	for _, code := range codes {
		fill(t, l, code, 30)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "parley.db")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	for at := page - 40; at < len(whole); at += page { // where the first cells of a page lie
		for bit := range 16 * 8 {
			damaged := bytes.Clone(whole)
			damaged[at+bit/8] ^= 1 << (bit % 8)
			if err := os.WriteFile(file, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			list(t, dir, at, bit)
		}
	}
}

// list lists rooms and heads, to their end.
func list(t *testing.T, dir string, at, bit int) {
	t.Helper()
	r, err := sqlitelog.OpenReadOnly(t.Context(), dir)
	if err != nil {
		return
	}
	defer r.Close()
	rooms, heads := 0, 0
	for range r.Rooms(t.Context()) {
		if rooms++; rooms > 20 {
			t.Fatalf("with bit %d from byte %d on flipped, rooms are listed again and again", bit, at)
		}
	}
	for range r.Heads(t.Context()) {
		if heads++; heads > 20 {
			t.Fatalf("with bit %d from byte %d on flipped, heads are listed again and again", bit, at)
		}
	}
}
