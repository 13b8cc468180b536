package eventlog

import (
	"context"
	"iter"
	"sync"
)

// Bell wakes those who follow a room, for logs that learn of every append in
// their own process. A ring says only that there is something to read, so none
// is missed and many may count as one. Use NewBell.
type Bell struct {
	closed chan struct{}
	once   sync.Once

	mu    sync.Mutex
	rooms map[string]*listeners
}

type listeners struct {
	rung chan struct{} // closed by the next ring
	n    int
}

// NewBell returns a bell that nobody listens to. In a synctest bubble it must
// be made inside the bubble.
func NewBell() *Bell {
	return &Bell{closed: make(chan struct{}), rooms: make(map[string]*listeners)}
}

// Ring wakes those who follow the room. It never waits.
func (b *Bell) Ring(code string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := b.rooms[code]; r != nil {
		close(r.rung)
		r.rung = make(chan struct{})
	}
}

// Close ends everyone who follows, now and later, with ErrClosed.
func (b *Bell) Close() { b.once.Do(func() { close(b.closed) }) }

// Follow implements Log.Follow for l by reading again after every ring.
func (b *Bell) Follow(ctx context.Context, l Log, code string, after Seq) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		r := b.listen(code)
		defer b.leave(code, r)
		for {
			rung := b.next(r)
			for e, err := range l.Read(ctx, code, after) {
				if !yield(e, err) || err != nil {
					return
				}
				after = e.Seq
			}
			select {
			case <-rung:
			case <-ctx.Done():
				yield(Entry{}, ctx.Err())
				return
			case <-b.closed:
				yield(Entry{}, ErrClosed)
				return
			}
		}
	}
}

func (b *Bell) listen(code string) *listeners {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.rooms[code]
	if r == nil {
		r = &listeners{rung: make(chan struct{})}
		b.rooms[code] = r
	}
	r.n++
	return r
}

func (b *Bell) next(r *listeners) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return r.rung
}

func (b *Bell) leave(code string, r *listeners) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.n--; r.n == 0 {
		delete(b.rooms, code)
	}
}
