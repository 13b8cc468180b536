package natslog

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// goneFor is how long the word that a room was removed is kept for those who
// list rooms. A list that is older has the room until it is removed again.
const goneFor = 24 * time.Hour

// Remove implements eventlog.Remover. A purge of scattered messages keeps the
// stream busy, so rooms are best removed one by one with pauses in between.
func (l *Log) Remove(ctx context.Context, code string) error {
	if err := l.begin(); err != nil {
		return err
	}
	defer l.appending.Done()
	s := l.shard(code)
	if err := s.stream.Purge(ctx, jetstream.WithPurgeSubject(s.subject(code))); err != nil {
		return fmt.Errorf("remove room %s: %w", code, l.explain(ctx, err))
	}
	l.places.forget(code)
	bundles := fmt.Sprintf("$KV.%s.bundle.%s.*", l.cache.Bucket(), token(code))
	if err := l.cacheStream.Purge(ctx, jetstream.WithPurgeSubject(bundles)); err != nil {
		return fmt.Errorf("remove bundles of room %s: %w", code, l.explain(ctx, err))
	}
	// Last, so that a room that still has records is still on the list.
	word := &nats.Msg{Subject: s.gone + token(code)}
	if _, err := l.js.PublishMsg(ctx, word, jetstream.WithMsgTTL(goneFor)); err != nil {
		return fmt.Errorf("remove room %s from the list: %w", code, l.explain(ctx, err))
	}
	return nil
}
