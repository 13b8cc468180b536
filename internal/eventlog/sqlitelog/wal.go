package sqlitelog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const walName = fileName + "-wal"

// The format of SQLite's write-ahead log: a header, then frames of a header
// and a page each. A checksum runs through them all.
const (
	walHeader   = 32
	frameHeader = 24
	walMagic    = 0x377f0682 // and one more for big-endian checksums
)

// WALDamageError says that transactions of the write-ahead log cannot be read
// although later ones were written, which happens only when they had been
// synced. SQLite reads such a log up to there and takes it for all.
type WALDamageError struct {
	Path   string
	Offset int64 // of the first frame that is wrong; 0: of the log's header
	Frames int   // from there on
}

// Error names the place, and the way to go on.
func (e *WALDamageError) Error() string {
	return fmt.Sprintf("%s is damaged at byte %d, before %d pages of acknowledged transactions: restore a backup, "+
		"or keep a copy and cut the file there (truncate -s %d) to go on without them", e.Path, e.Offset, e.Frames, e.Offset)
}

// checkWAL looks for damage in the write-ahead log of a directory. A server may
// be writing to it: damage is what is still there at a second look.
func checkWAL(dir string) error {
	path := filepath.Join(dir, walName)
	first, err := findWALDamage(path)
	if err != nil || first == nil {
		return err
	}
	second, err := findWALDamage(path)
	if err != nil || second == nil || second.Offset != first.Offset {
		return err
	}
	return second
}

func findWALDamage(path string) (*WALDamageError, error) {
	b, err := os.ReadFile(path) //nolint:gosec // in the directory the operator named
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no log, no damage
	}
	if err != nil {
		return nil, err
	}
	if len(b) <= walHeader+frameHeader {
		return nil, nil //nolint:nilnil // nothing was ever committed to it
	}
	w, ok := newWAL(b)
	if !ok {
		return &WALDamageError{Path: path, Frames: (len(b) - walHeader) / (frameHeader + 512)}, nil
	}
	bad := 0
	for bad < w.frames && w.sound(bad) {
		bad++
	}
	committed := false // the transaction of the frame that is bad, or a later one
	for i := bad; i < w.frames; i++ {
		if i > bad && w.sound(i) && committed {
			return &WALDamageError{Path: path, Offset: int64(walHeader + bad*w.size), Frames: w.frames - bad}, nil
		}
		committed = committed || (w.commits(i) && (w.current(i) || w.sound(i+1)))
	}
	return nil, nil //nolint:nilnil // at most the last transaction is torn, which nobody was told of
}

// wal is a write-ahead log whose header is sound.
type wal struct {
	bytes  []byte
	order  binary.ByteOrder
	size   int // of a frame
	frames int // complete ones
}

func newWAL(b []byte) (wal, bool) {
	w := wal{bytes: b, order: binary.LittleEndian}
	magic := binary.BigEndian.Uint32(b)
	if magic == walMagic+1 {
		w.order = binary.BigEndian
	}
	page := int(binary.BigEndian.Uint32(b[8:]))
	if magic&^1 != walMagic || page < 512 || page > 65536 || w.checksum([2]uint32{}, b[:24]) != sumAt(b[24:]) {
		return w, false
	}
	w.size = frameHeader + page
	w.frames = (len(b) - walHeader) / w.size
	return w, true
}

func (w wal) frame(i int) []byte { return w.bytes[walHeader+i*w.size:][:w.size] }

// current reports whether the frame was written since the log began anew.
func (w wal) current(i int) bool {
	return [8]byte(w.frame(i)[8:]) == [8]byte(w.bytes[16:])
}

// commits reports whether a frame is the last of a transaction.
func (w wal) commits(i int) bool { return binary.BigEndian.Uint32(w.frame(i)[4:]) != 0 }

// sound reports whether a frame is current and follows the one before it.
func (w wal) sound(i int) bool {
	if i >= w.frames {
		return false
	}
	before := sumAt(w.bytes[24:])
	if i > 0 {
		before = sumAt(w.frame(i - 1)[16:])
	}
	f := w.frame(i)
	return w.current(i) && w.checksum(w.checksum(before, f[:8]), f[frameHeader:]) == sumAt(f[16:])
}

func (w wal) checksum(sum [2]uint32, b []byte) [2]uint32 {
	for ; len(b) >= 8; b = b[8:] {
		sum[0] += w.order.Uint32(b) + sum[1]
		sum[1] += w.order.Uint32(b[4:]) + sum[0]
	}
	return sum
}

func sumAt(b []byte) [2]uint32 {
	return [2]uint32{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}
