//go:build linux

package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// floor is what the machine takes for what no durable server does without.
type floor struct {
	sync      *hdrhistogram.Histogram // a line appended to a file and synced
	one, many *hdrhistogram.Histogram // frames written to a socket in one go
}

const (
	floorTime  = time.Second // for each
	frameBytes = payload + 100
	manyFrames = 10
)

// findFloor measures with nothing beside it, so that a server can only be
// slower.
func findFloor(ctx context.Context) (floor, error) {
	dir, err := os.MkdirTemp("", "parley-bench-")
	if err != nil {
		return floor{}, err
	}
	f, err := os.Create(filepath.Join(dir, "lines")) //nolint:gosec // in a directory made here
	if err != nil {
		return floor{}, errors.Join(err, os.RemoveAll(dir))
	}
	line := bytes.Repeat([]byte("x"), frameBytes)
	sync, err := often(func() error {
		_, err := f.Write(line)
		return errors.Join(err, f.Sync())
	})
	if err := errors.Join(err, f.Close(), os.RemoveAll(dir)); err != nil {
		return floor{}, fmt.Errorf("measure a sync: %w", err)
	}
	one, err := writes(ctx, line)
	if err != nil {
		return floor{}, fmt.Errorf("measure a write: %w", err)
	}
	many, err := writes(ctx, bytes.Repeat(line, manyFrames))
	return floor{sync, one, many}, err
}

// often does something for a time and returns how long it took each time.
func often(do func() error) (*hdrhistogram.Histogram, error) {
	h := hdrhistogram.New(100, int64(time.Minute), 3)
	for began := time.Now(); time.Since(began) < floorTime; {
		at := time.Now()
		if err := do(); err != nil {
			return nil, err
		}
		if err := h.RecordValue(int64(time.Since(at))); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// listeners is how many sockets take turns, so that each is idle when it is
// written to.
const listeners = 100

// writes times writing to sockets of this machine that somebody reads from.
func writes(ctx context.Context, b []byte) (_ *hdrhistogram.Histogram, err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, listener.Close()) }()
	var open [listeners]net.Conn
	for i := range open {
		if open[i], err = new(net.Dialer).DialContext(ctx, "tcp", listener.Addr().String()); err != nil {
			return nil, err
		}
		defer open[i].Close() //nolint:errcheck // nothing is left to be said
		conn, err := listener.Accept()
		if err != nil {
			return nil, err
		}
		go func() {
			_, _ = io.Copy(struct{ io.Writer }{io.Discard}, conn) // until the writer hangs up
			_ = conn.Close()
		}()
	}
	n := 0
	return often(func() error {
		n++
		_, err := open[n%listeners].Write(b)
		return err
	})
}

// table writes the floor, and what it says of S1.
func (f floor) table(p func(string, ...any), s1 measured) {
	if f.sync == nil {
		return
	}
	p("\n## What the machine takes\n\nMeasured in the same run, with nothing beside it.\n\n| | p50 µs | p99 µs |\n|---|---|---|\n")
	micros := func(h *hdrhistogram.Histogram, q float64) float64 {
		return float64(h.ValueAtQuantile(q)) / float64(time.Microsecond)
	}
	row := func(what string, h *hdrhistogram.Histogram) {
		p("| %s | %.0f | %.0f |\n", what, micros(h, 50), micros(h, 99))
	}
	row("a line appended to a file and synced", f.sync)
	row("a frame written to an idle socket", f.one)
	row(fmt.Sprintf("%d frames written to an idle socket in one go", manyFrames), f.many)
	least := func(q float64) float64 {
		return s1.sample("hub").median(latency(q)) + micros(f.sync, q)/float64(time.Millisecond/time.Microsecond)
	}
	p("\nA server of S1 that does no more than the hub and syncs each line before it is seen comes to about %.2f ms at p50 "+
		"and %.2f ms at p99, without anybody waiting for another's sync; Centrifugo's in memory has %.2f and %.2f ms.\n",
		least(50), least(99), s1.sample("centrifuge").median(latency(50)), s1.sample("centrifuge").median(latency(99)))
}
