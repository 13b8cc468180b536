package natslog_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/natslog"
	"parley/internal/eventlog/natslog/natstest"
)

// line is as long as what people say in games and then some.
func line() string { return strings.Repeat("hello there, ", 10) }

func openBench(b *testing.B, c *natstest.Cluster, options natslog.Options) *natslog.Log {
	b.Helper()
	l, err := natslog.Open(b.Context(), c.URL(), options)
	if err != nil {
		b.Fatal(err)
	}
	return l
}

// BenchmarkAppend has so many rooms appended to side by side, each waiting for
// its answer, on one server and on three, with rooms in one stream or in four.
func BenchmarkAppend(b *testing.B) {
	for _, servers := range []int{1, 3} {
		c := natstest.Start(b, servers)
		for _, streams := range []int{1, 4} {
			for _, rooms := range []int{1, 100, 1000} {
				b.Run(fmt.Sprintf("servers=%d/streams=%d/rooms=%d", servers, streams, rooms), func(b *testing.B) {
					l := openBench(b, c, natslog.Options{Prefix: fmt.Sprintf("s%dr%dn%d", streams, rooms, b.N), Streams: streams})
					defer l.Close()
					report(b, appendSideBySide(b, l, rooms))
				})
			}
		}
	}
}

// appendSideBySide appends b.N records and returns how long each took.
func appendSideBySide(b *testing.B, l eventlog.Log, rooms int) []time.Duration {
	b.Helper()
	var mu sync.Mutex
	var all []time.Duration
	var wg sync.WaitGroup
	b.ResetTimer()
	for i := range rooms {
		wg.Go(func() {
			code := fmt.Sprintf("ROOM%d", i)
			var after eventlog.Seq
			var took []time.Duration
			for n := range uint64(b.N/rooms + 1) {
				begin := time.Now()
				seq, err := l.Append(b.Context(), after, eventlogtest.Record(code, n+1, line()))
				if err != nil {
					b.Error(err)
					return
				}
				took, after = append(took, time.Since(begin)), seq
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
		})
	}
	wg.Wait()
	b.StopTimer()
	return all
}

func report(b *testing.B, took []time.Duration) {
	b.Helper()
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "appends/s")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkConflict appends where a room does not end any more, and then as its
// only writer, to compare.
func BenchmarkConflict(b *testing.B) {
	for _, servers := range []int{1, 3} {
		c := natstest.Start(b, servers)
		for _, lost := range []bool{true, false} {
			b.Run(fmt.Sprintf("servers=%d/lost=%t", servers, lost), func(b *testing.B) {
				l := openBench(b, c, natslog.Options{Prefix: fmt.Sprintf("c%tn%d", lost, b.N)})
				defer l.Close()
				var places []eventlog.Seq
				for range 2 {
					places = append(places, appendOne(b, l, places))
				}
				for b.Loop() {
					if lost {
						_, err := eventlog.AppendSettled(b.Context(), l, places[0], eventlogtest.Record("ABCDEF", 2, "late"))
						if !errors.Is(err, eventlog.ErrConflict) {
							b.Fatal(err)
						}
						continue
					}
					places = append(places, appendOne(b, l, places))
				}
			})
		}
	}
}

func appendOne(b *testing.B, l eventlog.Log, places []eventlog.Seq) eventlog.Seq {
	b.Helper()
	var after eventlog.Seq
	if len(places) > 0 {
		after = places[len(places)-1]
	}
	seq, err := l.Append(b.Context(), after, eventlogtest.Record("ABCDEF", uint64(len(places))+1, line()))
	if err != nil {
		b.Fatal(err)
	}
	return seq
}

// BenchmarkFollow measures from before an append until another log's follower
// has the record.
func BenchmarkFollow(b *testing.B) {
	for _, servers := range []int{1, 3} {
		c := natstest.Start(b, servers)
		b.Run(fmt.Sprintf("servers=%d", servers), func(b *testing.B) {
			l, other := openBench(b, c, natslog.Options{}), openBench(b, c, natslog.Options{})
			defer l.Close()
			defer other.Close()
			code, after := fmt.Sprintf("ROOM%d", b.N), eventlog.Seq(0)
			seen := make(chan eventlog.Seq)
			go func() {
				for e, err := range other.Follow(b.Context(), code, 0) {
					if err != nil {
						return
					}
					seen <- e.Seq
				}
			}()
			var took []time.Duration
			for b.Loop() {
				begin := time.Now()
				seq, err := l.Append(b.Context(), after, eventlogtest.Record(code, uint64(len(took))+1, line()))
				if err != nil {
					b.Fatal(err)
				}
				for at := eventlog.Seq(0); at < seq; at = <-seen {
				}
				took, after = append(took, time.Since(begin)), seq
			}
			report(b, took)
		})
	}
}
