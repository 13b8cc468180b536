package verify

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"parley/room"
)

// JSONL judges a file of records, one a line as JSON, of any number of rooms
// in any mixture; the records of a room are in their order. Empty lines are
// skipped. A record that names its room and cannot be read damages that room
// alone. A line that is no record ends the reading with an error that names
// it, and the report is of what came before.
func JSONL(in io.Reader) (Report, error) {
	rooms := map[string]*Room{}
	lines := bufio.NewReaderSize(in, 1<<16)
	var failed error
	for n, more := 1, true; more && failed == nil; n++ {
		line, err := lines.ReadBytes('\n')
		more = err == nil
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			failed = fmt.Errorf("line %d: %w", n, err)
		case len(bytes.TrimSpace(line)) > 0:
			failed = judge(rooms, line, n)
		}
	}
	sum := Merge()
	for _, code := range slices.Sorted(maps.Keys(rooms)) {
		sum.Add(rooms[code].Finish())
	}
	return sum, failed
}

func judge(rooms map[string]*Room, line []byte, n int) error {
	var rec room.Record
	err := json.Unmarshal(line, &rec)
	code := rec.Room
	if err != nil {
		code = namedRoom(line)
	}
	if code == "" {
		if err == nil {
			err = errors.New("it names no room")
		}
		return fmt.Errorf("line %d is not a record: %w", n, err)
	}
	r, ok := rooms[code]
	if !ok {
		r = NewRoom(code)
		rooms[code] = r
	}
	if err != nil {
		r.Damaged(fmt.Errorf("line %d: %w", n, err))
		return nil
	}
	r.Record(rec)
	return nil
}

// namedRoom returns the room that a record names which cannot be read
// otherwise, and nothing for a line that is no record.
func namedRoom(line []byte) string {
	var stub struct {
		V       int    `json:"v"`
		Room    string `json:"room"`
		Ordinal uint64 `json:"ord"`
	}
	if err := json.Unmarshal(line, &stub); err != nil || stub.V == 0 || stub.Ordinal == 0 {
		return ""
	}
	return stub.Room
}
