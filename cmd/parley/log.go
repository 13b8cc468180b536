package main

import (
	"context"
	"iter"
	"log/slog"

	"parley/internal/cluster"
	"parley/internal/eventlog"
	"parley/internal/eventlog/natslog"
	"parley/internal/eventlog/sqlitelog"
)

// place is where a log is.
type place struct {
	Data string `default:"./parley-data" help:"Directory of the log."`
	Nats string `help:"Servers of the NATS cluster that has the log, instead of a directory." placeholder:"URL,…" secret:""`
}

// openLog opens the log that a node appends to, and makes it when there is
// none. With it comes the way to the other nodes; nil when there can be none.
func openLog(ctx context.Context, s *settings, logger *slog.Logger) (eventlog.Log, cluster.Net, error) {
	if s.Nats == "" {
		log, err := sqlitelog.Open(ctx, s.Data, sqlitelog.Options{Sync: sqlitelog.Sync(s.Sync), Logger: logger})
		return log, nil, err
	}
	log, err := natslog.Open(ctx, s.Nats, natslog.Options{Streams: s.NatsStreams, Logger: logger})
	if err != nil {
		return nil, nil, err
	}
	return log, log.Net(), nil
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
