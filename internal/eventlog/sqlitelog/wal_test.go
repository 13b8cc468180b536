package sqlitelog_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/sqlitelog"
)

const leftRecords = 30

// leave returns the files that a killed process leaves, without its lock: a
// log whose last records are in the write-ahead log.
func leave(t *testing.T, mode sqlitelog.Sync) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	l := open(t, dir, sqlitelog.Options{Sync: mode})
	fill(t, l, "ABCDEF", leftRecords)
	files := map[string][]byte{}
	for _, name := range []string{"parley.db", "parley.db-wal", "parley.lock"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = b
	}
	return files
}

// put makes a data directory of some files.
func put(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestDamagedWAL flips bits of the write-ahead log that a killed process left.
// SQLite itself would end the log there without a word.
func TestDamagedWAL(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	files := leave(t, sqlitelog.Always)
	wal := files["parley.db-wal"]
	flips, refused, torn := trials(100, 2000), 0, 0
	for range flips {
		bit := random.IntN(len(wal) * 8)
		wal[bit/8] ^= 1 << (bit % 8)
		dir := put(t, files)
		wal[bit/8] ^= 1 << (bit % 8)
		var damage *sqlitelog.WALDamageError
		l, err := sqlitelog.Open(t.Context(), dir, sqlitelog.Options{})
		switch {
		case errors.As(err, &damage):
			if int64(bit/8) < damage.Offset || !strings.Contains(err.Error(), "parley.db-wal") {
				t.Errorf("bit %d: %v", bit, err)
			}
			refused++
			continue
		case err != nil:
			t.Errorf("bit %d: %v", bit, err)
			continue
		}
		last := lastRecord(t, l)
		if last < leftRecords-1 || (last < leftRecords && bit/8 < len(wal)*8/10) {
			t.Errorf("bit %d of %d: %d of %d records are left, and nothing was said", bit, len(wal)*8, last, leftRecords)
		}
		if last < leftRecords {
			torn++
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Attr("guarantee", "a flipped bit in the write-ahead log that `kill -9` left: the server names the byte and does not start, or nothing is lost, or it is in the last transaction, as of a torn write")
	t.Attr("trials", fmt.Sprintf("%d flips", flips))
	t.Attr("result", fmt.Sprintf("0 lost without a word before the last transaction; %d refused, %d in the last transaction, %d changed nothing", refused, torn, flips-refused-torn))
}

// TestTornWAL cuts and garbles the end of the log, as a last write may be torn.
func TestTornWAL(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	files := leave(t, sqlitelog.Always)
	whole := files["parley.db-wal"]
	tears := trials(20, 200)
	for range tears {
		cut := len(whole) - 1 - random.IntN(4000)
		garbage := make([]byte, random.IntN(9000))
		for i := range garbage {
			garbage[i] = byte(random.Uint32())
		}
		for _, torn := range [][]byte{whole[:cut], slices.Concat(whole, garbage), slices.Concat(whole[:cut], garbage)} {
			files["parley.db-wal"] = torn
			l := open(t, put(t, files), sqlitelog.Options{})
			want := uint64(leftRecords)
			if len(torn) < cut || string(torn[:min(len(torn), len(whole))]) != string(whole) {
				want--
			}
			if last := lastRecord(t, l); last != want {
				t.Errorf("cut at %d of %d with %d bytes of garbage: %d records, want %d", cut, len(whole), len(garbage), last, want)
			}
			if _, err := l.Append(t.Context(), eventlog.Seq(want), eventlogtest.Record("ABCDEF", want+1, "next")); err != nil {
				t.Error(err)
			}
		}
	}
	t.Attr("guarantee", "a last write that is torn (the write-ahead log cut in its last frame, followed by garbage, or both): only that last transaction is gone, and the log goes on")
	t.Attr("trials", fmt.Sprintf("%d torn logs", 3*tears))
	t.Attr("result", "0 other records lost, 0 logs refused")
}

// TestDamagedWALOfInterval may be what a power cut left.
func TestDamagedWALOfInterval(t *testing.T) {
	files := leave(t, sqlitelog.Interval)
	files["parley.db-wal"][len(files["parley.db-wal"])/2] ^= 1
	l := open(t, put(t, files), sqlitelog.Options{})
	if last := lastRecord(t, l); last == 0 || last > 29 {
		t.Errorf("%d records", last)
	}
}

// TestDamageIsLeftBehind has a log go on after such a cut, with every append
// synced. What lies behind the damage is not taken for its own later.
func TestDamageIsLeftBehind(t *testing.T) {
	files := leave(t, sqlitelog.Interval)
	files["parley.db-wal"][len(files["parley.db-wal"])/2] ^= 1
	dir := put(t, files)
	l := open(t, dir, sqlitelog.Options{})
	last := lastRecord(t, l) + 1
	if _, err := l.Append(t.Context(), eventlog.Seq(last-1), eventlogtest.Record("ABCDEF", last, "next")); err != nil {
		t.Fatal(err)
	}
	for name := range files {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = b
	}
	if got := lastRecord(t, open(t, put(t, files), sqlitelog.Options{})); got != last {
		t.Errorf("%d records, want %d", got, last)
	}
}

func lastRecord(t *testing.T, l reader) uint64 {
	t.Helper()
	last := uint64(0)
	for e, err := range l.Read(t.Context(), "ABCDEF", 0) {
		if err != nil {
			t.Fatal(err)
		}
		last = e.Record.Ordinal
	}
	return last
}
