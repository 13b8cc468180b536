package natslog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"parley/internal/eventlog"
	"parley/room"
)

const (
	// An index that was not told of what it waits for looks whether it is there.
	indexLook = 250 * time.Millisecond
	// reindexPause is how long an index waits before it tries again.
	reindexPause = time.Second
)

// index is the heads of all rooms. It reads the headers of every stream in
// order, from its last checkpoint and then for as long as the log is open. It
// starts when somebody first asks.
type index struct {
	board *eventlog.Board
	every uint64 // messages of a stream between two checkpoints

	mu      sync.Mutex
	streams []*indexed // nil until it starts
	running sync.WaitGroup
	cancel  context.CancelFunc
}

// indexed is how far the index has read one stream.
type indexed struct {
	shard *shard

	saved uint64 // where it was when it was last saved, or tried to be

	mu    sync.Mutex
	seq   uint64        // of the last message read
	moved chan struct{} // closed when seq rises
}

// start starts the index, unless it has been.
func (l *Log) startIndex() []*indexed {
	l.index.mu.Lock()
	defer l.index.mu.Unlock()
	if l.index.streams != nil {
		return l.index.streams
	}
	ctx, cancel := context.WithCancel(context.Background())
	l.index.cancel = cancel
	for _, s := range l.shards {
		x := &indexed{shard: s, moved: make(chan struct{})}
		l.index.streams = append(l.index.streams, x)
		l.index.running.Go(func() { l.keepIndexing(ctx, x) })
	}
	return l.index.streams
}

// stop ends the index and those who follow it.
func (i *index) stop() {
	i.mu.Lock()
	cancel := i.cancel
	i.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	i.board.Close()
	i.running.Wait()
}

// keepIndexing reads the stream until ctx ends, and again when that fails.
func (l *Log) keepIndexing(ctx context.Context, x *indexed) {
	if err := l.loadHeads(ctx, x); err != nil && ctx.Err() == nil {
		l.logger.WarnContext(ctx, "list of rooms is read from the beginning", slog.String("stream", x.shard.name), slog.Any("error", err))
	}
	x.saved = x.at()
	for {
		err := l.readHeads(ctx, x)
		if ctx.Err() != nil {
			return
		}
		l.logger.WarnContext(ctx, "list of rooms interrupted", slog.String("stream", x.shard.name), slog.Any("error", err))
		if eventlog.Wait(ctx, reindexPause) != nil {
			return
		}
	}
}

func (l *Log) readHeads(ctx context.Context, x *indexed) error {
	consumer, err := x.shard.stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{x.shard.rooms + "*", x.shard.gone + "*"}, HeadersOnly: true,
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: x.at() + 1,
		InactiveThreshold: time.Minute,
	})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages(jetstream.PullMaxMessages(10_000))
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, messages.Stop)()
	defer messages.Stop()
	for {
		m, err := messages.Next()
		if err != nil {
			return err
		}
		meta, err := m.Metadata()
		if err != nil {
			return err
		}
		if err := l.post(x.shard, m); err != nil {
			l.logger.ErrorContext(ctx, "head not understood", slog.String("subject", m.Subject()),
				slog.Uint64("place", meta.Sequence.Stream), slog.Any("error", err))
		}
		x.advance(meta.Sequence.Stream)
		if x.at() >= x.saved+l.index.every && !l.options.Existing {
			x.saved = x.at()
			if err := l.saveHeads(ctx, x); err != nil {
				l.logger.WarnContext(ctx, "list of rooms not saved", slog.String("stream", x.shard.name), slog.Any("error", err))
			}
		}
	}
}

// post brings what a message says of a head to the board.
func (l *Log) post(s *shard, m jetstream.Msg) error {
	if gone, ok := strings.CutPrefix(m.Subject(), s.gone); ok {
		code, err := untoken(gone)
		if err == nil {
			l.index.board.Remove(code)
		}
		return err
	}
	text := m.Headers().Get(headHeader)
	if text == "" {
		return nil
	}
	var head room.Head
	if err := json.Unmarshal([]byte(text), &head); err != nil {
		return err
	}
	l.index.board.Put(head)
	return nil
}

func (x *indexed) at() uint64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.seq
}

func (x *indexed) advance(seq uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.seq = seq
	close(x.moved)
	x.moved = make(chan struct{})
}

// reached returns a channel that closes when seq rises; nil when it is there.
func (x *indexed) reached(seq uint64) <-chan struct{} {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.seq >= seq {
		return nil
	}
	return x.moved
}

// catchUp waits until the index has read all that the streams hold at present.
func (l *Log) catchUp(ctx context.Context) error {
	select {
	case <-l.closed:
		return eventlog.ErrClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, x := range l.startIndex() { //nolint:contextcheck // the index outlives whoever asks first
		one, cancel := context.WithTimeout(ctx, askPatience)
		info, err := l.js.Stream(one, x.shard.name) // its leader answers
		cancel()
		if err != nil {
			return fmt.Errorf("read heads: %w", l.explain(ctx, err))
		}
		if err := l.await(ctx, x, info.CachedInfo().State.LastSeq); err != nil {
			return err
		}
	}
	return nil
}

// await waits until the index has read the stream up to a message, which may
// have been removed.
func (l *Log) await(ctx context.Context, x *indexed, seq uint64) error {
	look := time.NewTicker(indexLook)
	defer look.Stop()
	for moved := x.reached(seq); moved != nil; moved = x.reached(seq) {
		select {
		case <-moved:
		case <-look.C:
			m, err := l.ask(ctx, x.shard, getRequest{Seq: x.at() + 1, Next: ">"})
			if errors.Is(err, errNone) || err == nil && uint64(m.place) > seq {
				return nil
			}
		case <-ctx.Done():
			return ctx.Err()
		case <-l.closed:
			return eventlog.ErrClosed
		}
	}
	return nil
}

// Heads implements eventlog.Log.
func (l *Log) Heads(ctx context.Context) iter.Seq2[room.Head, error] {
	return func(yield func(room.Head, error) bool) {
		if err := l.catchUp(ctx); err != nil {
			yield(room.Head{}, err)
			return
		}
		for _, head := range l.index.board.Heads() {
			if err := ctx.Err(); err != nil {
				yield(room.Head{}, err)
				return
			}
			if !yield(head, nil) {
				return
			}
		}
	}
}

// FollowHeads implements eventlog.HeadFollower.
func (l *Log) FollowHeads(ctx context.Context) iter.Seq2[eventlog.HeadChange, error] {
	return func(yield func(eventlog.HeadChange, error) bool) {
		if err := l.catchUp(ctx); err != nil {
			yield(eventlog.HeadChange{}, err)
			return
		}
		for change, err := range l.index.board.Follow(ctx) {
			if !yield(change, err) {
				return
			}
		}
	}
}
