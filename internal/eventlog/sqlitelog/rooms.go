package sqlitelog

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"parley/internal/eventlog"
)

// They walk the primary keys from room to room without reading what lies
// between.
const (
	nextRoom      = `SELECT min(room) FROM records WHERE room > ?1`
	nextRoomOrEnd = `SELECT min(room) FROM (SELECT min(room) AS room FROM records WHERE room > ?1 UNION ALL SELECT min(room) FROM ends WHERE room > ?1)`
)

// Rooms yields the code of every room that has a record, each once, in order.
// A room whose head is gone, which Heads passes over, is among them, and so is
// one whose records are gone, of which the file knows that it had some.
func (r *Reader) Rooms(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		last, query := "", nextRoomOrEnd
		if r.version < 2 {
			query = nextRoom
		}
		for {
			var code sql.NullString
			err := r.db.QueryRowContext(ctx, query, last).Scan(&code)
			switch {
			case r.closed.Load():
				yield("", eventlog.ErrClosed)
				return
			case err != nil:
				yield("", fmt.Errorf("read the list of rooms: %w", r.explain(ctx, err)))
				return
			case code.Valid && code.String <= last: // damaged pages are not in order
				yield("", fmt.Errorf("read the list of rooms: %w", &eventlog.DamageError{Room: code.String, Reason: "it is listed after room " + last}))
				return
			case !code.Valid, !yield(code.String, nil):
				return
			}
			last = code.String
		}
	}
}
