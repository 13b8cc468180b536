//go:build linux

package suite

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"parley/bench/load"
)

// round is one in which so many lines were delivered, each after so long.
func round(delivered int, after time.Duration) Round {
	h := hdrhistogram.New(1000, int64(time.Minute), 3)
	_ = h.RecordValue(int64(after))
	return Round{Result: load.Result{Published: delivered / 10, Delivered: delivered, Seconds: 1, Latency: h, Lost: 1}, Processor: time.Second / 2}
}

func made() report {
	r := report{took: time.Minute, idle: []idle{{server: "parley", people: 10, each: 10 << 10}}}
	for _, s := range scenarios() {
		m := measured{Scenario: s}
		servers := []string{"parley", "hub", "centrifuge"}
		if s.Durable {
			servers = append(servers, "durable")
		}
		for i, name := range servers {
			n := 1000 * max(3-i, 1)
			m.samples = append(m.samples, Sample{name, []Round{round(n, time.Millisecond), round(2*n, 2*time.Millisecond), round(9*n, 3*time.Millisecond)}})
		}
		r.scenarios = append(r.scenarios, m)
	}
	took := round(1, 500*time.Microsecond).Latency
	r.floor = floor{took, took, took}
	r.profile = profile{partsOf("  0.78s 23.85% 23.85%  0.79s 24.15%  internal/runtime/syscall/linux.Syscall6\n" +
		"  0 0% 40.54%  1s 30.58%  parley/internal/eventlog/sqlitelog.(*writer).run\n" +
		"  0 0% 40.54%  1s 99.99%  parley/internal/eventlog/sqlitelog.(*writer).runs\n"), "the top\n"}
	for _, name := range []string{"rooms", "people"} {
		c := curve{name: name}
		for _, times := range []int{1, 10, 100} {
			c.points = append(c.points, point{"so many", Sample{"parley", []Round{round(10*times, time.Millisecond)}}})
		}
		r.growth = append(r.growth, c)
	}
	r.engine.lines = parseBenchmarks(`pkg: parley
BenchmarkTurns/rooms=10-2  	 10	 5000 ns/op	 3000 turns/s
BenchmarkTurns/rooms=100-2  	 10	 5000 ns/op	 4000 turns/s
BenchmarkTurns/rooms=100-2  	 10	 9000 ns/op	 9000 turns/s
BenchmarkTurns/rooms=100-2  	 10	 6000 ns/op	 6000 turns/s
BenchmarkTurns/rooms=1000-2  	 10	 2500 ns/op	 7000 turns/s
BenchmarkLobby/rooms=1000-2  	 10	 1 ns/op	 150 B/room	 0.25 s-to-start
BenchmarkRoomMemory/waiting-2  	 10	 1 ns/op	 2048 B/room
PASS
`)
	r.engine.compare = "as fast as before\n"
	return r
}

func TestPage(t *testing.T) {
	page := made().page()
	for _, want := range []string{
		"| S2: deliveries/s, to Centrifugo's in memory | ≥ 2 | 3.00 |", "| S2: deliveries/s, to the hub | ≥ 0.8 | 1.50 |",
		"| S2: deliveries/s, to Centrifugo's library with a file, synced | – | 3.00 |", "| a frame written to an idle socket | 500 | 500 |",
		"| the log: rows, transactions, syncs | 30.58% |\n| of all that, in the kernel | 24.15% |", "the top\n```",
		"| S1: p99, to Centrifugo's in memory | ≤ 1 | 1.00 |", "| S4: memory of an idle connection | ≤ 12 KB | 10.0 KB |",
		"| parley | 600 | 6000 | 2.00 | 2.00 | 2.00 | 2.0 | 3 | 0 | 0 | 0.50 | 83.3 | 0 |",
		"| turns with an instant model, 100 rooms | ≥ 5,000 a second | 6000 a second |",
		"| Turns/rooms=100 | 6000 ns/op, 6000 turns/s |", "| a game that waits for its last player | 2 KB |",
		"| a turn, µs, with 10, 100, 1,000 rooms that talk | 5 | 6 | 2.5 | 0.50 |",
		"| start, µs a room, with 1,000, 10,000, 100,000 rooms stored | 250 | – | – | 1.00 |",
		"```\nas fast as before\n```",
	} {
		if !strings.Contains(page, want+"\n") {
			t.Errorf("no line %q in\n%s", want, page)
		}
	}
}

func TestPlotsAreWellFormed(t *testing.T) {
	const ground = 1
	for name, want := range map[string]struct {
		plot        string
		bars, marks int
	}{
		"performance": {made().plot(), 4, 6},
		"engine":      {made().engine.plot(), 0, 5}, // of turns three, of starts and memory one
	} {
		count := elements(t, want.plot)
		if count["rect"] != ground+want.bars || count["circle"] != want.marks {
			t.Errorf("%s: %v", name, count)
		}
	}
}

// elements counts those of a picture by their names.
func elements(t *testing.T, picture string) map[string]int {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(picture))
	count := map[string]int{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			count[e.Name.Local]++
		}
	}
}

func TestUsageOfAProcess(t *testing.T) {
	s, err := start(t.Context(), "sleeper", []string{"sh", "-c", "echo at http://127.0.0.1:1; exec sleep 60 # DIR"})
	if err != nil {
		t.Fatal(err)
	}
	u, err := s.after(context.Background(), time.Millisecond)
	if err != nil || u.resident == 0 {
		t.Errorf("%+v, %v", u, err)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.dir); !os.IsNotExist(err) {
		t.Error("its directory is left")
	}
}
