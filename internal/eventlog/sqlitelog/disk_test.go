package sqlitelog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/room"
)

// slowDisk opens a log whose syncs begin by a word on the first channel and
// end as the second one says.
func slowDisk(t *testing.T) (l *Log, begun <-chan struct{}, end chan<- error) {
	t.Helper()
	l = idle(t, t.TempDir(), Always)
	l.bell = eventlog.NewBell()
	l.writer.stored = l.bell.Ring
	b, e := make(chan struct{}), make(chan error)
	l.writer.sync = func() error {
		b <- struct{}{}
		return errors.Join(<-e, l.writer.wal.Sync())
	}
	l.writer.start(t.Context())
	return l, b, e
}

// enqueue has a record wait for the writer. The answer is in the channel as soon
// as it is given.
func enqueue(t *testing.T, l *Log, rec room.Record) *waiting {
	t.Helper()
	a := &waiting{room: rec.Room, answer: make(chan error, 1)}
	if err := errors.Join(a.add(eventlog.Seq(rec.Ordinal-1), rec), l.writer.enqueue(a)); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestAnsweredOnDisk wants every answer behind its sync, a conflict's too.
func TestAnsweredOnDisk(t *testing.T) {
	l, begun, end := slowDisk(t)
	first := enqueue(t, l, eventlogtest.Record("ABCDEF", 1, "first"))
	<-begun
	loser := enqueue(t, l, eventlogtest.Record("ABCDEF", 1, "loser"))
	second := enqueue(t, l, eventlogtest.Record("ABCDEF", 2, "second"))
	if len(first.answer)+len(loser.answer)+len(second.answer) > 0 {
		t.Error("answered before the first sync")
	}
	end <- nil
	if err := <-first.answer; err != nil {
		t.Errorf("the first: %v", err)
	}
	<-begun
	if len(loser.answer)+len(second.answer) > 0 {
		t.Error("answered before the second sync")
	}
	end <- nil
	if err := <-loser.answer; !errors.Is(err, eventlog.ErrConflict) {
		t.Errorf("the loser: %v", err)
	}
	if err := <-second.answer; err != nil {
		t.Errorf("the second: %v", err)
	}
	l.writer.stop()
}

// TestReadTellsWhatIsOnDisk has readers come to what is committed and not yet
// synced: they wait, and without the patience for that learn nothing.
func TestReadTellsWhatIsOnDisk(t *testing.T) {
	l, begun, end := slowDisk(t)
	rec := eventlogtest.Record("ABCDEF", 1, "x")
	rec.Head = eventlogtest.Head("ABCDEF", 0, 1)
	enqueue(t, l, rec)
	<-begun
	var giveUp context.CancelFunc
	l.onDisk = func(ctx context.Context) error {
		giveUp() // it has read
		return l.writer.onDisk(ctx)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	giveUp = cancel
	for e, err := range l.Read(ctx, "ABCDEF", 0) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("record %d was told before it was on disk, %v", e.Record.Ordinal, err)
		}
	}
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	giveUp = cancel
	for h, err := range l.Heads(ctx) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the head of %q was told before it was on disk, %v", h.Code, err)
		}
	}
	l.onDisk = func(ctx context.Context) error {
		end <- nil
		return l.writer.onDisk(ctx)
	}
	if got := ids(t, l, "ABCDEF"); len(got) != 1 {
		t.Errorf("read %q", got)
	}
	l.writer.stop()
}

// TestFailedSync lets a sync fail: who waited for it learns so, and nobody is
// told anything else until the log is opened again.
func TestFailedSync(t *testing.T) {
	l, begun, end := slowDisk(t)
	first := enqueue(t, l, eventlogtest.Record("ABCDEF", 1, "first"))
	<-begun
	loser := enqueue(t, l, eventlogtest.Record("ABCDEF", 1, "loser"))
	another := enqueue(t, l, eventlogtest.Record("OTHERS", 1, "another"))
	end <- errors.New("the cable is out")
	later := enqueue(t, l, eventlogtest.Record("OTHERS", 1, "later"))
	probe := enqueue(t, l, eventlogtest.Record("PROBES", 2, "conflicts"))
	for i, a := range []*waiting{first, loser, another, later, probe} {
		if err := <-a.answer; err == nil || errors.Is(err, eventlog.ErrConflict) || !strings.Contains(err.Error(), "started again") || !strings.Contains(err.Error(), "the cable is out") {
			t.Errorf("append %d: %v", i, err)
		}
	}
	for e, err := range l.Read(t.Context(), "ABCDEF", 0) {
		if err == nil || !strings.Contains(err.Error(), "the cable is out") {
			t.Errorf("read record %d, %v", e.Record.Ordinal, err)
		}
	}
	l.writer.stop()
}

