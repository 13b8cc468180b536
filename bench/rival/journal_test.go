package rival

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lines")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	j := &Journal{File: f}
	const writers, lines = 50, 20
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range lines {
				line := fmt.Appendf(nil, "line %d of %d", n, w)
				if err := j.Keep(line); err != nil {
					t.Error(err)
				}
				if kept, err := os.ReadFile(path); err != nil || !bytes.Contains(kept, append(line, '\n')) {
					t.Errorf("%s is not there: %v", line, err)
				}
			}
		})
	}
	wg.Wait()
	if kept, err := os.ReadFile(path); err != nil || bytes.Count(kept, []byte("\n")) != writers*lines {
		t.Errorf("%d lines, %v; want each once", bytes.Count(kept, []byte("\n")), err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if j.Keep([]byte("late")) == nil {
		t.Error("kept in a file that is closed")
	}
}
