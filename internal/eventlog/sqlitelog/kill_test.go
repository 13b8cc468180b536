package sqlitelog_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/sqlitelog"
)

const (
	childDir   = "PARLEY_TEST_APPEND_TO"
	childSync  = "PARLEY_TEST_SYNC"
	childRooms = 4
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := appendForEver(dir, sqlitelog.Sync(os.Getenv(childSync)), os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1) //nolint:forbidigo // the child of TestKill runs no tests
	}
	goleak.VerifyTestMain(m)
}

// appendForEver extends every room as fast as it can and prints each append
// once it is answered.
func appendForEver(dir string, mode sqlitelog.Sync, out io.Writer) error {
	ctx := context.Background()
	l, err := sqlitelog.Open(ctx, dir, sqlitelog.Options{Sync: mode, SyncEvery: 50 * time.Millisecond})
	if err != nil {
		return err
	}
	failed := make(chan error)
	var mu sync.Mutex
	for i := range childRooms {
		go func() {
			code := fmt.Sprintf("ROOM%d", i)
			after := eventlog.Seq(0)
			for _, err := range l.Read(ctx, code, 0) {
				if err != nil {
					failed <- err
					return
				}
				after++
			}
			for ; ; after++ {
				rec := eventlogtest.Record(code, uint64(after)+1, strings.Repeat("x", 300))
				rec.Head = eventlogtest.Head(code, 0, int(after)+1)
				if _, err := l.Append(ctx, after, rec); err != nil {
					failed <- err
					return
				}
				mu.Lock()
				fmt.Fprintln(out, code, after+1)
				mu.Unlock()
			}
		}()
	}
	return <-failed
}

// TestKill kills a process in the middle of its appends, again and again on the
// same directory. What it was answered must be there, in sound rooms, with the
// heads of their last records.
func TestKill(t *testing.T) {
	const rounds = 3
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for _, mode := range []sqlitelog.Sync{sqlitelog.Always, sqlitelog.Interval} {
		t.Run(string(mode), func(t *testing.T) {
			v := victim{dir: t.TempDir(), mode: mode, answered: map[string]uint64{}}
			for round := range rounds {
				v.killAfter(t, 1+random.IntN(1000))
				v.check(t)
				t.Logf("round %d: %v", round, v.answered)
			}
		})
	}
}

// victim is a directory that children append to until they are killed.
type victim struct {
	dir      string
	mode     sqlitelog.Sync
	answered map[string]uint64 // the last ordinal of each room
}

// killAfter kills a child when it has been answered so often and notes what it
// was answered up to its end.
func (v *victim) killAfter(t *testing.T, answers int) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), childDir+"="+v.dir, childSync+"="+string(v.mode))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 1; lines.Scan(); n++ {
		var code string
		var ordinal uint64
		if _, err := fmt.Sscan(lines.Text(), &code, &ordinal); err != nil {
			continue // the last line may be cut off
		}
		v.answered[code] = ordinal
		if n == answers {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child ended by itself: %v", err)
	}
}

func (v *victim) check(t *testing.T) {
	t.Helper()
	r, err := sqlitelog.OpenReadOnly(t.Context(), v.dir) // what the killed process left, as it is
	if err != nil {
		t.Fatal(err)
	}
	left := soundRooms(t, r, v.answered)
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	l := open(t, v.dir, sqlitelog.Options{})
	opened := soundRooms(t, l, v.answered)
	for code, last := range opened {
		if left[code] != last {
			t.Errorf("room %s had %d records before it was opened and %d after", code, left[code], last)
		}
	}
	for h, err := range l.Heads(t.Context()) {
		if err != nil || uint64(h.People) != opened[h.Code] {
			t.Errorf("room %s has %d records and the head of record %d, %v", h.Code, opened[h.Code], h.People, err)
		}
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

func soundRooms(t *testing.T, r reader, answered map[string]uint64) map[string]uint64 {
	t.Helper()
	last := map[string]uint64{}
	for code, want := range answered {
		for e, err := range r.Read(t.Context(), code, 0) {
			if err != nil {
				t.Fatal(err)
			}
			last[code] = e.Record.Ordinal
		}
		if last[code] < want {
			t.Errorf("room %s: record %d was answered, the last one there is %d", code, want, last[code])
		}
	}
	return last
}
