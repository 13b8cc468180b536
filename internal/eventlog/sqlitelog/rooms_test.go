package sqlitelog_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/sqlitelog"
)

func TestRooms(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, sqlitelog.Options{})
	list := func(ctx context.Context) (codes []string, err error) {
		for code, err := range l.Rooms(ctx) {
			if err != nil {
				return codes, err
			}
			codes = append(codes, code)
		}
		return codes, nil
	}
	if got, err := list(t.Context()); len(got) != 0 || err != nil {
		t.Errorf("an empty log has rooms %q, %v", got, err)
	}
	fill(t, l, "ZEBRA", 3)
	fill(t, l, "ABCDEF", 2)
	if _, err := l.Append(t.Context(), 0, eventlogtest.Record("NOHEAD", 1, "x")); err != nil {
		t.Fatal(err)
	}
	query(t, dir, "DELETE FROM heads WHERE room = 'ZEBRA'")
	query(t, dir, "DELETE FROM records WHERE room = 'ABCDEF' AND ord = 1")
	if got, err := list(t.Context()); !slices.Equal(got, []string{"ABCDEF", "NOHEAD", "ZEBRA"}) || err != nil {
		t.Errorf("rooms %q, %v", got, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := list(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := list(t.Context()); !errors.Is(err, eventlog.ErrClosed) {
		t.Errorf("after close: %v", err)
	}
}
