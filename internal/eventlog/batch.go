package eventlog

import (
	"context"

	"parley/room"
)

// Batcher is a Log that stores several records of a room in one step.
type Batcher interface {
	// AppendBatch stores records that follow each other in one room, the first
	// directly after the place after, all of them or none, and returns their
	// places. Its errors are Append's.
	AppendBatch(ctx context.Context, after Seq, recs []room.Record) ([]Seq, error)
}

// AppendOne is Append by the means of a Batcher.
func AppendOne(ctx context.Context, b Batcher, after Seq, rec room.Record) (Seq, error) {
	places, err := b.AppendBatch(ctx, after, []room.Record{rec})
	if err != nil {
		return 0, err
	}
	return places[0], nil
}

// AppendAll appends records that follow each other in one room and settles what
// is in doubt, as AppendSettled does for one. It returns the places of those
// that are stored, from the first on, and why the next one is not. A log that
// is no Batcher gets them one by one.
func AppendAll(ctx context.Context, l Log, after Seq, recs []room.Record) ([]Seq, error) {
	if b, ok := l.(Batcher); ok && len(recs) > 1 {
		places, err := b.AppendBatch(ctx, after, recs)
		if err == nil || final(err) {
			return places, err
		}
		// Some may have landed, or all, or others came first: the loop finds out.
	}
	places := make([]Seq, 0, len(recs))
	for _, rec := range recs {
		seq, err := AppendSettled(ctx, l, after, rec)
		if err != nil {
			return places, err
		}
		places, after = append(places, seq), seq
	}
	return places, nil
}
