package sqlitelog_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/sqlitelog"
)

// line is as long as what people say in games and then some.
func line() string { return strings.Repeat("hello there, ", 10) }

// BenchmarkAppend has so many rooms appended to side by side, each waiting for
// its answer, with either way to sync, next to a file that is appended to and
// synced by one writer.
func BenchmarkAppend(b *testing.B) {
	for _, rooms := range []int{1, 100, 1000} {
		for _, mode := range []sqlitelog.Sync{sqlitelog.Always, sqlitelog.Interval} {
			b.Run(fmt.Sprintf("rooms=%d/sync=%s", rooms, mode), func(b *testing.B) { benchmarkAppend(b, rooms, mode) })
		}
	}
}

func benchmarkAppend(b *testing.B, rooms int, mode sqlitelog.Sync) {
	b.Helper()
	l, err := sqlitelog.Open(b.Context(), b.TempDir(), sqlitelog.Options{Sync: mode})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	plain := plainAppends(b)
	work := make(chan struct{}, rooms)
	var wg sync.WaitGroup
	b.ResetTimer()
	for i := range rooms {
		wg.Go(func() {
			code := fmt.Sprintf("ROOM%d", i)
			after := eventlog.Seq(0)
			for range work {
				var err error
				if after, err = l.Append(b.Context(), after, eventlogtest.Record(code, uint64(after)+1, line())); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for b.Loop() {
		work <- struct{}{}
	}
	close(work)
	wg.Wait()
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "appends/s")
	b.ReportMetric(plain, "file-appends/s")
	b.ReportMetric(rate/plain, "ratio")
}

// plainAppends returns how many times a second a file can be appended to and
// synced.
func plainAppends(b *testing.B) float64 {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "plain"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	body := []byte(strings.Repeat("x", 500))
	n, begin := 0, time.Now()
	for ; time.Since(begin) < 500*time.Millisecond; n++ {
		if _, err := f.Write(body); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return float64(n) / time.Since(begin).Seconds()
}
