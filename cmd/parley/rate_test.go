package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/memlog"
	"parley/internal/eventlog/sqlitelog"
	"parley/internal/host"
	"parley/internal/llm"
	"parley/internal/llm/openai"
	"parley/room"
)

// localModel is a server of OpenAI's protocol that answers at once, with
// silence, and tells called when the first byte of each request came.
func localModel(b *testing.B, called func(turn string, at time.Time)) llm.Model {
	b.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _ := r.Context().Value(connKey{}).(*stampedConn)
		called(r.Header.Get(llm.TurnHeader), *conn.first.Load())
		_, _ = io.Copy(io.Discard, r.Body)
		conn.first.Store(nil) // what comes next is the next request's
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, `data: {"choices":[{"index":0,"delta":{"content":"[pass]"},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n")
	}))
	server.Listener = stampingListener{server.Listener}
	server.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, c)
	}
	server.Start()
	model := openai.New(server.URL+"/v1", "", "instant")
	b.Cleanup(func() {
		model.Close()
		server.Close()
	})
	return model
}

type connKey struct{}

// stampingListener has connections that note when bytes come.
type stampingListener struct{ net.Listener }

func (l stampingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return &stampedConn{Conn: c}, err
}

type stampedConn struct {
	net.Conn
	first atomic.Pointer[time.Time] // byte since it was last forgotten
}

func (c *stampedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && c.first.Load() == nil {
		now := time.Now()
		c.first.Store(&now)
	}
	return n, err
}

// BenchmarkTriggersAtRate has people write 1,000 lines a second in 100 rooms,
// each a trigger of the room's agent, and measures from a line's commit to the
// first byte of the call at its model's server: the prompt, the connector and
// the loopback, and the append of the intent where that is not the line's own.
// The control is calls of the same size to the same server at the same rate.
// Figures are medians of rounds.
func BenchmarkTriggersAtRate(b *testing.B) {
	b.Run("control", benchmarkCalls)
	b.Run("memlog", func(b *testing.B) { benchmarkRate(b, memlog.New(memlog.Options{})) })
	b.Run("sqlitelog/sync=interval", func(b *testing.B) { benchmarkRate(b, benchLog(b, sqlitelog.Options{Sync: sqlitelog.Interval})) })
	b.Run("sqlitelog/sync=always", func(b *testing.B) { benchmarkRate(b, benchLog(b, sqlitelog.Options{})) })
}

// rounds is how many of them there are.
const rounds = 5

// atRate calls do a thousand times a second for a round, each time as it is due
// whatever the ones before it take, and returns when all have returned.
func atRate(do func(n int)) {
	const every = time.Millisecond
	lines := 2000
	if testing.Short() {
		lines = 600
	}
	began := time.Now()
	clock := time.NewTicker(every)
	defer clock.Stop()
	var running sync.WaitGroup
	for n := range lines {
		for time.Since(began) < time.Duration(n)*every {
			<-clock.C
		}
		running.Go(func() { do(n) })
	}
	running.Wait()
}

func benchmarkCalls(b *testing.B) {
	var mu sync.Mutex
	var took sample
	sent := map[string]time.Time{}
	model := localModel(b, func(turn string, at time.Time) {
		mu.Lock()
		defer mu.Unlock()
		took.add(at.Sub(sent[turn]))
	})
	const system, lines = 1500, 50 // bytes and lines of the prompts of the other turns, in the third round
	prompt := []llm.Message{
		{Role: llm.System, Text: strings.Repeat("x", system)},
		{Role: llm.User, Text: strings.Repeat("Kim: "+usualLine()+"\n", lines)},
	}
	everyRound(b, func() {
		atRate(func(n int) {
			turn := fmt.Sprint("TURN/", n)
			mu.Lock()
			sent[turn] = time.Now()
			mu.Unlock()
			_, err := model.Complete(context.Background(), llm.Request{Turn: turn, Messages: prompt})
			if err != nil {
				b.Error(err)
			}
		})
		mu.Lock()
		defer mu.Unlock()
		took.end()
	})
	took.report(b, "to-call")
}

// usualLine is a line.
func usualLine() string { return strings.Repeat("hello ", 20) }

// path is where a room's triggers are on their way to its model.
type path struct {
	posted  time.Time // the first line that no turn has covered yet
	covered time.Time // the first line of the running turn
}

func benchmarkRate(b *testing.B, log eventlog.Log) {
	b.Helper()
	var mu sync.Mutex
	paths := map[string]*path{}
	var took sample
	model := localModel(b, func(turn string, at time.Time) {
		code, _, _ := strings.Cut(turn, "/")
		mu.Lock()
		defer mu.Unlock()
		took.add(at.Sub(paths[code].covered))
	})
	h := newEngine(b, log, model, func(o host.Observation) {
		if o.Record == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		p, ok := paths[o.Room]
		if !ok {
			p = &path{}
			paths[o.Room] = p
		}
		switch o.Command.(type) { //nolint:gochecksumtype // the others are no part of the way
		case room.Say:
			if p.posted.IsZero() {
				p.posted = time.Now()
			}
		case room.BeginTurn:
			p.covered, p.posted = p.posted, time.Time{}
		}
	})
	codes := openRooms(b, h, 100)
	everyRound(b, func() {
		atRate(func(n int) {
			if _, err := h.Submit(context.Background(), codes[n%len(codes)], room.Say{Player: "Kim", Text: usualLine()}); err != nil {
				b.Error(err)
			}
		})
		mu.Lock()
		defer mu.Unlock()
		took.end()
	})
	took.report(b, "to-call")
}

func everyRound(b *testing.B, round func()) {
	b.Helper()
	for b.Loop() {
		for range rounds {
			round()
		}
	}
}

// sample is how long something took, time after time.
type sample struct {
	now      []time.Duration // in this round
	p50, p99 []float64       // of each round, in microseconds
}

func (s *sample) add(d time.Duration) { s.now = append(s.now, d) }

// end ends a round.
func (s *sample) end() {
	slices.Sort(s.now)
	s.p50 = append(s.p50, float64(s.now[len(s.now)/2].Nanoseconds())/1000)
	s.p99 = append(s.p99, float64(s.now[len(s.now)*99/100].Nanoseconds())/1000)
	s.now = nil
}

// report tells what the rounds came to.
func (s *sample) report(b *testing.B, what string) {
	b.Helper()
	slices.Sort(s.p50)
	slices.Sort(s.p99)
	b.ReportMetric(s.p50[len(s.p50)/2], "µs-p50-"+what)
	b.ReportMetric(s.p99[len(s.p99)/2], "µs-p99-"+what)
}
