package sqlitelog

import (
	"context"
	"fmt"
	"sync/atomic"

	"parley/internal/eventlog"
	"parley/room"
)

// A transaction ends with whichever of the two is reached first.
const (
	batchRows  = 1024
	batchBytes = 16 << 20
)

// waiting is an append on its way through the writer, or a room that is to be
// removed.
type waiting struct {
	row    recordRow
	head   *headRow
	remove bool // then the row holds the code and nothing else
	// decided is set once, by the writer that takes the append or by the
	// caller that withdraws it.
	decided atomic.Bool
	// conflict is the writer's until the answer.
	conflict bool
	answer   chan error // holds one
}

// String says what it is, for errors.
func (a *waiting) String() string {
	if a.remove {
		return "remove room " + a.row.room
	}
	return fmt.Sprintf("store record %d of room %s", a.row.ord, a.row.room)
}

// Append implements eventlog.Log. An append that is withdrawn by its context
// before the writer took it is not stored.
func (l *Log) Append(ctx context.Context, after eventlog.Seq, rec room.Record) (eventlog.Seq, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	row, err := newRecordRow(after, rec)
	if err != nil {
		return 0, err
	}
	a := &waiting{row: row, answer: make(chan error, 1)}
	if rec.Head != nil {
		head, err := newHeadRow(*rec.Head)
		if err != nil {
			return 0, err
		}
		a.head = &head
	}
	if err := l.writer.enqueue(a); err != nil {
		return 0, err
	}
	select {
	case err = <-a.answer:
	case <-ctx.Done():
		if a.decided.CompareAndSwap(false, true) {
			return 0, ctx.Err()
		}
		return 0, fmt.Errorf("record %d of room %s may be stored or not: %w", rec.Ordinal, rec.Room, ctx.Err())
	}
	if err != nil {
		return 0, err
	}
	return eventlog.Seq(rec.Ordinal), nil
}

func (w *writer) enqueue(a *waiting) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return eventlog.ErrClosed
	}
	w.queue = append(w.queue, a)
	w.rouse()
	return nil
}

// rouse has the writer look into the queue.
func (w *writer) rouse() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// take returns what waits and has not been withdrawn, up to a transaction's
// worth.
func (w *writer) take() []*waiting {
	w.mu.Lock()
	defer w.mu.Unlock()
	var batch []*waiting
	n, size := 0, 0
	for ; n < len(w.queue) && len(batch) < batchRows && size < batchBytes; n++ {
		if a := w.queue[n]; a.decided.CompareAndSwap(false, true) {
			batch = append(batch, a)
			size += len(a.row.body)
		}
	}
	if n == len(w.queue) {
		w.queue = nil
		return batch
	}
	w.queue = w.queue[n:]
	w.rouse()
	return batch
}

// stop refuses new appends and returns when all that waited are answered.
func (w *writer) stop() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	close(w.stopped)
	<-w.done
}
