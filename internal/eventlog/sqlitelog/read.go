package sqlitelog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"

	"parley/internal/eventlog"
	"parley/room"
)

const (
	selectRecords = `SELECT ord, id, at, node, cause, body, sum FROM records
		WHERE room = ?1 AND ord > ?2 ORDER BY ord LIMIT ?3`
	selectHeads = `SELECT room, created_at, body, sum FROM heads
		WHERE created_at <= ?1 AND (created_at < ?1 OR room > ?2)
		ORDER BY created_at DESC, room LIMIT ?3`
)

// A page ends with whichever of the two is reached first.
const (
	pageRows  = 256
	pageBytes = 1 << 20
)

// Both accounts of where a room ends, of one moment.
const selectEnds = `SELECT coalesce((SELECT max(ord) FROM records WHERE room = ?1), 0),
	coalesce((SELECT ord FROM ends WHERE room = ?1), 0)`

// ends is where a room ends: its last record, and what the file says it is.
type ends struct{ last, noted eventlog.Seq }

// Reader reads a log. Its methods may be called by any number of goroutines at
// once; their contract is that of eventlog.Log.
type Reader struct {
	db      *sql.DB
	dir     string
	version int // of the schema
	closed  atomic.Bool

	records, heads *sql.Stmt
	bounds         *sql.Stmt // nil before version 2
}

func (r *Reader) prepare(ctx context.Context) (err error) {
	if r.records, err = r.db.PrepareContext(ctx, selectRecords); err != nil {
		return err
	}
	if r.heads, err = r.db.PrepareContext(ctx, selectHeads); err != nil || r.version < 2 {
		return err
	}
	r.bounds, err = r.db.PrepareContext(ctx, selectEnds)
	return err
}

// Read yields the room's records after the place after, in order, to the end
// that the room has at present. It checks every one, the chain they make and
// where it ends; a *eventlog.DamageError names the first that is wrong.
func (r *Reader) Read(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error] {
	return func(yield func(eventlog.Entry, error) bool) {
		end, err := r.ends(ctx, code)
		if err != nil {
			yield(eventlog.Entry{}, err)
			return
		}
		for e, err := range r.chain(ctx, code, after) {
			if !yield(e, err) || err != nil {
				return
			}
			after = e.Seq
		}
		if err := end.check(code, after); err != nil {
			yield(eventlog.Entry{}, err)
		}
	}
}

// chain yields records for as long as each follows the one before.
func (r *Reader) chain(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error] {
	return func(yield func(eventlog.Entry, error) bool) {
		for {
			page, more, err := r.recordPage(ctx, code, after)
			for _, entry := range page {
				if !yield(entry, nil) {
					return
				}
				after = entry.Seq
			}
			if err != nil {
				yield(eventlog.Entry{}, err)
			}
			if err != nil || !more {
				return
			}
		}
	}
}

// ends returns where the room ends now. Who reads all that is there then comes
// at least that far.
func (r *Reader) ends(ctx context.Context, code string) (e ends, err error) {
	if r.bounds == nil {
		return e, nil
	}
	if r.closed.Load() {
		return e, eventlog.ErrClosed
	}
	if err := r.bounds.QueryRowContext(ctx, code).Scan(&e.last, &e.noted); err != nil {
		return e, fmt.Errorf("read the end of room %s: %w", code, r.explain(ctx, err))
	}
	return e, nil
}

// check compares where the room ended with how far it could be read.
func (e ends) check(code string, read eventlog.Seq) error {
	switch {
	case read < e.noted:
		return &eventlog.DamageError{Room: code, Ordinal: uint64(read) + 1, Reason: fmt.Sprintf("it is missing; the room's last one is %d", e.noted)}
	case e.last != e.noted:
		return &eventlog.DamageError{Room: code, Ordinal: uint64(e.noted) + 1, Reason: fmt.Sprintf("the room's last one is %d", e.noted)}
	}
	return nil
}

