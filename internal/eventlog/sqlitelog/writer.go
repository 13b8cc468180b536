package sqlitelog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

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

// cacheSize is in KB. A page of 4 KB takes 8 KB in memory, since the allocator
// of SQLite in Go rounds up what SQLite asks for.
const cacheSize = "cache_size(-32768)"

// writer owns the connection that writes.
type writer struct {
	db     *sql.DB
	conn   *sql.Conn
	logger *slog.Logger
	every  time.Duration     // between syncs; 0: every commit syncs
	stored func(code string) // called for every record stored

	begin, record, next, last, head, end *sql.Stmt

	failed bool // the last transaction that was to store something did not

	wake    chan struct{} // holds one
	stopped chan struct{}
	done    chan struct{}

	mu     sync.Mutex
	closed bool
	queue  []*waiting
}

func openWriter(ctx context.Context, dir string, options Options) (_ *writer, err error) {
	w := &writer{
		logger: options.Logger,
		wake:   make(chan struct{}, 1), stopped: make(chan struct{}), done: make(chan struct{}),
	}
	synchronous := "synchronous(full)"
	if options.Sync == Interval {
		synchronous, w.every = "synchronous(normal)", options.SyncEvery
	}
	name, err := dataSource(dir, "rw", synchronous, "wal_autocheckpoint(8000)", "journal_size_limit(67108864)", cacheSize)
	if err != nil {
		return nil, err
	}
	if w.db, err = sql.Open("sqlite", name); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	if w.conn, err = w.db.Conn(ctx); err != nil {
		return nil, err
	}
	if err := prepareSchema(ctx, w.conn); err != nil {
		return nil, err
	}
	var mode string
	if err := w.conn.QueryRowContext(ctx, "PRAGMA journal_mode = wal").Scan(&mode); err != nil {
		return nil, err
	}
	if mode != "wal" {
		return nil, fmt.Errorf("SQLite cannot keep a write-ahead log there: its journal mode is %q", mode)
	}
	// What a killed process left may not be on disk, and frames of its own may lie
	// behind damage: all that can be read moves to the file, and the log begins anew.
	if _, err := w.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(RESTART)"); err != nil {
		return nil, err
	}
	return w, w.prepare(ctx)
}

func (w *writer) prepare(ctx context.Context) error {
	for _, p := range []struct {
		statement **sql.Stmt
		query     string
	}{
		{&w.begin, "BEGIN IMMEDIATE"}, {&w.record, insertRecord}, {&w.next, insertNext}, {&w.last, moveEnd}, {&w.head, replaceHead}, {&w.end, "COMMIT"},
	} {
		var err error
		if *p.statement, err = w.conn.PrepareContext(ctx, p.query); err != nil {
			return err
		}
	}
	return nil
}

// close closes the statements one by one: SQLite keeps a connection alive while
// there is one, and then does not fold the write-ahead log into the file.
func (w *writer) close() error {
	var errs []error
	for _, s := range []*sql.Stmt{w.begin, w.record, w.next, w.last, w.head, w.end} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	if w.conn != nil {
		errs = append(errs, w.conn.Close())
	}
	return errors.Join(append(errs, w.db.Close())...)
}

// start starts the goroutine that ends with stop.
func (w *writer) start(ctx context.Context) { go w.run(context.WithoutCancel(ctx)) }

func (w *writer) run(ctx context.Context) {
	defer close(w.done)
	var tick <-chan time.Time
	if w.every > 0 {
		t := time.NewTicker(w.every)
		defer t.Stop()
		tick = t.C
	}
	for synced := true; ; {
		select {
		case <-w.wake:
			synced = !w.store(ctx) && synced
		case <-tick:
			synced = synced || w.sync(ctx)
		case <-w.stopped:
			for w.store(ctx) {
			}
			return
		}
	}
}

// sync moves what is in the write-ahead log to the file, which syncs both.
func (w *writer) sync(ctx context.Context) bool {
	if _, err := w.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		w.logger.ErrorContext(ctx, "log not synced", slog.Any("error", err))
		return false
	}
	return true
}

// store takes a batch and answers every append in it. It returns false when
// nothing waited.
func (w *writer) store(ctx context.Context) bool {
	batch := w.take()
	if len(batch) == 0 {
		return false
	}
	err := w.transact(ctx, batch)
	if err != nil {
		w.logger.ErrorContext(ctx, "appends failed", slog.Int("appends", len(batch)), slog.Any("error", err))
	}
	for _, a := range batch {
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
	return true
}

func (w *writer) transact(ctx context.Context, batch []*waiting) error {
	if _, err := w.begin.ExecContext(ctx); err != nil {
		return err
	}
	err := w.insertAll(ctx, batch)
	if err == nil {
		_, err = w.end.ExecContext(ctx)
	}
	if w.failed = err != nil; w.failed {
		w.rollback(ctx)
	}
	return err
}

// insertAll inserts what does not conflict. A batch of which nothing is stored
// says nothing about whether there is room for more; after a failure it has to.
func (w *writer) insertAll(ctx context.Context, batch []*waiting) error {
	stored := false
	for _, a := range batch {
		step := w.insert
		if a.remove {
			step = w.removeRoom
		}
		if err := step(ctx, a); err != nil {
			return err
		}
		stored = stored || !a.conflict
	}
	if stored || !w.failed {
		return nil
	}
	_, err := w.conn.ExecContext(ctx, tryRoom)
	return err
}

// rollback leaves a failed transaction, unless SQLite has done so itself.
func (w *writer) rollback(ctx context.Context) {
	if _, err := w.conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		w.logger.DebugContext(ctx, "transaction had ended by itself", slog.Any("error", err))
	}
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
