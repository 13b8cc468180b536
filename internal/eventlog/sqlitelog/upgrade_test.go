package sqlitelog_test

import (
	"os"
	"path/filepath"
	"testing"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/sqlitelog"
)

// TestUpgrade reads a file of version 1 as it is, and writes on in it.
func TestUpgrade(t *testing.T) {
	file, err := os.ReadFile("testdata/v1.db") // 5 records of ABCDEF, 3 of OTHERS
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "parley.db"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	old, err := sqlitelog.OpenReadOnly(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	wantRecords(t, old, 5)
	rooms := 0
	for _, err := range old.Rooms(t.Context()) {
		if rooms++; err != nil {
			t.Error(err)
		}
	}
	if err := old.Close(); err != nil || rooms != 2 {
		t.Errorf("%d rooms, %v", rooms, err)
	}
	for n := range uint64(2) {
		l := open(t, dir, sqlitelog.Options{})
		wantRecords(t, l, 5+n)
		if _, err := l.Append(t.Context(), eventlog.Seq(5+n), eventlogtest.Record("ABCDEF", 6+n, "since")); err != nil {
			t.Fatal(err)
		}
		wantRecords(t, l, 6+n)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := query(t, dir, "SELECT room, ord FROM ends ORDER BY room"); len(got) != 2 || got[0] != "ABCDEF|7" || got[1] != "OTHERS|3" {
		t.Errorf("ends are %q", got)
	}
}
