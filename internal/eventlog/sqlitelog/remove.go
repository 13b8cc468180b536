package sqlitelog

import (
	"context"
	"fmt"
)

// Remove implements eventlog.Remover. The file does not get smaller: SQLite
// uses the pages for what comes.
func (l *Log) Remove(ctx context.Context, code string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a := &waiting{room: code, remove: true, answer: make(chan error, 1)}
	if err := l.writer.enqueue(a); err != nil {
		return err
	}
	select {
	case err := <-a.answer:
		return err
	case <-ctx.Done():
		return fmt.Errorf("room %s may be removed or not: %w", code, ctx.Err())
	}
}

// removeRoom deletes what a room has; a room is small enough for one step.
func (w *writer) removeRoom(ctx context.Context, a *waiting) error {
	for _, statement := range []string{
		`DELETE FROM records WHERE room = ?1`, `DELETE FROM ends WHERE room = ?1`, `DELETE FROM heads WHERE room = ?1`,
	} {
		if _, err := w.conn.ExecContext(ctx, statement, a.room); err != nil {
			return err
		}
	}
	return nil
}
