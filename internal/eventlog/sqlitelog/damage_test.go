package sqlitelog_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/sqlitelog"
)

// fill appends so many records to a room, the first with a head.
func fill(t *testing.T, l eventlog.Log, code string, n int) {
	t.Helper()
	for i := range n {
		rec := eventlogtest.Record(code, uint64(i)+1, fmt.Sprintf("line %d", i+1))
		if i == 0 {
			rec.Head = eventlogtest.Head(code, 0, 1)
		}
		if _, err := l.Append(t.Context(), eventlog.Seq(i), rec); err != nil {
			t.Fatal(err)
		}
	}
}

// query runs plain SQL on the file of a data directory and returns the first
// column of what it yields.
func query(t *testing.T, dir, statement string) []string {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "parley.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), statement)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		values := make([]sql.NullString, len(columns))
		targets := make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		cells := make([]string, len(columns))
		for i, v := range values {
			cells[i] = v.String
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return lines
}

// TestDamage changes the file behind the log's back and wants the first wrong
// record named, and everything before it.
func TestDamage(t *testing.T) {
	const room, records = "ABCDEF", 300
	for _, test := range []struct {
		name, statement string
		ordinal         uint64 // 0: nothing is wrong
		reason          string
	}{
		{"nothing", "SELECT 1", 0, ""},
		{"a letter of a line", "UPDATE records SET body = replace(body, 'line 7\"', 'line 9\"') WHERE room = 'ABCDEF' AND ord = 7", 7, "checksum"},
		{"a bit of the last line", "UPDATE records SET body = replace(body, 'line 300', 'line 301') WHERE room = 'ABCDEF' AND ord = 300", 300, "checksum"},
		{"a body cut short", "UPDATE records SET body = substr(body, 1, 40) WHERE room = 'ABCDEF' AND ord = 2", 2, "checksum"},
		{"the time", "UPDATE records SET at = '2026-03-01T09:00:00.000Z' WHERE room = 'ABCDEF' AND ord = 257", 257, "checksum"},
		{"the cause", "UPDATE records SET cause = 'vote' WHERE room = 'ABCDEF' AND ord = 1", 1, "checksum"},
		{"the id", "UPDATE records SET id = 'x' WHERE room = 'ABCDEF' AND ord = 1", 1, "checksum"},
		{"the checksum", "UPDATE records SET sum = sum + 1 WHERE room = 'ABCDEF' AND ord = 5", 5, "checksum"},
		{"a row gone", "DELETE FROM records WHERE room = 'ABCDEF' AND ord = 42", 42, "missing; the next one there is 43"},
		{"the first row gone", "DELETE FROM records WHERE room = 'ABCDEF' AND ord = 1", 1, "missing"},
		{"the row between two pages gone", "DELETE FROM records WHERE room = 'ABCDEF' AND ord = 257", 257, "missing"},
		{"many rows gone", "DELETE FROM records WHERE room = 'ABCDEF' AND ord BETWEEN 10 AND 280", 10, "the next one there is 281"},
		{"the last row gone", "DELETE FROM records WHERE room = 'ABCDEF' AND ord = 300", 300, "missing; the room's last one is 300"},
		{"the last rows gone", "DELETE FROM records WHERE room = 'ABCDEF' AND ord > 256", 257, "missing; the room's last one is 300"},
		{"all rows gone", "DELETE FROM records WHERE room = 'ABCDEF'", 1, "missing; the room's last one is 300"},
		{"a row moved", "UPDATE records SET ord = 1000 WHERE room = 'ABCDEF' AND ord = 300", 300, "missing; the next one there is 1000"},
		{"another room's row in its place", `DELETE FROM records WHERE room = 'ABCDEF' AND ord = 3;
			UPDATE records SET room = 'ABCDEF' WHERE room = 'OTHERS' AND ord = 3`, 3, "checksum"},
		{"another record's body", `UPDATE records SET (body, sum) = (SELECT body, sum FROM records WHERE room = 'ABCDEF' AND ord = 8)
			WHERE room = 'ABCDEF' AND ord = 9`, 9, "checksum"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			l := open(t, dir, sqlitelog.Options{Sync: sqlitelog.Interval})
			fill(t, l, room, records)
			fill(t, l, "OTHERS", 3)
			query(t, dir, test.statement)
			good := uint64(0)
			var last error
			for e, err := range l.Read(t.Context(), room, 0) {
				if last = err; err == nil {
					good = e.Record.Ordinal
				}
			}
			if test.ordinal == 0 {
				if last != nil || good != records {
					t.Fatalf("%d records, %v", good, last)
				}
				return
			}
			var damage *eventlog.DamageError
			if !errors.As(last, &damage) {
				t.Fatalf("got %v after %d records; want a *DamageError", last, good)
			}
			if damage.Room != room || damage.Ordinal != test.ordinal || good != test.ordinal-1 || !strings.Contains(damage.Reason, test.reason) {
				t.Errorf("got %v after %d records; want record %d and %q", damage, good, test.ordinal, test.reason)
			}
		})
	}
}