// follow checks that a row is the next one after a place.
func follow(row recordRow, after eventlog.Seq) (eventlog.Entry, error) {
	if want := uint64(after) + 1; row.ord != want {
		return eventlog.Entry{}, &eventlog.DamageError{
			Room: row.room, Ordinal: want, Reason: fmt.Sprintf("it is missing; the next one there is %d", row.ord),
		}
	}
	rec, err := row.record()
	if err != nil {
		return eventlog.Entry{}, err
	}
	return eventlog.Entry{Seq: eventlog.Seq(row.ord), Record: rec}, nil
}

// recordPage returns the records that follow a place. With an error they are
// those before it.
func (r *Reader) recordPage(ctx context.Context, code string, after eventlog.Seq) (page []eventlog.Entry, more bool, err error) {
	row, size := recordRow{room: code}, 0
	more, err = r.page(ctx, r.records, []any{code, int64(after)}, func(rows *sql.Rows) (int, error) { //nolint:gosec // ordinals count up from 1
		body := (*sql.RawBytes)(&row.body) // read before the next row takes its place
		if err := rows.Scan(&row.ord, &row.id, &row.at, &row.node, &row.cause, body, &row.sum); err != nil {
			return 0, err
		}
		entry, err := follow(row, after)
		if err != nil {
			return 0, err
		}
		page, after = append(page, entry), entry.Seq
		size += len(row.body)
		return size, nil
	})
	if damage, ok := errors.AsType[*eventlog.DamageError](err); ok {
		return page, false, damage
	}
	if err != nil {
		return page, false, fmt.Errorf("read room %s: %w", code, err)
	}
	return page, more, nil
}

// Heads yields the newest head of every room that has one: the room created
// last first, those of the same millisecond by code.
func (r *Reader) Heads(ctx context.Context) iter.Seq2[room.Head, error] {
	return func(yield func(room.Head, error) bool) {
		last := headRow{createdAt: "~"} // after every time
		for {
			page, more, err := r.headPage(ctx, last)
			for _, row := range page {
				head, err := row.headAfter(last)
				if !yield(head, err) || err != nil {
					return
				}
				last = row
			}
			if err != nil {
				yield(room.Head{}, err)
			}
			if err != nil || !more {
				return
			}
		}
	}
}

// headAfter returns the head that is listed after another. In damaged pages it
// may stand before it.
func (h headRow) headAfter(last headRow) (room.Head, error) {
	if h.createdAt > last.createdAt || h.createdAt == last.createdAt && h.room <= last.room {
		return room.Head{}, &eventlog.DamageError{Room: h.room, Reason: "it is listed after room " + last.room}
	}
	return h.head()
}

func (r *Reader) headPage(ctx context.Context, last headRow) ([]headRow, bool, error) {
	var page []headRow
	size := 0
	more, err := r.page(ctx, r.heads, []any{last.createdAt, last.room}, func(rows *sql.Rows) (int, error) {
		var row headRow
		err := rows.Scan(&row.room, &row.createdAt, &row.body, &row.sum)
		page = append(page, row)
		size += len(row.body)
		return size, err
	})
	if err != nil {
		return nil, false, fmt.Errorf("read heads: %w", err)
	}
	return page, more, nil
}

// page runs a query and has scan take its rows until the page is full; scan
// returns how many bytes the page has so far. It says whether there may be
// more rows.
func (r *Reader) page(ctx context.Context, query *sql.Stmt, args []any, scan func(*sql.Rows) (int, error)) (more bool, err error) {
	defer func() { err = r.explain(ctx, err) }()
	if r.closed.Load() {
		return false, eventlog.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	rows, err := query.QueryContext(ctx, append(args, pageRows)...)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for n := 1; rows.Next(); n++ {
		size, err := scan(rows)
		if err != nil {
			return false, err
		}
		if n == pageRows || size >= pageBytes {
			return true, nil
		}
	}
	return false, rows.Err()
}

// explain puts the cause of a failed query first where SQLite only says that
// it was interrupted.
func (r *Reader) explain(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case r.closed.Load():
		return eventlog.ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return err
}

// Close frees the reader. Later calls get eventlog.ErrClosed.
func (r *Reader) Close() error {
	if !r.closed.CompareAndSwap(false, true) {
		return nil
	}
	return r.db.Close()
}

// Follow implements eventlog.Log.
func (l *Log) Follow(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error] {
	return l.bell.Follow(ctx, l, code, after)
}
