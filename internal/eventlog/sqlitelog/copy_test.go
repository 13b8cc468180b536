package sqlitelog_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/sqlitelog"
)

func TestCopy(t *testing.T) {
	from := open(t, t.TempDir(), sqlitelog.Options{})
	fill(t, from, "ABCDEF", 300)
	fill(t, from, "OTHERS", 3)
	dir := filepath.Join(t.TempDir(), "new", "er")
	if err := from.Copy(t.Context(), dir, false); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "parley.db")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has mode %v, %v", info.Mode(), err)
	}
	if _, err := from.Append(t.Context(), 300, eventlogtest.Record("ABCDEF", 301, "later")); err != nil {
		t.Fatal(err)
	}
	copied := open(t, dir, sqlitelog.Options{})
	wantRecords(t, copied, 300)
	if faults, err := copied.Check(t.Context()); err != nil || len(faults) > 0 {
		t.Errorf("the copy has faults %q, %v", faults, err)
	}
	if _, err := copied.Append(t.Context(), 300, eventlogtest.Record("ABCDEF", 301, "another")); err != nil {
		t.Errorf("an append to the copy: %v", err)
	}
	if err := from.Copy(t.Context(), dir, true); !errors.Is(err, sqlitelog.ErrLocked) {
		t.Errorf("over a log in use: %v", err)
	}
}

func TestCopyReplacesWhenTold(t *testing.T) {
	from, dir := open(t, t.TempDir(), sqlitelog.Options{}), t.TempDir()
	fill(t, from, "ABCDEF", 7)
	old := put(t, leave(t, sqlitelog.Always)) // with a write-ahead log that must go with it
	for _, target := range []string{dir, old} {
		if err := from.Copy(t.Context(), target, true); err != nil {
			t.Fatal(err)
		}
		if err := from.Copy(t.Context(), target, false); !errors.Is(err, sqlitelog.ErrOccupied) {
			t.Errorf("not told to replace: %v", err)
		}
		wantRecords(t, open(t, target, sqlitelog.Options{}), 7)
	}
}

// TestCopyOfDamage must not look like a copy.
func TestCopyOfDamage(t *testing.T) {
	dir, target := t.TempDir(), t.TempDir()
	l := open(t, dir, sqlitelog.Options{})
	fill(t, l, "ABCDEF", 300)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "parley.db")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for page := 2; page < len(b)/4096; page++ {
		b[page*4096] ^= 0xff // the kind of the page
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := sqlitelog.OpenReadOnly(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Copy(t.Context(), target, false); err == nil {
		t.Error("a file without a page that makes sense was copied")
	}
	if files, err := filepath.Glob(filepath.Join(target, "*.db*")); err != nil || len(files) > 0 {
		t.Errorf("left are %q, %v", files, err)
	}
}
