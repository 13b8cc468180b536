package sqlitelog

import (
	"context"
	"fmt"
	"log/slog"
)

// toDisk syncs a transaction that is committed and answers its appends. The
// next one may be committed when this one is synced, so there is never more
// than one that a power cut can take.
//
// When a sync fails the system may have dropped what it could not write, and
// say so this once: a later sync that succeeds says nothing of it.
func (w *writer) toDisk(ctx context.Context, t *transaction) {
	err := w.sync()
	if err != nil {
		err = fmt.Errorf("the log takes nothing until parley is started again, because it cannot tell what is on the disk: %w", err)
		w.logger.ErrorContext(ctx, "log not synced", slog.Int("appends", len(t.appends)), slog.Any("error", err))
	}
	w.settle(t, err)
	w.synced <- err
	w.answer(t, err)
}

// settle lets those who read go on. After a sync that failed nobody may.
func (w *writer) settle(t *transaction, err error) {
	if err == nil {
		w.pending.Store(nil)
	}
	t.err = err
	close(t.settled)
}

// onDisk waits until everything is on disk that has been read by now.
func (w *writer) onDisk(ctx context.Context) error {
	t := w.pending.Load()
	if t == nil {
		return nil
	}
	select {
	case <-t.settled:
		return t.err
	case <-ctx.Done():
		return ctx.Err()
	}
}
