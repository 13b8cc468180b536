package natslog

import (
	"sync"

	"parley/internal/eventlog"
)

// keepPlaces is how many rooms' ends are remembered, at least.
const keepPlaces = 50_000

// place is where a record of a room stands.
type place struct {
	seq     eventlog.Seq
	ordinal uint64
}

// places remembers the last record seen of rooms, so that appending after it
// need not look its ordinal up. It holds two generations and forgets the older.
type places struct {
	mu       sync.Mutex
	now, old map[string]place
}

func newPlaces() *places { return &places{now: map[string]place{}} }

func (p *places) get(code string) (place, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.now[code]
	if !ok {
		at, ok = p.old[code]
	}
	return at, ok
}

func (p *places) put(code string, at place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if before, ok := p.now[code]; ok && before.seq > at.seq {
		return
	}
	if len(p.now) >= keepPlaces {
		p.now, p.old = map[string]place{}, p.now
	}
	p.now[code] = at
}

func (p *places) forget(code string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.now, code)
	delete(p.old, code)
}