// TestDamagedEnd changes what the file knows of where rooms end.
func TestDamagedEnd(t *testing.T) {
	for _, statement := range []string{
		"UPDATE ends SET ord = 2", "UPDATE ends SET ord = 4", "DELETE FROM ends", "UPDATE ends SET room = 'OTHERS'",
	} {
		dir := t.TempDir()
		l := open(t, dir, sqlitelog.Options{})
		fill(t, l, "ABCDEF", 3)
		query(t, dir, statement)
		var damage *eventlog.DamageError
		for _, err := range l.Read(t.Context(), "ABCDEF", 0) {
			if err != nil && (!errors.As(err, &damage) || damage.Room != "ABCDEF") {
				t.Errorf("%s: %v", statement, err)
			}
		}
		if damage == nil {
			t.Errorf("%s: nothing found", statement)
		}
		if _, err := l.Append(t.Context(), 3, eventlogtest.Record("ABCDEF", 4, "next")); !errors.Is(err, eventlog.ErrConflict) {
			t.Errorf("%s: an append: %v; want ErrConflict", statement, err)
		}
	}
}

// TestRoomGone takes all records of a room: it is still a room, and damaged.
func TestRoomGone(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, sqlitelog.Options{})
	fill(t, l, "ABCDEF", 3)
	fill(t, l, "OTHERS", 3)
	query(t, dir, "DELETE FROM records WHERE room = 'ABCDEF'; DELETE FROM ends WHERE room = 'OTHERS'")
	var codes []string
	for code, err := range l.Rooms(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, code)
	}
	if !slices.Equal(codes, []string{"ABCDEF", "OTHERS"}) {
		t.Errorf("rooms are %q", codes)
	}
}

func TestDamagedHead(t *testing.T) {
	for _, statement := range []string{
		"UPDATE heads SET body = replace(body, 'open', 'shut')",
		"UPDATE heads SET created_at = '2020-01-01T00:00:00.000Z'",
		"UPDATE heads SET sum = 0",
	} {
		dir := t.TempDir()
		l := open(t, dir, sqlitelog.Options{})
		fill(t, l, "ABCDEF", 1)
		query(t, dir, statement)
		var damage *eventlog.DamageError
		for _, err := range l.Heads(t.Context()) {
			if !errors.As(err, &damage) || damage.Room != "ABCDEF" || damage.Ordinal != 0 {
				t.Errorf("%s: %v", statement, err)
			}
		}
		if damage == nil {
			t.Errorf("%s: nothing found", statement)
		}
	}
}

// TestAppendAfterDamage has a writer who still knows the room append where
// rows have vanished: the room must not get another record in place of one
// that was answered.
func TestAppendAfterDamage(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, sqlitelog.Options{})
	fill(t, l, "ABCDEF", 10)
	query(t, dir, "DELETE FROM records WHERE ord = 5")
	if _, err := l.Append(t.Context(), 4, eventlogtest.Record("ABCDEF", 5, "another")); !errors.Is(err, eventlog.ErrConflict) {
		t.Errorf("into the gap: %v; want ErrConflict", err)
	}
	query(t, dir, "DELETE FROM records WHERE ord >= 9")
	if _, err := l.Append(t.Context(), 10, eventlogtest.Record("ABCDEF", 11, "next")); !errors.Is(err, eventlog.ErrConflict) {
		t.Errorf("after a lost end: %v; want ErrConflict", err)
	}
}
