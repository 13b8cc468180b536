package sqlitelog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/room"
)

// idle opens a log the writer of which does nothing by itself.
func idle(t *testing.T, dir string, sync Sync) *Log {
	t.Helper()
	if err := makeFile(dir); err != nil {
		t.Fatal(err)
	}
	w, err := openWriter(t.Context(), dir, Options{Sync: sync, SyncEvery: time.Hour, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	w.stored = func(string) {}
	r, err := openReader(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(r.Close(), w.close()); err != nil {
			t.Error(err)
		}
	})
	return &Log{Reader: r, writer: w}
}

// send starts an append and returns when it waits for the writer. The channel
// gets its error.
func send(ctx context.Context, l *Log, rec room.Record) <-chan error {
	answer := make(chan error, 1)
	go func() {
		_, err := l.Append(ctx, eventlog.Seq(rec.Ordinal-1), rec)
		answer <- err
	}()
	<-l.writer.wake
	return answer
}

func ids(t *testing.T, l *Log, code string) []string {
	t.Helper()
	var all []string
	for e, err := range l.Read(t.Context(), code, 0) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e.Record.ID)
	}
	return all
}

func TestWithdraw(t *testing.T) {
	l := idle(t, t.TempDir(), Always)
	taken, cancelTaken := context.WithCancel(t.Context())
	waiting, cancelWaiting := context.WithCancel(t.Context())
	defer cancelWaiting()
	answerTaken := send(taken, l, eventlogtest.Record("ABCDEF", 1, "taken"))
	batch := l.writer.take()
	answerWaiting := send(waiting, l, eventlogtest.Record("OTHERS", 1, "waiting"))
	cancelTaken()
	cancelWaiting()
	if err := <-answerTaken; !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "may be stored or not") {
		t.Errorf("taken: %v", err)
	}
	if err := <-answerWaiting; !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "may be stored or not") {
		t.Errorf("waiting: %v", err)
	}
	if err := l.writer.transact(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	if l.writer.store(t.Context()) {
		t.Error("what was withdrawn was stored")
	}
	if a, b := ids(t, l, "ABCDEF"), ids(t, l, "OTHERS"); len(a) != 1 || len(b) != 0 {
		t.Errorf("stored %q and %q", a, b)
	}
}

// TestGather has appends wait, some of them for the same place: one transaction
// takes them all and each gets its own answer, after the commit.
func TestGather(t *testing.T) {
	l := idle(t, t.TempDir(), Always)
	const rooms = 100
	var winners, losers []<-chan error
	for i := range rooms {
		code := fmt.Sprintf("ROOM%d", i)
		winners = append(winners, send(t.Context(), l, eventlogtest.Record(code, 1, "first")))
		losers = append(losers, send(t.Context(), l, eventlogtest.Record(code, 1, "second")))
		winners = append(winners, send(t.Context(), l, eventlogtest.Record(code, 2, "third")))
	}
	l.writer.stored = func(code string) {
		if len(ids(t, l, code)) != 2 {
			t.Errorf("room %s was answered before the commit", code)
		}
	}
	if !l.writer.store(t.Context()) || l.writer.store(t.Context()) {
		t.Error("not one transaction")
	}
	for i, answer := range winners {
		if err := <-answer; err != nil {
			t.Errorf("winner %d: %v", i, err)
		}
	}
	for i, answer := range losers {
		if err := <-answer; !errors.Is(err, eventlog.ErrConflict) {
			t.Errorf("loser %d: %v", i, err)
		}
	}
}

// TestNoRoomLeft lets a transaction fail: nothing of it is stored, everybody
// in it learns so, a conflict within it is none, and the log goes on when there
// is room again.
func TestNoRoomLeft(t *testing.T) {
	l := idle(t, t.TempDir(), Always)
	limit := func(pages int) {
		if _, err := l.writer.conn.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(50)
	answers := []<-chan error{
		send(t.Context(), l, eventlogtest.Record("ABCDEF", 1, "fits")),
		send(t.Context(), l, eventlogtest.Record("ABCDEF", 1, "conflicts")),
		send(t.Context(), l, eventlogtest.Record("OTHERS", 1, strings.Repeat("x", 1<<20))),
	}
	l.writer.store(t.Context())
	for i, answer := range answers {
		err := <-answer
		if err == nil || errors.Is(err, eventlog.ErrConflict) || !strings.Contains(err.Error(), "full") {
			t.Errorf("answer %d: %v", i, err)
		}
	}
	if a, b := ids(t, l, "ABCDEF"), ids(t, l, "OTHERS"); len(a)+len(b) != 0 {
		t.Errorf("stored %q and %q", a, b)
	}
	limit(1_000_000)
	for _, code := range []string{"ABCDEF", "OTHERS"} {
		answer := send(t.Context(), l, eventlogtest.Record(code, 1, "again"))
		l.writer.store(t.Context())
		if err := <-answer; err != nil || len(ids(t, l, code)) != 1 {
			t.Errorf("room %s afterwards: %v", code, err)
		}
	}
}

func TestSync(t *testing.T) {
	for mode, want := range map[Sync]int{Always: 2, Interval: 1} {
		dir := t.TempDir()
		l := idle(t, dir, mode)
		var got int
		if err := l.writer.conn.QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&got); err != nil || got != want {
			t.Errorf("%s: synchronous is %d, %v; want %d", mode, got, err, want)
		}
		answer := send(t.Context(), l, eventlogtest.Record("ABCDEF", 1, "needle"))
		l.writer.store(t.Context())
		if err := <-answer; err != nil {
			t.Fatal(err)
		}
		if inFile(t, dir, "needle") {
			t.Errorf("%s: the file was synced for one append", mode)
		}
		if !l.writer.sync(t.Context()) || !inFile(t, dir, "needle") {
			t.Errorf("%s: the file was not synced", mode)
		}
	}
}

func inFile(t *testing.T, dir, text string) bool {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(file, []byte(text))
}

// TestInterval has a log sync by itself while appends go on.
func TestInterval(t *testing.T) {
	dir := t.TempDir()
	l, err := Open(t.Context(), dir, Options{Sync: Interval, SyncEvery: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for n := uint64(1); !inFile(t, dir, "ABCDEF-1-"); n++ {
		if n > 500 { // far from what SQLite would do by itself
			t.Fatal("nothing was synced")
		}
		if _, err := l.Append(t.Context(), eventlog.Seq(n-1), eventlogtest.Record("ABCDEF", n, "x")); err != nil {
			t.Fatal(err)
		}
	}
}

// TestReadersDoNotWait holds the writer's lock, and a reader in the middle of a
// room, against each other.
func TestReadersDoNotWait(t *testing.T) {
	l := idle(t, t.TempDir(), Always)
	answer := send(t.Context(), l, eventlogtest.Record("ABCDEF", 1, "x"))
	l.writer.store(t.Context())
	if err := <-answer; err != nil {
		t.Fatal(err)
	}
	if _, err := l.writer.begin.ExecContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for e, err := range l.Read(t.Context(), "ABCDEF", 0) {
				if err != nil || e.Record.Ordinal != 1 {
					t.Errorf("record %d, %v", e.Record.Ordinal, err)
				}
			}
		})
	}
	wg.Wait()
	l.writer.rollback(t.Context())
	for range l.Read(t.Context(), "ABCDEF", 0) {
		answer := send(t.Context(), l, eventlogtest.Record("OTHERS", 1, "x"))
		l.writer.store(t.Context())
		if err := <-answer; err != nil {
			t.Error(err)
		}
	}
}
