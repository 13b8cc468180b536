// Package memlog is an eventlog.Log in memory, for tests and simulations.
//
// It keeps the encoded records, so whoever reads gets copies that went through
// the codec, and it leaves gaps between places, within a room and between
// rooms, as a log of a cluster would. It starts no goroutine and works inside a
// testing/synctest bubble when New is called there.
//
// Its hooks stand for what happens to appends on the way. A fault before an
// append means that nothing is stored, a fault after it that the record is
// stored and the answer lost; the writer cannot tell one from the other.
package memlog

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"parley/internal/eventlog"
	"parley/room"
)

// Options holds the hooks; the zero value has none. Hooks run in the appending
// goroutine with no lock held, possibly several at once. They may wait.
type Options struct {
	// BeforeAppend runs before the place is compared. Its error is returned
	// and nothing is stored.
	BeforeAppend func(rec room.Record) error
	// AfterAppend runs after the record is stored and those who follow are
	// woken. Its error is returned in place of the answer.
	AfterAppend func(rec room.Record) error
}

// Log is an eventlog.Log in memory.
type Log struct {
	options Options
	bell    *eventlog.Bell
	board   *eventlog.Board

	mu     sync.RWMutex
	closed bool
	last   eventlog.Seq // of all rooms
	rooms  map[string]*chain
}

// chain is what is stored of one room. Its records are only ever added to, so
// a slice of them stays valid without the lock.
type chain struct{ records []stored }

type stored struct {
	seq  eventlog.Seq
	body []byte
}

// New returns an empty log.
func New(options Options) *Log {
	return &Log{options: options, bell: eventlog.NewBell(), board: eventlog.NewBoard(), rooms: make(map[string]*chain)}
}

// Append implements eventlog.Log. Without hooks every outcome is certain.
func (l *Log) Append(ctx context.Context, after eventlog.Seq, rec room.Record) (eventlog.Seq, error) {
	return eventlog.AppendOne(ctx, l, after, rec)
}

// AppendBatch implements eventlog.Batcher. Each hook runs for one record after
// the other.
func (l *Log) AppendBatch(ctx context.Context, after eventlog.Seq, recs []room.Record) ([]eventlog.Seq, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(recs) == 0 {
		return nil, nil
	}
	batch, last := make([]entry, len(recs)), after
	for i, rec := range recs {
		e, err := newEntry(last, rec)
		if err != nil {
			return nil, err
		}
		batch[i], last = e, eventlog.Seq(rec.Ordinal) // no place, but not 0 either
	}
	if err := runHook(l.options.BeforeAppend, recs); err != nil {
		return nil, err
	}
	places, err := l.store(after, batch)
	if err != nil {
		return nil, err
	}
	l.bell.Ring(recs[0].Room)
	if err := runHook(l.options.AfterAppend, recs); err != nil {
		return nil, err
	}
	return places, nil
}

func runHook(hook func(room.Record) error, recs []room.Record) error {
	if hook == nil {
		return nil
	}
	for _, rec := range recs {
		if err := hook(rec); err != nil {
			return err
		}
	}
	return nil
}

// entry is a record on its way into the log.
type entry struct {
	room    string
	ordinal uint64
	body    []byte
	head    *room.Head
}

func newEntry(after eventlog.Seq, rec room.Record) (entry, error) {
	body, err := eventlog.Encode(after, rec)
	if err != nil || rec.Head == nil {
		return entry{rec.Room, rec.Ordinal, body, nil}, err
	}
	var head room.Head
	text, err := json.Marshal(rec.Head)
	if err = errors.Join(err, json.Unmarshal(text, &head)); err != nil {
		return entry{}, errors.Join(eventlog.ErrInvalid, err)
	}
	return entry{rec.Room, rec.Ordinal, body, &head}, nil
}

func (l *Log) store(after eventlog.Seq, batch []entry) ([]eventlog.Seq, error) {
	code := batch[0].room
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, eventlog.ErrClosed
	}
	c := l.rooms[code]
	if c == nil {
		c = &chain{}
	}
	if c.end() != after {
		return nil, eventlog.ErrConflict
	}
	for i, e := range batch {
		if last := len(c.records) + i; e.room != code || e.ordinal != uint64(last)+1 {
			return nil, fmt.Errorf("record %d of room %s after record %d of room %s: %w", e.ordinal, e.room, last, code, eventlog.ErrInvalid)
		}
	}
	l.rooms[code] = c
	places := make([]eventlog.Seq, len(batch))
	for i, e := range batch {
		l.last += 1 + l.last%3 // 1, 3, 4, 6, 7 …
		places[i] = l.last
		c.records = append(c.records, stored{seq: l.last, body: e.body})
		if e.head != nil {
			l.board.Put(*e.head)
		}
	}
	return places, nil
}

func (c *chain) end() eventlog.Seq {
	if len(c.records) == 0 {
		return 0
	}
	return c.records[len(c.records)-1].seq
}

// Read implements eventlog.Log.
func (l *Log) Read(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error] {
	return func(yield func(eventlog.Entry, error) bool) {
		records, err := l.snapshot(code)
		if err != nil {
			yield(eventlog.Entry{}, err)
			return
		}
		first, _ := slices.BinarySearchFunc(records, after+1, func(s stored, seq eventlog.Seq) int {
			return cmp.Compare(s.seq, seq)
		})
		ordinal := uint64(first) //nolint:gosec // an index
		for _, s := range records[first:] {
			ordinal++
			if err := ctx.Err(); err != nil {
				yield(eventlog.Entry{}, err)
				return
			}
			rec, err := eventlog.Decode(s.body, code, ordinal)
			if err != nil {
				yield(eventlog.Entry{}, err)
				return
			}
			if !yield(eventlog.Entry{Seq: s.seq, Record: rec}, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(eventlog.Entry{}, err)
		}
	}
}

func (l *Log) snapshot(code string) ([]stored, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return nil, eventlog.ErrClosed
	}
	if c := l.rooms[code]; c != nil {
		return c.records, nil
	}
	return nil, nil
}

// Follow implements eventlog.Log.
func (l *Log) Follow(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error] {
	return l.bell.Follow(ctx, l, code, after)
}

// Heads implements eventlog.Log.
func (l *Log) Heads(ctx context.Context) iter.Seq2[room.Head, error] {
	return func(yield func(room.Head, error) bool) {
		if err := l.open(); err != nil {
			yield(room.Head{}, err)
			return
		}
		for _, head := range l.board.Heads() {
			if err := ctx.Err(); err != nil {
				yield(room.Head{}, err)
				return
			}
			if !yield(head, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(room.Head{}, err)
		}
	}
}

// FollowHeads implements eventlog.HeadFollower.
func (l *Log) FollowHeads(ctx context.Context) iter.Seq2[eventlog.HeadChange, error] {
	return l.board.Follow(ctx)
}

// Remove implements eventlog.Remover.
func (l *Log) Remove(ctx context.Context, code string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return eventlog.ErrClosed
	}
	delete(l.rooms, code)
	l.board.Remove(code)
	return nil
}

func (l *Log) open() error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return eventlog.ErrClosed
	}
	return nil
}

// Close implements eventlog.Log. What was stored is kept for as long as the
// log is, but not readable any more.
func (l *Log) Close() error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.bell.Close()
	l.board.Close()
	return nil
}
