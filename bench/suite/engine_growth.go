//go:build linux

package suite

import (
	"fmt"
	"strings"
)

// steps of growth: once, ten and a hundred times as much.
const steps = 3

// cost is how one of the engine's costs grows with what there is.
type cost struct {
	what   string
	values [steps]float64 // 0 where it was not measured
}

// costs returns the engine's at 1, 10 and 100 times as much.
func (e engine) costs() []cost {
	const nanos, micro, milli = 1e-9, 1e6, 1e3
	of := func(what, benchmark, unit string, sizes [steps]int, scale func(size int) float64) cost {
		c := cost{what: what}
		for i, size := range sizes {
			v, _ := e.figure(fmt.Sprintf(benchmark, size), unit)
			c.values[i] = v * scale(size)
		}
		return c
	}
	same := func(factor float64) func(int) float64 { return func(int) float64 { return factor } }
	rooms := [steps]int{1_000, 10_000, 100_000}
	return []cost{
		of("a turn, µs, with 10, 100, 1,000 rooms that talk", "Turns/rooms=%d", "ns/op", [steps]int{10, 100, 1_000}, same(nanos*micro)),
		of("start, µs a room, with 1,000, 10,000, 100,000 rooms stored", "Lobby/rooms=%d", "s-to-start", rooms, func(size int) float64 { return micro / float64(size) }),
		of("memory, bytes a room, likewise", "Lobby/rooms=%d", "B/room", rooms, same(1)),
		of("opening a room of 500 events, ms, among 10,000, 100,000, 1,000,000 stored", "OpenRoom/events=500/stored=%d", "ns/op", [steps]int{10_000, 100_000, 1_000_000}, same(nanos*milli)),
	}
}

// growthTable shows the costs side by side, and the last one to the first.
func (e engine) growthTable() string {
	var b strings.Builder
	b.WriteString("\n### Growth of its costs\n\n![Costs at 1, 10 and 100 times as much](pictures/engine.svg)\n\n| | 1× | 10× | 100× | last to first |\n|---|---|---|---|---|\n")
	for _, c := range e.costs() {
		if c.values[0] == 0 {
			continue
		}
		fmt.Fprintf(&b, "| %s |", c.what)
		last := 0.0
		for _, v := range c.values {
			cell := "–"
			if v > 0 {
				cell, last = number(v), v
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		fmt.Fprintf(&b, " %.2f |\n", last/c.values[0])
	}
	return b.String()
}

// plot draws the costs, each relative to what it is at first.
func (e engine) plot() string {
	var lines []line
	for _, c := range e.costs() {
		what, _, _ := strings.Cut(c.what, ",")
		l := line{name: what}
		for _, v := range c.values {
			if v > 0 && c.values[0] > 0 {
				l.values = append(l.values, v/c.values[0])
			}
		}
		if len(l.values) > 0 {
			lines = append(lines, l)
		}
	}
	const height = plotTop + panelHeight + 40 + 14*4
	return svg(plotLeft+panelWidth+plotLeft, height, func(b *strings.Builder) {
		chart(b, "Costs, to what they are at first", plotLeft, lines)
	})
}
