package eventlog

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/room"
)

// HeadFollower is a log that tells of heads as they change, for the lists that
// several nodes keep of the same rooms.
type HeadFollower interface {
	// FollowHeads yields the head of every room that has one, then a change
	// that says CaughtUp, and from then on every change: of each room at least
	// its newest head, not every one that it had in between. It ends as
	// Log.Follow does.
	FollowHeads(ctx context.Context) iter.Seq2[HeadChange, error]
}

// HeadChange is one of three: a new head, a room that is gone, or the word
// that all heads there were have been told.
type HeadChange struct {
	Head     room.Head // of a room that is gone: its code alone
	Gone     bool
	CaughtUp bool
}

// Board keeps the newest head of each room in memory and tells those who
// follow of changes, for logs that learn of every append. Use NewBoard.
type Board struct {
	closed chan struct{}
	once   sync.Once

	mu      sync.Mutex
	heads   map[string]room.Head
	readers map[*boardReader]struct{}
}

// boardReader is one who follows, and of which rooms he has not been told.
type boardReader struct {
	fresh map[string]struct{}
	rung  chan struct{} // holds one
}

// NewBoard returns an empty board.
func NewBoard() *Board {
	return &Board{
		closed: make(chan struct{}), heads: map[string]room.Head{}, readers: map[*boardReader]struct{}{},
	}
}

// Put replaces the head of a room.
func (b *Board) Put(head room.Head) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.heads[head.Code] = head
	b.ring(head.Code)
}

// Remove takes a room off the board.
func (b *Board) Remove(code string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, there := b.heads[code]; there {
		delete(b.heads, code)
		b.ring(code)
	}
}

func (b *Board) ring(code string) {
	for r := range b.readers {
		r.fresh[code] = struct{}{}
		select {
		case r.rung <- struct{}{}:
		default:
		}
	}
}

// Heads returns all heads in the order of Log.Heads.
func (b *Board) Heads() []room.Head {
	b.mu.Lock()
	heads := slices.Collect(maps.Values(b.heads))
	b.mu.Unlock()
	slices.SortFunc(heads, func(x, y room.Head) int {
		return cmp.Or(
			y.CreatedAt.Truncate(time.Millisecond).Compare(x.CreatedAt.Truncate(time.Millisecond)),
			strings.Compare(x.Code, y.Code),
		)
	})
	return heads
}

// Close ends everyone who follows, now and later, with ErrClosed.
func (b *Board) Close() { b.once.Do(func() { close(b.closed) }) }

// Follow implements HeadFollower.
func (b *Board) Follow(ctx context.Context) iter.Seq2[HeadChange, error] {
	return func(yield func(HeadChange, error) bool) {
		r := b.read()
		defer b.leave(r)
		for first := true; ; first = false {
			for _, change := range b.news(r) {
				if !yield(change, nil) {
					return
				}
			}
			if first && !yield(HeadChange{CaughtUp: true}, nil) {
				return
			}
			select {
			case <-r.rung:
			case <-ctx.Done():
				yield(HeadChange{}, ctx.Err())
				return
			case <-b.closed:
				yield(HeadChange{}, ErrClosed)
				return
			}
		}
	}
}

func (b *Board) read() *boardReader {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := &boardReader{fresh: make(map[string]struct{}, len(b.heads)), rung: make(chan struct{}, 1)}
	for code := range b.heads {
		r.fresh[code] = struct{}{}
	}
	b.readers[r] = struct{}{}
	return r
}

func (b *Board) leave(r *boardReader) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.readers, r)
}

// news returns what the reader has not been told.
func (b *Board) news(r *boardReader) []HeadChange {
	b.mu.Lock()
	defer b.mu.Unlock()
	changes := make([]HeadChange, 0, len(r.fresh))
	for code := range r.fresh {
		head, there := b.heads[code]
		if !there {
			head = room.Head{Code: code}
		}
		changes = append(changes, HeadChange{Head: head, Gone: !there})
	}
	clear(r.fresh)
	return changes
}
