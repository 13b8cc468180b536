package sqlitelog

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"parley/internal/eventlog"
)

// nextRoom walks the primary key from room to room without reading what lies
// between.
const nextRoom = `SELECT min(room) FROM records WHERE room > ?1`

// Rooms yields the code of every room that has a record, each once, in order.
// A room whose head is gone, which Heads passes over, is among them.
func (r *Reader) Rooms(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		last := ""
		for {
			var code sql.NullString
			err := r.db.QueryRowContext(ctx, nextRoom, last).Scan(&code)
			switch {
			case r.closed.Load():
				yield("", eventlog.ErrClosed)
				return
			case err != nil:
				yield("", fmt.Errorf("read the list of rooms: %w", r.explain(ctx, err)))
				return
			case !code.Valid, !yield(code.String, nil):
				return
			}
			last = code.String
		}
	}
}
