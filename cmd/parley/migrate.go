package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"parley/internal/eventlog"
	"parley/internal/eventlog/natslog"
	"parley/internal/eventlog/sqlitelog"
	"parley/room"
)

// migrateSide is how many rooms are copied side by side.
const migrateSide = 32

type migrateCmd struct {
	From string `required:"" help:"Log to copy: a directory, or nats://HOST[,nats://HOST…]. No server may append to it." placeholder:"DIR|URL"`
	To   string `required:"" help:"Log to copy to. What is there already must be a part of what is copied." placeholder:"DIR|URL"`
}

// Run copies every room, compares what arrived with what was sent, and checks
// the guarantees there. Run again it goes on where it was stopped.
func (c *migrateCmd) Run(ctx context.Context, to console) (err error) {
	if c.From == c.To {
		return errors.New("migrate: --from and --to are the same")
	}
	from, err := openWhole(ctx, c.From, true)
	if err != nil {
		return fmt.Errorf("migrate from: %w", err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	target, err := openWhole(ctx, c.To, false)
	if err != nil {
		return fmt.Errorf("migrate to: %w", err)
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	m := migration{from: from, to: target}
	if err := m.run(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	_, _ = fmt.Fprintf(to.out, "%d rooms with %d records are there, %d of them were before.\n", m.rooms.Load(), m.records.Load(), m.before.Load())
	report, err := verifyLog(ctx, target)
	if err != nil {
		return err
	}
	if err := report.WriteText(to.out); err != nil {
		return err
	}
	if !report.OK() {
		return failure{code: 1}
	}
	return nil
}

// whole is a log that can be listed, read and appended to.
type whole interface {
	eventlog.Log
	Rooms(ctx context.Context) iter.Seq2[string, error]
}

// openWhole opens the log at an address. A directory is locked meanwhile, so
// that no server has it.
func openWhole(ctx context.Context, address string, existing bool) (whole, error) {
	if strings.Contains(address, "://") {
		return natslog.Open(ctx, address, natslog.Options{Existing: existing})
	}
	if existing {
		if _, err := os.Stat(address); err != nil {
			return nil, fmt.Errorf("no log: %w", err)
		}
	}
	return sqlitelog.Open(ctx, address, sqlitelog.Options{})
}

// migration copies the rooms of one log to another.
type migration struct {
	from, to               whole
	rooms, records, before atomic.Int64
}

func (m *migration) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	codes := make(chan string)
	var side sync.WaitGroup
	for range migrateSide {
		side.Go(func() {
			for code := range codes {
				if err := m.room(ctx, code); err != nil {
					cancel(fmt.Errorf("room %s: %w", code, err))
				}
			}
		})
	}
	for code, err := range m.from.Rooms(ctx) {
		if err != nil {
			cancel(err)
		}
		if ctx.Err() != nil {
			break
		}
		codes <- code
	}
	close(codes)
	side.Wait()
	return context.Cause(ctx)
}

// room copies what the target lacks of a room, and compares all of it.
func (m *migration) room(ctx context.Context, code string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	before, end, err := m.compare(ctx, code, false)
	if err != nil {
		return err
	}
	n := 0
	for e, err := range m.from.Read(ctx, code, 0) {
		if err != nil {
			return err
		}
		if n++; n <= before {
			continue
		}
		if end, err = eventlog.AppendSettled(ctx, m.to, end, e.Record); err != nil {
			return err
		}
	}
	if _, _, err = m.compare(ctx, code, true); err != nil {
		return err
	}
	m.rooms.Add(1)
	m.records.Add(int64(n))
	m.before.Add(int64(before))
	return nil
}

var errMore = errors.New("the room has more records there than here")

// compare returns how many records of a room the target has and where they
// end. Each must be the one that is sent, and with all set none may be missing.
func (m *migration) compare(ctx context.Context, code string, all bool) (n int, end eventlog.Seq, err error) {
	next, stop := iter.Pull2(m.to.Read(ctx, code, 0))
	defer stop()
	for e, err := range m.from.Read(ctx, code, 0) {
		if err != nil {
			return n, end, err
		}
		got, err, ok := next()
		switch {
		case err != nil:
			return n, end, err
		case !ok && all:
			return n, end, fmt.Errorf("record %d did not arrive; somebody appends to the log that is copied: stop that and run this again", e.Record.Ordinal)
		case !ok:
			return n, end, nil
		}
		if same, err := sameRecord(e.Record, got.Record); err != nil || !same {
			return n, end, errors.Join(err, fmt.Errorf("record %d there is another one; nothing of the room was changed", e.Record.Ordinal))
		}
		n, end = n+1, got.Seq
	}
	if _, err, ok := next(); ok {
		return n, end, errors.Join(err, errMore)
	}
	return n, end, nil
}

func sameRecord(a, b room.Record) (bool, error) {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return slices.Equal(x, y), errors.Join(errX, errY)
}
