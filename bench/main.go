//go:build linux

// Command bench measures Parley over its public interface, beside servers
// that do less, and writes docs/performance.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"parley/bench/rival"
	"parley/bench/suite"
)

type commands struct {
	Run        suite.Options `cmd:"" help:"Measure everything and write docs/performance.md."`
	Try        suite.Try     `cmd:"" help:"Measure one scenario and print it."`
	Hub        hub           `cmd:"" hidden:""`
	Centrifuge centrifuge    `cmd:"" hidden:""`
	Durable    durable       `cmd:"" hidden:""`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k := kong.Parse(&commands{}, kong.BindTo(ctx, (*context.Context)(nil)), kong.Description("How fast Parley is."))
	k.FatalIfErrorf(k.Run())
}

type hub struct{}

// Run serves the bare hub until ctx ends.
func (hub) Run(ctx context.Context) error { return serve(ctx, rival.NewHub()) }

type centrifuge struct{}

// Run serves the server of Centrifugo's library until ctx ends.
func (centrifuge) Run(ctx context.Context) error { return serveCentrifuge(ctx, nil) }

type durable struct {
	Dir string `arg:"" help:"Where its lines are kept." type:"existingdir"`
}

// Run serves the same with every line synced before it is published.
func (d durable) Run(ctx context.Context) error {
	f, err := os.Create(filepath.Join(d.Dir, "lines"))
	if err != nil {
		return err
	}
	j := &rival.Journal{File: f}
	return errors.Join(serveCentrifuge(ctx, j.Keep), f.Close())
}

func serveCentrifuge(ctx context.Context, keep func([]byte) error) error {
	h, stop, err := rival.NewCentrifuge(keep)
	if err != nil {
		return err
	}
	return errors.Join(serve(ctx, h), stop(context.WithoutCancel(ctx)))
}

func serve(ctx context.Context, h http.Handler) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(os.Stdout, "listening at http://%s\n", listener.Addr())
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	if err := s.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
