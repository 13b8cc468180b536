package natslog_test

import (
	"fmt"
	"hash/fnv"
	"path/filepath"
	"sync/atomic"
	"testing"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/natslog"
	"parley/internal/eventlog/natslog/natstest"
)

// prefixes hands out a new part of the cluster for each log.
type prefixes struct{ n atomic.Int64 }

func (p *prefixes) next() string { return fmt.Sprintf("test%d", p.n.Add(1)) }

func open(t *testing.T, servers string, options natslog.Options) *natslog.Log {
	t.Helper()
	l, err := natslog.Open(t.Context(), servers, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return l
}

func TestLog(t *testing.T) {
	c, p := natstest.Start(t, 1), new(prefixes)
	eventlogtest.Run(t, func(t *testing.T) eventlog.Log {
		t.Helper()
		return open(t, c.URL(), natslog.Options{Prefix: p.next()})
	})
	eventlogtest.RunHeads(t, func(t *testing.T) eventlogtest.HeadFollowingLog {
		t.Helper()
		return open(t, c.URL(), natslog.Options{Prefix: p.next(), Streams: 3})
	})
	eventlogtest.RunRemove(t, func(t *testing.T) eventlogtest.RemovingLog {
		t.Helper()
		return open(t, c.URL(), natslog.Options{Prefix: p.next()})
	})
}

func TestLogReplicated(t *testing.T) {
	if testing.Short() {
		t.Skip("three servers")
	}
	c, p := natstest.Start(t, 3), new(prefixes)
	eventlogtest.Run(t, func(t *testing.T) eventlog.Log {
		t.Helper()
		return open(t, c.URL(), natslog.Options{Prefix: p.next()})
	})
}

func TestDurable(t *testing.T) {
	c := natstest.Start(t, 1)
	eventlogtest.RunDurable(t, func(t *testing.T, dir string) eventlog.Log {
		t.Helper()
		h := fnv.New32a()
		_, _ = h.Write([]byte(filepath.Clean(dir)))
		return open(t, c.URL(), natslog.Options{Prefix: fmt.Sprintf("test%d", h.Sum32())})
	})
}
