package sqlitelog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gofrs/flock"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"parley/internal/eventlog"
)

// The files of a data directory.
const (
	fileName = "parley.db"
	lockName = "parley.lock"
)

// Sync says when an append is answered.
type Sync string

// The syncs; the package comment has what they promise.
const (
	Always   Sync = "always"
	Interval Sync = "interval"
)

// Options are the choices of Open; the zero value is ready to use.
type Options struct {
	Sync      Sync          // Always when empty
	SyncEvery time.Duration // for Interval; a second when 0
	Logger    *slog.Logger  // nil: nothing is logged
}

// ErrLocked means that another process has the data directory open.
const ErrLocked = lockError("the data directory is in use by another parley")

type lockError string

func (e lockError) Error() string { return string(e) }

// Log is an eventlog.Log in a data directory. Use Open.
type Log struct {
	*Reader

	bell   *eventlog.Bell
	writer *writer
	lock   *flock.Flock
}

// Open opens the log in dir and makes both when there are none. It fails with
// ErrLocked while another process has it open, and when the file was written
// by a newer version.
func Open(ctx context.Context, dir string, options Options) (_ *Log, err error) {
	switch options.Sync {
	case Always, Interval:
	case "":
		options.Sync = Always
	default:
		return nil, fmt.Errorf("sync %q is neither %q nor %q", options.Sync, Always, Interval)
	}
	if options.SyncEvery <= 0 {
		options.SyncEvery = time.Second
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	lock, err := acquire(dir)
	if err != nil {
		return nil, err
	}
	l := &Log{bell: eventlog.NewBell(), lock: lock}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open the log in %s: %w", dir, err), l.release())
		}
	}()
	if err := makeFile(dir); err != nil {
		return nil, err
	}
	if err := inherit(ctx, dir, options.Logger); err != nil {
		return nil, err
	}
	if l.writer, err = openWriter(ctx, dir, options); err != nil {
		return nil, err
	}
	if err := noteSync(dir, options.Sync); err != nil {
		return nil, err
	}
	if l.Reader, err = openReader(ctx, dir); err != nil {
		return nil, err
	}
	l.writer.stored = l.bell.Ring
	l.writer.start(ctx)
	options.Logger.InfoContext(ctx, "log opened", slog.String("dir", dir), slog.String("sync", string(options.Sync)))
	return l, nil
}

func acquire(dir string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	if !held {
		return nil, fmt.Errorf("%w (it holds %s)", ErrLocked, lock.Path())
	}
	return lock, nil
}

// inherit looks at what the last process left. Damage to the end of what was
// synced only at intervals is no more than a power cut may do.
func inherit(ctx context.Context, dir string, logger *slog.Logger) error {
	err := checkWAL(dir)
	if err == nil || syncedAlways(dir) {
		return err
	}
	logger.WarnContext(ctx, "the last appends before a power cut are lost", slog.Any("error", err))
	return nil
}

// noteSync notes for the next process how this one syncs, after what the last
// one left is on disk.
func noteSync(dir string, mode Sync) error {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_WRONLY|os.O_TRUNC, 0o600) //nolint:gosec // in the directory the operator named
	if err != nil {
		return err
	}
	_, err = f.WriteString(string(mode))
	return errors.Join(err, f.Sync(), f.Close())
}

// syncedAlways reports whether the last process that wrote to the log synced
// every append.
func syncedAlways(dir string) bool {
	mode, err := os.ReadFile(filepath.Join(dir, lockName)) //nolint:gosec // in the directory the operator named
	return err == nil && Sync(mode) == Always
}

// makeFile makes an empty database that only its owner can read; SQLite's
// companion files take its mode. The directory is synced so that a new file's
// name is as durable as what is going to be in it.
func makeFile(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, fileName), os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the directory the operator named
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return syncPath(dir)
}

// dataSource returns the name of the database for the driver.
func dataSource(dir, mode string, pragmas ...string) (string, error) {
	path, err := filepath.Abs(filepath.Join(dir, fileName))
	if err != nil {
		return "", err
	}
	query := url.Values{"mode": {mode}, "_txlock": {"immediate"}, "_pragma": append(pragmas, "busy_timeout(5000)")}
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: query.Encode()}
	return u.String(), nil
}

// OpenReadOnly opens the log in dir to read it, whether or not a server has it
// open, and what a killed server left as well. It changes no record and takes
// no lock.
func OpenReadOnly(ctx context.Context, dir string) (*Reader, error) {
	if _, err := os.Stat(filepath.Join(dir, fileName)); err != nil {
		return nil, fmt.Errorf("no log in %s: %w", dir, err)
	}
	r, err := openReader(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("open the log in %s: %w", dir, err)
	}
	return r, nil
}

func openReader(ctx context.Context, dir string) (_ *Reader, err error) {
	name, err := dataSource(dir, "ro", "query_only(1)")
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	connections := max(4, runtime.GOMAXPROCS(0))
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	r := &Reader{db: db, dir: dir}
	if r.version, err = readVersion(ctx, db); err != nil {
		return nil, err
	}
	return r, r.prepare(ctx)
}

// Close implements eventlog.Log.
func (l *Log) Close() error {
	if !l.closed.CompareAndSwap(false, true) {
		return nil
	}
	l.writer.stop()
	l.bell.Close()
	return l.release()
}

// release frees what has been opened so far. The writer goes last, so that
// SQLite can fold its log into the file.
func (l *Log) release() error {
	var errs []error
	if l.Reader != nil {
		errs = append(errs, l.db.Close())
	}
	if l.writer != nil {
		errs = append(errs, l.writer.close())
	}
	return errors.Join(append(errs, l.lock.Unlock())...)
}
