package natslog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"parley/internal/eventlog"
	"parley/room"
)

const (
	// A stream without a leader is asked again, for as long as patience lasts.
	leaderlessWait  = 100 * time.Millisecond
	leaderlessTries = int(patience / leaderlessWait)
	// A refusal without a reason is looked into this often.
	refusedTries = 8
	refusedPause = 2 * time.Millisecond // doubled after every try
)

// Append implements eventlog.Log.
func (l *Log) Append(ctx context.Context, after eventlog.Seq, rec room.Record) (eventlog.Seq, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if err := l.begin(); err != nil {
		return 0, err
	}
	defer l.appending.Done()
	m, err := encode(l.shard(rec.Room).subject(rec.Room), after, rec)
	if err != nil {
		return 0, err
	}
	if err := l.checkOrdinal(ctx, after, rec); err != nil {
		return 0, err
	}
	pause := refusedPause
	for try := 1; ; try++ {
		seq, err := l.publish(ctx, m, after)
		if err == nil {
			l.places.put(rec.Room, place{seq: seq, ordinal: rec.Ordinal})
			l.packer.note(rec.Room, rec.Ordinal)
			return seq, nil
		}
		if !refused(err) {
			return 0, fmt.Errorf("append record %d of room %s: %w", rec.Ordinal, rec.Room, err)
		}
		if taken, err := l.taken(ctx, after, rec.Room); taken || err != nil {
			return 0, err
		}
		if try == refusedTries {
			return 0, fmt.Errorf("append record %d of room %s: refused although the place is free: %w", rec.Ordinal, rec.Room, err)
		}
		if err := eventlog.Wait(ctx, pause); err != nil {
			return 0, err
		}
		pause *= 2
	}
}

// publish stores a message when the room ends at after.
func (l *Log) publish(ctx context.Context, m *nats.Msg, after eventlog.Seq) (eventlog.Seq, error) {
	one, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ack, err := l.js.PublishMsg(one, m, jetstream.WithExpectLastSequencePerSubject(uint64(after)),
		jetstream.WithRetryAttempts(leaderlessTries), jetstream.WithRetryWait(leaderlessWait))
	switch {
	case err == nil:
		return eventlog.Seq(ack.Sequence), nil
	case errors.Is(err, nats.ErrMaxPayload), errors.Is(err, jetstream.ErrStreamMessageExceedsMaximum):
		return 0, fmt.Errorf("%w: the servers take no message of %d bytes: %w", eventlog.ErrInvalid, m.Size(), err)
	}
	return 0, l.explain(ctx, err)
}

// refused reports whether the cluster said that the room does not end there.
// It says so as well of a record that another append has under way, and of
// what it could not read.
func refused(err error) bool {
	const notReady = 10163
	var api *jetstream.APIError
	if !errors.As(err, &api) {
		return false
	}
	return api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence ||
		api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant || api.ErrorCode == notReady
}

// taken returns true and ErrConflict when the room does not end at after, and
// false when it does, in spite of what the cluster said.
func (l *Log) taken(ctx context.Context, after eventlog.Seq, code string) (bool, error) {
	end, err := l.last(ctx, code)
	switch {
	case errors.Is(err, errNone):
		end.place = 0
	case err != nil:
		return false, fmt.Errorf("look where room %s ends: %w", code, err)
	}
	if end.place == after {
		return false, nil
	}
	return true, eventlog.ErrConflict
}

// checkOrdinal returns ErrInvalid when the record at after does not have the
// ordinal before rec's. When none is there the cluster will say so.
func (l *Log) checkOrdinal(ctx context.Context, after eventlog.Seq, rec room.Record) error {
	if after == 0 {
		return nil // eventlog.Encode has checked it
	}
	before, known := l.places.get(rec.Room)
	if !known || before.seq != after {
		m, err := l.last(ctx, rec.Room)
		switch {
		case errors.Is(err, errNone):
			return nil
		case err != nil:
			return fmt.Errorf("look where room %s ends: %w", rec.Room, err)
		case m.place != after:
			return nil
		}
		before = m.at()
	}
	if rec.Ordinal != before.ordinal+1 {
		return fmt.Errorf("record %d of room %s after record %d: %w", rec.Ordinal, rec.Room, before.ordinal, eventlog.ErrInvalid)
	}
	return nil
}
