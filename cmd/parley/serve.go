package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

type serve struct {
	settings
}

// Run runs a node until ctx ends, and then stops it in order.
func (c *serve) Run(ctx context.Context, to console) error {
	suitRuntime()
	logger := slog.New(slog.NewTextHandler(to.err, &slog.HandlerOptions{Level: c.LogLevel}))
	log, net, err := openLog(ctx, &c.settings, logger)
	if err != nil {
		return err
	}
	n, err := newNode( //nolint:contextcheck // requests bring their own
		&c.settings, log, net, logger)
	if err != nil {
		return errors.Join(err, log.Close())
	}
	err = c.serve(ctx, n, to)
	n.models.close()
	return errors.Join(err, log.Close())
}

// garbage is how much of it may lie around, in percent of what is in use.
const garbage = 200

// suitRuntime has Go's runtime suit a node, as far as the environment does not
// say otherwise: it collects garbage half as often, since a node holds little
// beside what passes through it, and runs on one thread more than there are
// processors, since one is with the disk most of the time.
func suitRuntime() {
	if _, said := os.LookupEnv("GOGC"); !said {
		debug.SetGCPercent(garbage)
	}
	if _, said := os.LookupEnv("GOMAXPROCS"); !said {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	}
}

// serve listens, and stops what newNode has started.
func (c *serve) serve(ctx context.Context, n *node, to console) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return errors.Join(err, n.stop(ctx, c.Drain))
	}
	server := &http.Server{
		Handler:           n.api,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(n.logger.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	if err := n.host.Start(ctx); err != nil {
		return errors.Join(err, n.stop(ctx, c.Drain), server.Close())
	}
	_, _ = fmt.Fprintf(to.out, "Parley is at http://%s\n", listener.Addr())
	select {
	case err = <-failed:
	case <-ctx.Done():
		n.logger.InfoContext(ctx, "stopping", "drain", c.Drain.String())
	}
	// Streams end when the host has said goodbye; only then can the server
	// wait for its connections.
	err = errors.Join(err, n.stop(ctx, c.Drain))
	bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.Drain)
	defer cancel()
	if err := n.api.WaitSockets(bye); err != nil {
		n.logger.InfoContext(bye, "clients did not answer the goodbye", "reason", err)
	}
	return errors.Join(err, server.Shutdown(bye))
}
