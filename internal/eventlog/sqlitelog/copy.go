package sqlitelog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrOccupied means that a directory has a log already.
const ErrOccupied = copyError("there is a log already")

type copyError string

func (e copyError) Error() string { return string(e) }

// Copy writes the log as it is at this moment into another directory, which is
// made when there is none and is locked meanwhile. Servers may go on appending
// to what is copied. Unless told to replace it, a log that is there already is
// left alone, with ErrOccupied. Only a whole copy takes its place.
func (r *Reader) Copy(ctx context.Context, dir string, replace bool) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("copy the log to %s: %w", dir, err)
		}
	}()
	if err := checkWAL(r.dir); err != nil && syncedAlways(r.dir) {
		return err // SQLite would copy what is before the damage
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	lock, err := acquire(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	file := filepath.Join(dir, fileName)
	if _, err := os.Stat(file); err == nil && !replace {
		return ErrOccupied
	}
	part := file + ".part"
	if err := r.copyFile(ctx, part); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	for _, old := range []string{walName, fileName + "-shm"} {
		if err := os.Remove(filepath.Join(dir, old)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := os.Rename(part, file); err != nil {
		return err
	}
	return syncPath(dir)
}

// copyFile writes all rows to a new file, and that to the disk.
func (r *Reader) copyFile(ctx context.Context, path string) error {
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		return err
	}
	name, err := dataSource(r.dir, "ro") // Reader's connections may not even write elsewhere
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?1", path)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	return syncPath(path)
}

// syncPath brings a file, or the names in a directory, to the disk.
func syncPath(path string) error {
	f, err := os.Open(path) //nolint:gosec // in a directory the operator named
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
