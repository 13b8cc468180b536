package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/memlog"
	"parley/internal/eventlog/sqlitelog"
	"parley/internal/host"
	"parley/internal/llm"
	"parley/room"
)

// quietModel says when it is called, and stays silent.
type quietModel struct{ called chan time.Time }

func (m *quietModel) Complete(context.Context, llm.Request) (llm.Answer, error) {
	m.called <- time.Now()
	return llm.Answer{Text: "[pass]"}, nil
}

// BenchmarkOverhead measures, beside a bare mutex check-and-mark, how long a
// line's trigger takes to become a model call and how long its room is held
// for a commit, with the log in memory and on the disk. All are medians.
func BenchmarkOverhead(b *testing.B) {
	b.Run("mutex", benchmarkMutex)
	b.Run("memlog", func(b *testing.B) { benchmarkTurn(b, memlog.New(memlog.Options{})) })
	b.Run("sqlitelog", func(b *testing.B) { benchmarkTurn(b, benchLog(b, sqlitelog.Options{})) })
}

func benchmarkMutex(b *testing.B) {
	var mu sync.Mutex
	busy := map[string]bool{}
	for b.Loop() {
		mu.Lock()
		if !busy["Ada"] {
			busy["Ada"] = true
		}
		mu.Unlock()
		delete(busy, "Ada")
	}
}

func benchmarkTurn(b *testing.B, log eventlog.Log) {
	b.Helper()
	model := &quietModel{called: make(chan time.Time, 1)}
	var mu sync.Mutex
	var held, appending []time.Duration
	silent := make(chan struct{}, 1)
	var posted time.Time
	h := newEngine(b, log, model, func(o host.Observation) {
		if o.Record == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		held, appending = append(held, o.Held), append(appending, o.Appending)
		switch o.Command.Cause() {
		case room.Say{}.Cause():
			posted = time.Now()
		case room.Answer{}.Cause():
			silent <- struct{}{}
		}
	})
	code := openRooms(b, h, 1)[0]
	var toCall []time.Duration
	for n := 0; b.Loop(); n++ {
		if _, err := h.Submit(b.Context(), code, room.Say{Player: "Kim", Text: fmt.Sprint("line ", n)}); err != nil {
			b.Fatal(err)
		}
		called := <-model.called
		<-silent
		mu.Lock()
		toCall = append(toCall, called.Sub(posted))
		mu.Unlock()
	}
	mu.Lock()
	defer mu.Unlock()
	for i := range held {
		held[i] -= appending[i]
	}
	b.ReportMetric(micros(toCall), "µs-trigger-to-call")
	b.ReportMetric(micros(held), "µs-held-without-log")
	b.ReportMetric(micros(appending), "µs-appending")
}

// micros returns the median in microseconds.
func micros(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[len(d)/2].Nanoseconds()) / 1000
}
