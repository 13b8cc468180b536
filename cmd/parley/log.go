package main

import (
	"context"
	"iter"
	"log/slog"

	"parley/internal/eventlog"
	"parley/internal/eventlog/natslog"
	"parley/internal/eventlog/sqlitelog"
)

// place is where a log is.
type place struct {
	Data string `default:"./parley-data" help:"Directory of the log."`
	Nats string `help:"Servers of the NATS cluster that has the log, instead of a directory." placeholder:"URL,…" secret:""`
}

// openLog opens the log that a node appends to, and makes it when there is none.
func openLog(ctx context.Context, s *settings, logger *slog.Logger) (eventlog.Log, error) {
	if s.Nats != "" {
		return natslog.Open(ctx, s.Nats, natslog.Options{Logger: logger})
	}
	return sqlitelog.Open(ctx, s.Data, sqlitelog.Options{Sync: sqlitelog.Sync(s.Sync), Logger: logger})
}

// reader is a log that is only looked at.
type reader interface {
	Rooms(ctx context.Context) iter.Seq2[string, error]
	Read(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error]
	Close() error
}

// open opens a log that is there, to read it.
func (p place) open(ctx context.Context) (reader, error) {
	if p.Nats != "" {
		return natslog.Open(ctx, p.Nats, natslog.Options{Existing: true})
	}
	return sqlitelog.OpenReadOnly(ctx, p.Data)
}
