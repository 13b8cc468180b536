package sqlitelog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// cacheSize is in KB. A page of 4 KB takes 8 KB in memory, since the allocator
// of SQLite in Go rounds up what SQLite asks for.
const cacheSize = "cache_size(-32768)"

// writer owns the connection that writes.
type writer struct {
	db     *sql.DB
	conn   *sql.Conn
	logger *slog.Logger
	tick   <-chan time.Time  // when to sync; nil: every transaction is synced
	stored func(code string) // called for every record stored

	begin, record, next, last, head, end *sql.Stmt

	wal     *os.File                    // nil when SQLite alone syncs
	sync    func() error                // wal's; nil without it
	synced  chan error                  // the end of a sync; holds one
	pending atomic.Pointer[transaction] // committed, and not yet or never on disk

	// Who has the turn, which is a token in the channel, has these to itself.
	turn    chan struct{}
	open    *transaction // begun and not committed
	syncing bool         // one that is committed is on its way to the disk
	folded  bool         // since the last commit
	failed  bool         // the last transaction that was to store something did not
	broken  error        // a sync failed

	wake    chan struct{} // holds one
	stopped chan struct{}
	running sync.WaitGroup

	mu     sync.Mutex
	closed bool
	queue  []*waiting
}

func openWriter(ctx context.Context, dir string, options Options) (_ *writer, err error) {
	w := &writer{
		logger: options.Logger, synced: make(chan error, 1), turn: make(chan struct{}, 1), folded: true,
		wake: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	if err := w.connect(ctx, dir); err != nil {
		return nil, err
	}
	if options.Sync == Interval {
		w.tick = time.Tick(options.SyncEvery)
		return w, w.prepare(ctx)
	}
	// SQLite has made the file by now, keeps it for as long as the connection
	// lives, and has no lock on it that closing a second descriptor would lose.
	if w.wal, err = os.OpenFile(filepath.Join(dir, walName), os.O_RDWR|os.O_CREATE, 0o600); err != nil { //nolint:gosec // in the directory the operator named
		return nil, err
	}
	w.sync = w.wal.Sync
	return w, w.prepare(ctx)
}

// connect opens the connection. What the write-ahead log holds it moves to the
// file, and has the log begin anew: of what a killed process left it is not
// known whether it is on disk, and some of it may be behind damage.
//
// Pages stay in the cache until their transaction is committed, so that no
// transaction is on the disk, not even in parts, before the one ahead of it is.
func (w *writer) connect(ctx context.Context, dir string) error {
	name, err := dataSource(dir, "rw", "synchronous(normal)", "wal_autocheckpoint(8000)", "journal_size_limit(67108864)", cacheSize, "cache_spill(0)")
	if err != nil {
		return err
	}
	if w.db, err = sql.Open("sqlite", name); err != nil {
		return err
	}
	if w.conn, err = w.db.Conn(ctx); err != nil {
		return err
	}
	if err := prepareSchema(ctx, w.conn); err != nil {
		return err
	}
	var mode string
	if err := w.conn.QueryRowContext(ctx, "PRAGMA journal_mode = wal").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("SQLite cannot keep a write-ahead log there: its journal mode is %q", mode)
	}
	_, err = w.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(RESTART)")
	return err
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
	if w.wal != nil {
		errs = append(errs, w.wal.Close())
	}
	if w.conn != nil {
		errs = append(errs, w.conn.Close())
	}
	if w.db != nil {
		errs = append(errs, w.db.Close())
	}
	return errors.Join(errs...)
}

// start starts the goroutines that end with stop.
func (w *writer) start(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	w.turn <- struct{}{}
	for range 2 {
		w.running.Go(func() { w.run(ctx) })
	}
}

// run brings the transaction that it has committed to the disk while the other
// goroutine, which has the turn then, makes the next one.
func (w *writer) run(ctx context.Context) {
	for range w.turn {
		t := w.committed(ctx)
		if t == nil {
			close(w.turn)
			return
		}
		w.turn <- struct{}{}
		w.toDisk(ctx, t)
	}
}

// committed returns the next transaction to be synced, or nil when the writer is
// stopped and nothing is left.
func (w *writer) committed(ctx context.Context) *transaction {
	stopped := w.stopped
	for stopped != nil || w.busy() {
		wake := w.wake
		if w.open.full() {
			wake = nil
		}
		select {
		case <-wake:
			w.gather(ctx)
		case w.broken = <-w.synced:
			w.syncing = false
		case <-w.tick:
			w.folded = w.folded || w.fold(ctx)
		case <-stopped:
			stopped = nil
		}
		if w.open == nil || w.syncing {
			continue
		}
		w.folded = false
		if t := w.commit(ctx); t != nil {
			return t
		}
	}
	return nil
}

// busy reports whether there is anything left to do.
func (w *writer) busy() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.queue) > 0 || w.open != nil || w.syncing
}

// fold moves what is in the write-ahead log to the file, which syncs both.
func (w *writer) fold(ctx context.Context) bool {
	if _, err := w.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		w.logger.ErrorContext(ctx, "log not synced", slog.Any("error", err))
		return false
	}
	return true
}
