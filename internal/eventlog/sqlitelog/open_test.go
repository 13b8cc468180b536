package sqlitelog_test

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/sqlitelog"
)

func TestOpenMakesPrivateFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a dir?with=odd&signs#100%", "nested")
	l := open(t, dir, sqlitelog.Options{})
	fill(t, l, "ABCDEF", 1)
	names := []string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		names = append(names, d.Name())
		if want := map[bool]fs.FileMode{true: 0o700, false: 0o600}[d.IsDir()]; info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"nested", "parley.db", "parley.db-shm", "parley.db-wal", "parley.lock"}; !slices.Equal(names, want) {
		t.Errorf("files are %q, want %q", names, want)
	}
}

// TestCloseFoldsEverythingIntoTheFile wants parley.db alone to be the log after
// an orderly end, whoever has read it meanwhile.
func TestCloseFoldsEverythingIntoTheFile(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, sqlitelog.Options{})
	fill(t, l, "ABCDEF", 3)
	wantRecords(t, l, 3)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{filepath.Join(dir, "parley.db"), filepath.Join(dir, "parley.lock")}; !slices.Equal(files, want) {
		t.Errorf("left are %q", files)
	}
	wantRecords(t, open(t, dir, sqlitelog.Options{}), 3)
}

func TestOpenKeepsTheSecondOut(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir, sqlitelog.Options{})
	_, err := sqlitelog.Open(t.Context(), dir, sqlitelog.Options{})
	if !errors.Is(err, sqlitelog.ErrLocked) || !strings.Contains(err.Error(), filepath.Join(dir, "parley.lock")) {
		t.Errorf("second: %v", err)
	}
	fill(t, first, "ABCDEF", 3)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	wantRecords(t, open(t, dir, sqlitelog.Options{}), 3)
}

func TestOpenRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		prepare func(t *testing.T, dir string)
		want    string
	}{
		"a newer schema": {func(t *testing.T, dir string) {
			t.Helper()
			if err := open(t, dir, sqlitelog.Options{}).Close(); err != nil {
				t.Fatal(err)
			}
			query(t, dir, "PRAGMA user_version = 3")
		}, "schema version 3 was written by a newer parley; this one reads up to 2"},
		"another program's file": {func(t *testing.T, dir string) {
			t.Helper()
			query(t, dir, "CREATE TABLE cats (name TEXT)")
		}, "not a log of parley"},
		"no database at all": {func(t *testing.T, dir string) {
			t.Helper()
			if err := os.WriteFile(filepath.Join(dir, "parley.db"), []byte(strings.Repeat("not a database\n", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "not a database"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			test.prepare(t, dir)
			before, err := os.ReadFile(filepath.Join(dir, "parley.db"))
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the first refusal frees the lock
				if _, err := sqlitelog.Open(t.Context(), dir, sqlitelog.Options{}); err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("open: %v; want %q", err, test.want)
				}
			}
			if _, err := sqlitelog.OpenReadOnly(t.Context(), dir); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("open to read: %v; want %q", err, test.want)
			}
			after, err := os.ReadFile(filepath.Join(dir, "parley.db"))
			if err != nil {
				t.Fatal(err)
			}
			if string(before) != string(after) {
				t.Error("the file was changed")
			}
		})
	}
	if _, err := sqlitelog.Open(t.Context(), t.TempDir(), sqlitelog.Options{Sync: "never"}); err == nil || !strings.Contains(err.Error(), "never") {
		t.Errorf("sync never: %v", err)
	}
}

func TestOpenReadOnly(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing")
	if _, err := sqlitelog.OpenReadOnly(t.Context(), missing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a log: %v", err)
	}
	if _, err := os.Stat(missing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory was made: %v", err)
	}
	server := open(t, dir, sqlitelog.Options{})
	fill(t, server, "ABCDEF", 3)
	r, err := sqlitelog.OpenReadOnly(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	wantRecords(t, r, 3)
	if _, err := server.Append(t.Context(), 3, eventlogtest.Record("ABCDEF", 4, "line 4")); err != nil {
		t.Fatal(err)
	}
	wantRecords(t, r, 4) // what was appended since
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	wantRecords(t, r, 4) // and after the server has gone
	heads := 0
	for h, err := range r.Heads(t.Context()) {
		if err != nil || h.Code != "ABCDEF" {
			t.Errorf("head of %s, %v", h.Code, err)
		}
		heads++
	}
	if heads != 1 {
		t.Errorf("%d heads", heads)
	}
	for range 2 {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, err := range r.Read(t.Context(), "ABCDEF", 0) {
		if !errors.Is(err, eventlog.ErrClosed) {
			t.Errorf("after close: %v", err)
		}
	}
	cold, err := sqlitelog.OpenReadOnly(t.Context(), dir) // a file without companions
	if err != nil {
		t.Fatal(err)
	}
	wantRecords(t, cold, 4)
	if err := cold.Close(); err != nil {
		t.Error(err)
	}
	wantRecords(t, open(t, dir, sqlitelog.Options{}), 4)
}

type reader interface {
	Read(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error]
}

// wantRecords wants the room ABCDEF sound and with so many records.
func wantRecords(t *testing.T, r reader, want uint64) {
	t.Helper()
	got := uint64(0)
	for e, err := range r.Read(t.Context(), "ABCDEF", 0) {
		if err != nil {
			t.Fatal(err)
		}
		got = e.Record.Ordinal
	}
	if got != want {
		t.Errorf("%d records, want %d", got, want)
	}
}
