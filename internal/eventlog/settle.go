package eventlog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/room"
)

const (
	settleTries = 8
	settlePause = 10 * time.Millisecond // doubled after every try: 1.27 s in all
)

// AppendSettled appends and, when the answer leaves room for doubt, settles it.
// A conflict is looked into as well, because it may be about the same record
// that has landed before. ErrConflict from here therefore always means that
// another's record stands in the place, or that the room ends before it. Any
// error but those named in the package comment means that the doubt remains,
// usually because ctx has ended; the room must be read again before anything
// is decided for it.
func AppendSettled(ctx context.Context, l Log, after Seq, rec room.Record) (Seq, error) {
	seq, err := l.Append(ctx, after, rec)
	if err == nil || final(err) {
		return seq, err
	}
	seq, settled := Settle(ctx, l, after, rec)
	if settled != nil && !errors.Is(settled, ErrConflict) && !errors.Is(settled, err) {
		return 0, fmt.Errorf("%w (append: %s)", settled, err.Error()) // not a conflict, whatever the append says
	}
	return seq, settled
}

// Settle finds out what became of an append whose answer was lost. It reads the
// first record after the place after: rec itself, by its ID, has landed, and
// its place is returned; another's is ErrConflict; where there is none the same
// record is appended in the same place once more. It gives up after 8 tries
// within about 1.3 s, with the last error, or when ctx ends.
func Settle(ctx context.Context, l Log, after Seq, rec room.Record) (Seq, error) {
	var doubt error // of the last append or look that failed
	pause := settlePause
	for try := 1; ; try++ {
		seq, err := landed(ctx, l, after, rec)
		if seq != 0 || final(err) || errors.Is(err, ErrConflict) {
			return seq, err
		}
		if err == nil && try < settleTries {
			if seq, err = l.Append(ctx, after, rec); err == nil || final(err) {
				return seq, err
			}
		}
		if err != nil {
			doubt = err
		}
		if try == settleTries {
			return 0, fmt.Errorf("settle record %d of room %s: %w", rec.Ordinal, rec.Room, doubt)
		}
		if err := Wait(ctx, pause); err != nil {
			return 0, fmt.Errorf("settle record %d of room %s: %w (%w)", rec.Ordinal, rec.Room, err, doubt)
		}
		pause *= 2
	}
}

// landed returns the place of rec when it is the first record after after,
// ErrConflict when another is, and 0 when there is none.
func landed(ctx context.Context, l Log, after Seq, rec room.Record) (Seq, error) {
	for e, err := range l.Read(ctx, rec.Room, after) {
		switch {
		case err != nil:
			return 0, err
		case e.Record.ID == rec.ID:
			return e.Seq, nil
		default:
			return 0, ErrConflict
		}
	}
	return 0, nil
}

func final(err error) bool {
	return errors.Is(err, ErrInvalid) || errors.Is(err, ErrClosed)
}

// Wait lets time pass, and returns the error of ctx when that ends first.
func Wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
