package sqlitelog

import (
	"context"
	"fmt"
	"log/slog"

	"parley/internal/eventlog"
)

const (
	// A record is inserted only where its room ends, by both accounts.
	insertRecord = `INSERT INTO records (room, ord, id, at, node, cause, body, sum)
		SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
		WHERE ?2 - 1 = coalesce((SELECT max(ord) FROM records WHERE room = ?1), 0)
		AND ?2 - 1 = coalesce((SELECT ord FROM ends WHERE room = ?1), 0)`
	// Behind one that was inserted in the same transaction. The driver looks for
	// the names of parameters that have one, at each call.
	insertNext  = `INSERT INTO records (room, ord, id, at, node, cause, body, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	moveEnd     = `INSERT INTO ends (room, ord) VALUES (?, ?) ON CONFLICT (room) DO UPDATE SET ord = excluded.ord`
	replaceHead = `INSERT INTO heads (room, created_at, body, sum) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (room) DO UPDATE SET created_at = ?2, body = ?3, sum = ?4`
	// More than a usual append takes.
	tryRoom = `DELETE FROM scratch; INSERT INTO scratch (body) VALUES (zeroblob(65536))`
)

// A transaction takes no more when it has reached one of the two.
const (
	batchRows  = 1024
	batchBytes = 16 << 20
)

// transaction is appends that are committed together.
type transaction struct {
	appends    []*waiting
	rows, size int
	stored     bool // one of them at least did not conflict

	settled chan struct{} // closed when it is on disk, or certainly not known to be
	err     error         // then, why it is not
}

func (t *transaction) full() bool {
	return t != nil && (t.rows >= batchRows || t.size >= batchBytes)
}

func (t *transaction) add(a *waiting) {
	t.appends = append(t.appends, a)
	t.rows += len(a.rows)
	for _, r := range a.rows {
		t.size += len(r.body)
	}
}

// gather inserts what waits, in the open transaction or in a new one.
func (w *writer) gather(ctx context.Context) {
	t := w.open
	if t == nil {
		t = &transaction{settled: make(chan struct{})}
	}
	taken := w.take(t)
	if len(taken) == 0 {
		return
	}
	err := w.broken
	if err == nil && w.open == nil {
		_, err = w.begin.ExecContext(ctx)
	}
	if w.open = t; err == nil {
		err = w.insertAll(ctx, taken)
	}
	if err != nil {
		w.giveUp(ctx, err)
	}
}

// insertAll inserts what does not conflict.
func (w *writer) insertAll(ctx context.Context, taken []*waiting) error {
	for _, a := range taken {
		step := w.insert
		if a.remove {
			step = w.removeRoom
		}
		if err := step(ctx, a); err != nil {
			return err
		}
		w.open.stored = w.open.stored || !a.conflict
	}
	return nil
}

// insert inserts the records of an append, the first only where its room ends,
// and moves the room's end behind the last.
func (w *writer) insert(ctx context.Context, a *waiting) error {
	for i, r := range a.rows {
		statement := w.next
		if i == 0 {
			statement = w.record
		}
		result, err := statement.ExecContext(ctx, r.room, r.ord, r.id, r.at, r.node, r.cause, string(r.body), r.sum)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return err
		}
		if a.conflict = n == 0; a.conflict {
			return nil
		}
	}
	if _, err := w.last.ExecContext(ctx, a.room, a.rows[len(a.rows)-1].ord); err != nil || a.head == nil {
		return err
	}
	h := a.head
	_, err := w.head.ExecContext(ctx, h.room, h.createdAt, string(h.body), h.sum)
	return err
}

// commit commits the open transaction and returns it if it is to be synced; if
// not, it is answered. One that stores nothing says nothing about whether there
// is room for more; after a failure it has to.
func (w *writer) commit(ctx context.Context) *transaction {
	t, err := w.open, w.broken
	if err == nil && !t.stored && w.failed {
		t.stored = true
		_, err = w.conn.ExecContext(ctx, tryRoom)
	}
	if err != nil {
		w.giveUp(ctx, err)
		return nil
	}
	w.syncing = t.stored && w.sync != nil
	if w.syncing {
		w.pending.Store(t) // before anybody can read it
	}
	if _, err := w.end.ExecContext(ctx); err != nil {
		w.syncing = false
		w.settle(t, nil)
		w.giveUp(ctx, err)
		return nil
	}
	w.open, w.failed = nil, false
	if w.syncing {
		return t
	}
	w.answer(t, nil)
	return nil
}

// giveUp takes the open transaction back, unless SQLite has done so itself.
func (w *writer) giveUp(ctx context.Context, err error) {
	t := w.open
	w.open, w.failed = nil, true
	w.logger.ErrorContext(ctx, "appends failed", slog.Int("appends", len(t.appends)), slog.Any("error", err))
	if _, err := w.conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		w.logger.DebugContext(ctx, "transaction had ended by itself", slog.Any("error", err))
	}
	w.answer(t, err)
}

// answer answers every append of a transaction.
func (w *writer) answer(t *transaction, err error) {
	for _, a := range t.appends {
		switch {
		case err != nil:
			// Also for a conflict: what it conflicted with may be gone.
			a.answer <- fmt.Errorf("%s: %w", a, err)
		case a.conflict:
			a.answer <- eventlog.ErrConflict
		default:
			if !a.remove {
				w.stored(a.room)
			}
			a.answer <- nil
		}
	}
}
