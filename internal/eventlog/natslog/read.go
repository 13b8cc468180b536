package natslog

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"parley/internal/eventlog"
)

// Read implements eventlog.Log. Where the room ends it hears from the stream's
// leader; what comes before it takes from whoever has it, and checks that it
// makes a chain up to there.
func (l *Log) Read(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error] {
	return func(yield func(eventlog.Entry, error) bool) {
		end, err := l.end(ctx, code)
		if errors.Is(err, errNone) || err == nil && end.place <= after {
			return
		}
		if err != nil {
			yield(eventlog.Entry{}, err)
			return
		}
		l.places.put(code, end.at())
		for m, err := range l.scan(ctx, code, place{seq: after}, end) {
			var e eventlog.Entry
			if err == nil {
				err = l.explain(ctx, ctx.Err())
			}
			if err == nil {
				e, err = m.entry(code)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(eventlog.Entry{}, err)
		}
	}
}

// end returns the room's last message.
func (l *Log) end(ctx context.Context, code string) (message, error) {
	select {
	case <-l.closed:
		return message{}, eventlog.ErrClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		return message{}, err
	}
	m, err := l.last(ctx, code)
	if err != nil && !errors.Is(err, errNone) && !errors.Is(err, eventlog.ErrClosed) && ctx.Err() == nil {
		err = fmt.Errorf("read room %s: %w", code, err)
	}
	return m, err
}

// scan yields the room's messages after a place, to its end, from bundles where
// there are some.
func (l *Log) scan(ctx context.Context, code string, at place, end message) iter.Seq2[message, error] {
	return func(yield func(message, error) bool) {
		s := shelf{l: l, code: code, end: end}
		for page := s.page(ctx, at); len(page) > 0; page = s.page(ctx, at) {
			for _, m := range page {
				if !yield(m, nil) {
					return
				}
			}
			at = page[len(page)-1].at()
		}
		if (at.seq == 0 || at.ordinal > 0) && end.ordinal-at.ordinal >= packEvery {
			l.packer.want(code) // for whoever reads it next
		}
		for m, err := range l.stream(ctx, code, at, end) {
			if !yield(m, err) {
				return
			}
		}
	}
}

// stream yields the room's messages after a place, to its end, as the stream
// has them.
func (l *Log) stream(ctx context.Context, code string, at place, end message) iter.Seq2[message, error] {
	return func(yield func(message, error) bool) {
		for at.seq < end.place {
			page, err := l.pageOf(ctx, code, at, end)
			if err != nil {
				yield(message{}, err)
				return
			}
			for _, m := range page {
				if !yield(m, nil) {
					return
				}
			}
			at = page[len(page)-1].at()
		}
	}
}

// pageOf returns at least one of the messages after a place, all of them
// without gaps and not beyond the end. What a server does not have, or tell, is
// asked of the leader; what that has not either is damage.
func (l *Log) pageOf(ctx context.Context, code string, at place, end message) ([]message, error) {
	if follows(at, end) {
		return []message{end}, nil
	}
	page, err := l.page(ctx, code, at.seq)
	if err != nil && !leaderless(err) {
		return nil, fmt.Errorf("read room %s: %w", code, err)
	}
	n := 0
	for last := at; n < len(page) && page[n].place <= end.place && follows(last, page[n]); n++ {
		last = page[n].at()
	}
	if n > 0 {
		return page[:n], nil
	}
	m, err := l.next(ctx, code, at.seq)
	if err != nil && !errors.Is(err, errNone) {
		return nil, fmt.Errorf("read room %s: %w", code, err)
	}
	if err != nil || !follows(at, m) {
		reason := "it is missing"
		if err == nil {
			reason = fmt.Sprintf("it is missing; the next one there is %d", m.ordinal)
		}
		return nil, &eventlog.DamageError{Room: code, Ordinal: at.ordinal + 1, Reason: reason}
	}
	return []message{m}, nil
}

// follows reports whether a message is the one after a place. What stands at a
// place that a reader names is not known, it may be between two of the room.
func follows(at place, m message) bool {
	if at.seq > 0 && at.ordinal == 0 {
		return m.previous <= at.seq && m.place > at.seq
	}
	return m.previous == at.seq && m.ordinal == at.ordinal+1
}
