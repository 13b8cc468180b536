//go:build linux

package suite

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

// engineNotes say why the engine's costs are what they are; written by hand
// from profiles.
//
//go:embed engine.md
var engineNotes string

// A figure's unit as benchmarks report it, and as people read it.
type quantity struct {
	unit  string
	scale float64
	read  string
}

func micros(unit string) quantity { return quantity{unit, 1, "µs"} }

func (e engine) read(name string, q quantity) (string, bool) {
	v, ok := e.figure(name, q.unit)
	return number(v*q.scale) + " " + q.read, ok
}

// number writes three digits or more, as people write them.
func number(v float64) string {
	const whole = 100
	if v >= whole {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// aim is what one of the engine's figures is to be.
type aim struct{ what, aim, got string }

// aims returns those that were measured.
func (e engine) aims() []aim {
	const rate = "TriggersAtRate/sqlitelog/sync=always"
	open, start, each := quantity{"ns/op", 1e-6, "ms"}, quantity{"s-to-start", 1, "s"}, quantity{"B/room", 1, "bytes"}
	var out []aim
	for _, a := range []struct {
		what, aim, benchmark string
		quantity
	}{
		{"trigger to model call at 1,000/s, p50", "< 150 µs", rate, micros("µs-p50-to-call")},
		{"– the same calls without an engine", "–", "TriggersAtRate/control", micros("µs-p50-to-call")},
		{"trigger to model call at 1,000/s, p99", "< 1,000 µs", rate, micros("µs-p99-to-call")},
		{"– the same calls without an engine", "–", "TriggersAtRate/control", micros("µs-p99-to-call")},
		{"a room held for a commit's own work", "< 100 µs", "Overhead/sqlitelog", micros("µs-held-without-log")},
		{"turns with an instant model, 100 rooms", "≥ 5,000 a second", "Turns/rooms=100", quantity{"turns/s", 1, "a second"}},
		{"turns with an instant model, 1,000 rooms", "–", "Turns/rooms=1000", quantity{"turns/s", 1, "a second"}},
		{"opening a room of 500 events among 100,000", "–", "OpenRoom/events=500/stored=100000", open},
		{"opening a room of 500 events among 1,000,000", "< 5 ms", "OpenRoom/events=500/stored=1000000", open},
		{"start with 100,000 rooms", "< 5 s", "Lobby/rooms=100000", start},
		{"a room folded away, among 100,000", "≤ 200 bytes", "Lobby/rooms=100000", each},
	} {
		if got, ok := e.read(a.benchmark, a.quantity); ok {
			out = append(out, aim{a.what, a.aim, got})
		}
	}
	return out
}

// memory returns what a room takes.
func (e engine) memory() string {
	var b strings.Builder
	b.WriteString("\n### Memory of a room\n\n| | takes |\n|---|---|\n")
	for _, m := range []struct{ what, benchmark string }{
		{"a game that waits for its last player", "RoomMemory/waiting"},
		{"a game of 3 people and 2 agents, 10 lines on", "RoomMemory/running"},
		{"an open room of 3 people and 16 agents, 10 lines on, 160 triggers pending", "RoomMemory/agents=16"},
	} {
		if got, ok := e.read(m.benchmark, quantity{"B/room", 1.0 / bytesPerKB, "KB"}); ok {
			fmt.Fprintf(&b, "| %s | %s |\n", m.what, got)
		}
	}
	if got, ok := e.read("Lobby/rooms=100000", quantity{"B/room", 1, "bytes"}); ok {
		fmt.Fprintf(&b, "| a room folded away, among 100,000 | %s |\n", got)
	}
	return b.String()
}

// table writes all that is known of the engine.
func (e engine) table() string {
	if len(e.lines) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n## The engine\n\nGo benchmarks inside the product: without network, but for the calls to a model on the loopback.\n")
	b.WriteString(e.memory())
	b.WriteString(e.growthTable())
	b.WriteString("\n" + engineNotes)
	if e.compare != "" {
		fmt.Fprintf(&b, "\n### Hot paths, beside the last full run\n\n```\n%s```\n", e.compare)
	}
	b.WriteString("\n### All figures\n\n| | figures |\n|---|---|\n")
	for _, l := range e.lines {
		var figures []string
		for _, unit := range l.units {
			figures = append(figures, strconv.FormatFloat(l.figures[unit], 'g', 4, 64)+" "+unit)
		}
		fmt.Fprintf(&b, "| %s | %s |\n", strings.ReplaceAll(l.name, "_", " "), strings.Join(figures, ", "))
	}
	return b.String()
}
