package natslog

import (
	"context"
	"sync"
)

const (
	// worthBundles is from how many records on a room is read from bundles.
	worthBundles = 8
	// bundlesAhead is how many bundles are fetched at once.
	bundlesAhead = 8
)

// shelf is the bundles of a room for one who reads it.
type shelf struct {
	l    *Log
	code string
	end  message

	bundles map[uint64]bundle // by the ordinal they follow
	shut    bool              // they are of no use here
}

// page returns records after a place, or nothing when they have to be read from
// the stream.
func (s *shelf) page(ctx context.Context, at place) []message {
	if s.shut || at.ordinal%bundleRows != 0 || at.seq > 0 && at.ordinal == 0 || s.end.ordinal-at.ordinal < worthBundles {
		return nil
	}
	b, fetched := s.bundles[at.ordinal]
	if !fetched {
		s.fetch(ctx, at.ordinal)
		b = s.bundles[at.ordinal]
	}
	if len(b.records) == 0 || b.previous != at.seq || at.seq == 0 && !s.reachEnd() && !s.current(ctx, b) {
		s.shut = true
		return nil
	}
	n := 0
	for n < len(b.records) && b.records[n].place <= s.end.place {
		n++
	}
	return b.records[:n]
}

// fetch gets the bundle after an ordinal, and some that will be wanted next.
func (s *shelf) fetch(ctx context.Context, ordinal uint64) {
	s.bundles = map[uint64]bundle{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range bundlesAhead {
		if ordinal >= s.end.ordinal {
			break
		}
		after := ordinal
		all.Go(func() {
			b, _ := s.l.bundle(ctx, s.code, after)
			mu.Lock()
			defer mu.Unlock()
			s.bundles[after] = b
		})
		ordinal += bundleRows
	}
	all.Wait()
}

// reachEnd reports whether the bundles that were fetched make a chain from the
// room's first record to the one that the stream has last.
func (s *shelf) reachEnd() bool {
	at := place{}
	for {
		b := s.bundles[at.ordinal]
		if len(b.records) == 0 || b.previous != at.seq {
			return false
		}
		if at = b.end(); at == s.end.at() || follows(at, s.end) {
			return true
		}
	}
}

// current reports whether the stream still has the first record of a room: a
// bundle can be left over from a room that was removed.
func (s *shelf) current(ctx context.Context, b bundle) bool {
	first := b.records[0]
	m, err := s.l.ask(ctx, s.l.shard(s.code), getRequest{Seq: uint64(first.place)})
	return err == nil && m.ordinal == first.ordinal
}
