package natslog

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/natslog/natstest"
)

// BenchmarkOpenRoom reads rooms of 500 records, among 1,000,000 with
// PARLEY_LONG=1 and among 20,000 without, from bundles and from the stream,
// each on a server that has just been started (cold) or again (warm).
func BenchmarkOpenRoom(b *testing.B) {
	const records = 500
	rooms := 40
	if os.Getenv("PARLEY_LONG") != "" {
		rooms = 2000
	}
	c := natstest.StartWith(b, 1, "jetstream {}") // synced later, to be filled sooner
	began := time.Now()
	fillInTurns(b, c, rooms, records)
	b.Logf("%d records in %s", rooms*records, time.Since(began).Round(time.Second))
	for _, bundles := range []bool{true, false} {
		if !bundles {
			emptyCache(b, c)
		}
		for _, cold := range []bool{true, false} {
			b.Run(fmt.Sprintf("bundles=%t/cold=%t", bundles, cold), func(b *testing.B) {
				var took []time.Duration
				for i := 0; b.Loop(); i++ {
					if cold {
						b.StopTimer()
						if err := errors.Join(c.Servers[0].Stop(), c.Servers[0].Start(), c.Await(b.Context())); err != nil {
							b.Fatal(err)
						}
						b.StartTimer()
					}
					took = append(took, openRoom(b, c, fmt.Sprintf("ROOM%d", i*7%rooms), records))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
			})
		}
	}
}

// openRoom returns how long it takes to read a room.
func openRoom(b *testing.B, c *natstest.Cluster, code string, records int) time.Duration {
	b.Helper()
	l, err := Open(b.Context(), c.URL(), Options{Existing: true})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	begin, n := time.Now(), 0
	for _, err := range l.Read(b.Context(), code, 0) {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	took := time.Since(begin)
	if n != records {
		b.Fatalf("%d records", n)
	}
	return took
}

// fillInTurns stores what appending to all rooms in turns leaves behind,
// without waiting for each answer.
func fillInTurns(b *testing.B, c *natstest.Cluster, rooms, records int) {
	b.Helper()
	l, err := Open(b.Context(), c.URL(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	bundles := make([]bundle, rooms)
	ends := make([]eventlog.Seq, rooms)
	var seq eventlog.Seq
	for n := range uint64(records) {
		for i := range rooms {
			code := fmt.Sprintf("ROOM%d", i)
			m, err := encode(l.shard(code).subject(code), ends[i], eventlogtest.Record(code, n+1, strings.Repeat("hello there, ", 10)))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := l.js.PublishMsgAsync(m, jetstream.WithExpectLastSequencePerSubject(uint64(ends[i])), jetstream.WithStallWait(time.Minute)); err != nil {
				b.Fatal(err)
			}
			seq++
			ends[i] = seq
			bundles[i].code = code
			bundles[i].records = append(bundles[i].records, message{place: seq, ordinal: n + 1, body: m.Data})
			if last := n+1 == uint64(records); last || len(bundles[i].records) == bundleRows {
				if err := l.keep(b.Context(), bundles[i]); err != nil {
					b.Fatal(err)
				}
				bundles[i] = bundle{previous: seq}
			}
		}
	}
	<-l.js.PublishAsyncComplete()
	if end, err := l.last(b.Context(), fmt.Sprintf("ROOM%d", rooms-1)); err != nil || end.place != seq {
		b.Fatalf("the last record is at %d, %v; want %d", end.place, err, seq)
	}
}

func emptyCache(b *testing.B, c *natstest.Cluster) {
	b.Helper()
	l, err := Open(b.Context(), c.URL(), Options{Existing: true})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	if err := l.cacheStream.Purge(b.Context()); err != nil {
		b.Fatal(err)
	}
}
