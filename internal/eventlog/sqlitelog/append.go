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
	room   string
	rows   []recordRow // following each other
	head   *headRow    // the last of theirs
	remove bool        // then there are no rows
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
		return "remove room " + a.room
	}
	return fmt.Sprintf("store record %d of room %s", a.rows[0].ord, a.room)
}

// Append implements eventlog.Log. An append that is withdrawn by its context
// before the writer took it is not stored.
func (l *Log) Append(ctx context.Context, after eventlog.Seq, rec room.Record) (eventlog.Seq, error) {
	return eventlog.AppendOne(ctx, l, after, rec)
}

// AppendBatch implements eventlog.Batcher: its records are in one transaction.
func (l *Log) AppendBatch(ctx context.Context, after eventlog.Seq, recs []room.Record) ([]eventlog.Seq, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(recs) == 0 {
		return nil, nil
	}
	a := &waiting{room: recs[0].Room, answer: make(chan error, 1)}
	places := make([]eventlog.Seq, len(recs))
	for i, rec := range recs {
		if err := a.add(after, rec); err != nil {
			return nil, err
		}
		after = eventlog.Seq(rec.Ordinal)
		places[i] = after
	}
	if err := l.writer.enqueue(a); err != nil {
		return nil, err
	}
	var err error
	select {
	case err = <-a.answer:
	case <-ctx.Done():
		err = ctx.Err()
		if !a.decided.CompareAndSwap(false, true) {
			err = fmt.Errorf("record %d of room %s may be stored or not: %w", recs[0].Ordinal, a.room, err)
		}
	}
	if err != nil {
		return nil, err
	}
	return places, nil
}

func (a *waiting) add(after eventlog.Seq, rec room.Record) error {
	if rec.Room != a.room {
		return fmt.Errorf("record of room %s in a batch of room %s: %w", rec.Room, a.room, eventlog.ErrInvalid)
	}
	row, err := newRecordRow(after, rec)
	if err != nil {
		return err
	}
	a.rows = append(a.rows, row)
	if rec.Head == nil {
		return nil
	}
	head, err := newHeadRow(*rec.Head)
	a.head = &head
	return err
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
	n, rows, size := 0, 0, 0
	for ; n < len(w.queue) && rows < batchRows && size < batchBytes; n++ {
		a := w.queue[n]
		if !a.decided.CompareAndSwap(false, true) {
			continue
		}
		batch = append(batch, a)
		rows += len(a.rows)
		for _, r := range a.rows {
			size += len(r.body)
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