// TestStopWaitsForTheDisk stops the writer in the middle of a sync, with more
// behind it than one transaction takes.
func TestStopWaitsForTheDisk(t *testing.T) {
	l, begun, end := slowDisk(t)
	var all []*waiting
	for n := range uint64(batchRows + 10) {
		all = append(all, enqueue(t, l, eventlogtest.Record(fmt.Sprintf("ROOM%d", n), 1, "x")))
		if n == 0 {
			<-begun
		}
	}
	var wg sync.WaitGroup
	wg.Go(l.writer.stop)
	<-l.writer.stopped
	end <- nil
	for range 2 {
		<-begun
		end <- nil
	}
	wg.Wait()
	for i, a := range all {
		select {
		case err := <-a.answer:
			if err != nil {
				t.Errorf("append %d: %v", i, err)
			}
		default:
			t.Errorf("append %d was not answered", i)
		}
	}
}

// TestNothingIsWrittenBeforeItsCommit has SQLite run out of cache in a
// transaction that gathers.
func TestNothingIsWrittenBeforeItsCommit(t *testing.T) {
	l := idle(t, t.TempDir(), Always)
	if _, err := l.writer.conn.ExecContext(t.Context(), "PRAGMA cache_size = 10"); err != nil {
		t.Fatal(err)
	}
	a := enqueue(t, l, eventlogtest.Record("ABCDEF", 1, strings.Repeat("needle", 100_000)))
	l.writer.gather(t.Context())
	if inFile(t, l.dir, walName, "needle") {
		t.Error("written while another transaction may not be on the disk")
	}
	if !l.step(t.Context()) || <-a.answer != nil || !inFile(t, l.dir, walName, "needle") {
		t.Error("not written at all")
	}
}

// TestCutBetweenSyncs takes what a power cut leaves while appends go on: what
// was synced, and of what was written since, any sectors and not others. All
// that was answered is there, and none of it is taken for damage.
func TestCutBetweenSyncs(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	p := power{log: idle(t, t.TempDir(), Always), random: rand.New(rand.NewPCG(seed, 0)), answered: map[string]uint64{}, cuts: make(chan cut)}
	p.log.writer.sync = p.sync
	p.log.writer.start(t.Context())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() { p.talk(t, fmt.Sprintf("ROOM%d", i)) })
	}
	cuts, torn := 30, 0
	if os.Getenv("PARLEY_LONG") != "" {
		cuts = 500
	}
	for range cuts {
		c := <-p.cuts
		if c.torn {
			torn++
		}
		c.check(t)
	}
	p.over.Store(true)
	go func() {
		defer close(p.cuts)
		wg.Wait()
		p.log.writer.stop()
	}()
	for range p.cuts { // to the end of what is under way
	}
	t.Attr("guarantee", "a power cut while a transaction is synced, after which any of its sectors are on the disk: what was answered is there, in sound rooms, and the server starts")
	t.Attr("trials", fmt.Sprintf("%d cuts", cuts))
	t.Attr("result", fmt.Sprintf("0 lost, 0 logs refused; %d with a part of the transaction", torn))
}

// power knows what is on the disk of a log that is appended to.
type power struct {
	log    *Log
	random *rand.Rand
	synced []byte // the write-ahead log
	cuts   chan cut
	over   atomic.Bool

	mu       sync.Mutex
	answered map[string]uint64
}

// cut is what would be left if the power failed in a sync.
type cut struct {
	file, wal []byte
	torn      bool
	answered  map[string]uint64
}

// talk appends to a room again and again.
func (p *power) talk(t *testing.T, code string) {
	t.Helper()
	for n := uint64(1); !p.over.Load(); n++ {
		rec := eventlogtest.Record(code, n, strings.Repeat("x", 300))
		if _, err := p.log.Append(context.WithoutCancel(t.Context()), eventlog.Seq(n-1), rec); err != nil {
			t.Error(err)
			return
		}
		p.mu.Lock()
		p.answered[code] = n
		p.mu.Unlock()
	}
}

// sync tells what a cut before its end would leave. SQLite itself syncs the log's
// header, and the file.
func (p *power) sync() error {
	const sector = 512
	p.mu.Lock()
	c := cut{answered: maps.Clone(p.answered)}
	p.mu.Unlock()
	written, err := os.ReadFile(filepath.Join(p.log.dir, walName))
	if err != nil {
		return err
	}
	if c.file, err = os.ReadFile(filepath.Join(p.log.dir, fileName)); err != nil {
		return err
	}
	c.wal = bytes.Clone(written)
	loss := p.random.Float64()
	for at := sector; at < len(c.wal); at += sector {
		if p.random.Float64() < loss {
			part := c.wal[at:min(at+sector, len(c.wal))]
			clear(part[copy(part, p.synced[min(at, len(p.synced)):]):])
		}
	}
	c.torn = !bytes.Equal(c.wal, written)
	p.synced = written
	p.cuts <- c
	return nil
}

// check opens what is left.
func (c cut) check(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for name, b := range map[string][]byte{fileName: c.file, walName: c.wal, lockName: []byte(Always)} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for code, last := range c.answered {
		if n := uint64(len(ids(t, l, code))); n < last {
			t.Errorf("room %s has %d of %d records", code, n, last)
		}
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}
