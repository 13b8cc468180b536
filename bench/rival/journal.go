package rival

import (
	"os"
	"sync"
)

// Journal is a file of lines, each on the disk before Keep returns. Lines that
// come during a sync share the next one.
type Journal struct {
	File *os.File

	mu   sync.Mutex // of next
	next *leaf

	disk sync.Mutex
}

// leaf is lines that go to the disk together; but for its lines it belongs to
// whoever has the disk.
type leaf struct {
	lines  []byte
	stored bool
	err    error
}

// Keep appends a line.
func (j *Journal) Keep(line []byte) error {
	j.mu.Lock()
	if j.next == nil {
		j.next = &leaf{}
	}
	mine := j.next
	mine.lines = append(append(mine.lines, line...), '\n')
	j.mu.Unlock()

	j.disk.Lock()
	defer j.disk.Unlock()
	if mine.stored {
		return mine.err
	}
	j.mu.Lock()
	j.next = nil
	j.mu.Unlock()
	mine.stored = true
	if _, mine.err = j.File.Write(mine.lines); mine.err == nil {
		mine.err = j.File.Sync()
	}
	return mine.err
}
