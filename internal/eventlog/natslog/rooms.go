package natslog

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"parley/internal/eventlog"
)

// Rooms yields the code of every room that has a record, each once, in order.
func (l *Log) Rooms(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		codes, err := l.listRooms(ctx)
		if err != nil {
			yield("", err)
			return
		}
		for _, code := range codes {
			if !yield(code, nil) {
				return
			}
		}
	}
}

func (l *Log) listRooms(ctx context.Context) ([]string, error) {
	select {
	case <-l.closed:
		return nil, eventlog.ErrClosed
	default:
	}
	var codes []string
	for _, s := range l.shards {
		info, err := s.stream.Info(ctx, jetstream.WithSubjectFilter(s.rooms+"*"))
		if err != nil {
			return nil, fmt.Errorf("read the list of rooms: %w", l.explain(ctx, err))
		}
		for subject := range info.State.Subjects {
			code, err := untoken(strings.TrimPrefix(subject, s.rooms))
			if err != nil {
				return nil, fmt.Errorf("read the list of rooms: subject %s: %w", subject, err)
			}
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes, nil
}
