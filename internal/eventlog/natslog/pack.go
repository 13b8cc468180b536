package natslog

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"parley/internal/eventlog"
)

const (
	packEvery   = 64               // records of a room, while it is busy
	packAfter   = 15 * time.Second // without a record, when it is not
	packLook    = 5 * time.Second  // how often idle rooms are looked for
	packLength  = 4096             // rooms that may wait; others are looked for again
	packWorkers = 4
	packAtEnd   = 3 * time.Second // for what is left when the log closes
	// worthPacking is how many records a room must have got.
	worthPacking = 8
)

// packer bundles records of rooms that this node appends to, after they were
// acknowledged and as well as it can: what is not bundled is only read slower.
type packer struct {
	mu    sync.Mutex
	fresh map[string]*unpacked

	queue   chan string
	stop    chan struct{}
	running sync.WaitGroup
}

// unpacked is how much a room has got since it was packed last.
type unpacked struct {
	records int
	at      time.Time // of the last one
}

func newPacker() *packer {
	return &packer{fresh: map[string]*unpacked{}, queue: make(chan string, packLength), stop: make(chan struct{})}
}

// note says that a record was appended.
func (p *packer) note(code string, ordinal uint64) {
	p.mu.Lock()
	u := p.fresh[code]
	if u == nil {
		u = &unpacked{}
		p.fresh[code] = u
	}
	u.records++
	u.at = time.Now()
	p.mu.Unlock()
	if ordinal%packEvery == 0 {
		p.want(code)
	}
}

// want has a room packed soon, or not at all when too many wait.
func (p *packer) want(code string) {
	select {
	case p.queue <- code:
		p.mu.Lock()
		delete(p.fresh, code)
		p.mu.Unlock()
	default:
	}
}

// idle returns the rooms that have got nothing since then but are not packed.
func (p *packer) idle(since time.Time) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var codes []string
	for code, u := range p.fresh {
		switch {
		case u.at.After(since):
		case u.records < worthPacking:
			delete(p.fresh, code)
		default:
			codes = append(codes, code)
		}
	}
	return codes
}

// startPacking starts the goroutines that end with stopPacking.
func (l *Log) startPacking() {
	p := l.packer
	p.running.Go(func() {
		look := time.NewTicker(packLook)
		defer look.Stop()
		for {
			select {
			case now := <-look.C:
				for _, code := range p.idle(now.Add(-packAfter)) {
					p.want(code)
				}
			case <-p.stop:
				return
			}
		}
	})
	for range packWorkers {
		p.running.Go(func() {
			for {
				select {
				case code := <-p.queue:
					l.tryPack(code)
				case <-p.stop:
					return
				}
			}
		})
	}
}

// stopPacking packs what is left, as far as there is time.
func (l *Log) stopPacking() {
	p := l.packer
	close(p.stop)
	p.running.Wait()
	over := time.Now().Add(packAtEnd)
	left := p.idle(time.Now())
	for len(p.queue) > 0 {
		left = append(left, <-p.queue)
	}
	work := make(chan string)
	var workers sync.WaitGroup
	for range packWorkers {
		workers.Go(func() {
			for code := range work {
				l.tryPack(code)
			}
		})
	}
	for _, code := range left {
		if l.options.Existing || time.Now().After(over) {
			break
		}
		work <- code
	}
	close(work)
	workers.Wait()
}

func (l *Log) tryPack(code string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := l.pack(ctx, code); err != nil {
		l.logger.DebugContext(ctx, "records not bundled", "room", code, "error", err)
	}
}

// pack bundles what the room has beyond its last bundle.
func (l *Log) pack(ctx context.Context, code string) error {
	end, err := l.last(ctx, code)
	if errors.Is(err, errNone) {
		return nil
	}
	if err != nil {
		return err
	}
	b, _ := l.bundle(ctx, code, (end.ordinal-1)/bundleRows*bundleRows)
	if len(b.records) == 0 && end.ordinal > bundleRows {
		b, _ = l.bundle(ctx, code, (end.ordinal-1)/bundleRows*bundleRows-bundleRows)
	}
	b.code = code
	err = l.fill(ctx, b, end)
	if _, damaged := errors.AsType[*eventlog.DamageError](err); damaged && len(b.records) > 0 {
		// The bundle may be left over from a room that was removed.
		return l.fill(ctx, bundle{code: code}, end)
	}
	return err
}

// fill adds to a bundle what the stream has after it, up to the end, and makes
// the bundles that come next.
func (l *Log) fill(ctx context.Context, b bundle, end message) error {
	added := false
	for m, err := range l.stream(ctx, b.code, b.end(), end) {
		if err != nil {
			return err
		}
		if len(b.records) == bundleRows {
			if err := l.keep(ctx, b); err != nil {
				return err
			}
			b = bundle{code: b.code, previous: m.previous}
		}
		b.records, added = append(b.records, m), true
	}
	if !added {
		return nil
	}
	return l.keep(ctx, b)
}

// keep stores a bundle, unless there is one that holds as much, or somebody
// else stores one at the same time.
func (l *Log) keep(ctx context.Context, b bundle) error {
	data, err := b.encode()
	if err != nil || len(data) > maxBundle {
		return err
	}
	after := b.records[0].ordinal - 1
	there, revision := l.bundle(ctx, b.code, after)
	if len(there.records) >= len(b.records) && there.records[0].place == b.records[0].place {
		return nil
	}
	if revision == 0 {
		_, err = l.cache.Create(ctx, bundleKey(b.code, after), data)
	} else {
		_, err = l.cache.Update(ctx, bundleKey(b.code, after), data, revision)
	}
	if errors.Is(err, jetstream.ErrKeyExists) || errors.Is(err, jetstream.ErrKeyRevisionMismatch) {
		return nil
	}
	return err
}
