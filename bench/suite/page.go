//go:build linux

package suite

import (
	_ "embed"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// limits is what stands in the way of aims that are not reached; written by
// hand from profiles.
//
//go:embed limits.md
var limits string

const bytesPerKB = 1 << 10

// page writes the results for docs/performance.md.
func (r report) page() string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("# Performance\n\nWritten by `make bench`. Parley stands beside two servers that keep nothing: a bare hub, " +
		"and a server made of Centrifugo's library; and, where each line is synced before it is seen, beside the same library with a " +
		"file (durable), in which lines that wait share a sync. All run in turns on one machine, which the crowd that talks shares " +
		"with them; figures are medians of the rounds, ratios are taken round by round. What is absolute changes with the " +
		"machine and with what else it does, a ratio much less.\n\n")
	p("%d processors (%s), Linux, %s; %s took %s.\n\n", runtime.NumCPU(), processor(), runtime.Version(), r.kind(), r.took.Round(time.Second))
	p("![Deliveries a second, and how the work grows](pictures/performance.svg)\n")
	r.aims(p)
	for _, m := range r.scenarios {
		p("\n## %s: %s\n\n", m.Name, m.About)
		p("| | published/s | delivered/s | p50 ms | p95 ms | p99 ms | max ms | lost | doubled | reordered | processors | µs a delivery | MB |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
		for _, s := range m.samples {
			r.row(p, s.Server, s)
		}
	}
	r.floor.table(p, r.scenarios[0])
	r.profile.table(p)
	p("\n## S4: idle connections\n\n| | people | KB each | processors |\n|---|---|---|---|\n")
	for _, i := range r.idle {
		p("| %s | %d | %.1f | %.3f |\n", i.server, i.people, float64(i.each)/bytesPerKB, i.processor.Seconds())
	}
	for _, c := range r.growth {
		p("\n## Growth: %s\n\n| | published/s | delivered/s | p50 ms | p95 ms | p99 ms | max ms | lost | doubled | reordered | processors | µs a delivery | MB |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n", c.name)
		for _, point := range c.points {
			r.row(p, point.about, point.sample)
		}
	}
	p("%s", r.engine.table())
	p("\n%s", limits)
	return b.String()
}

func (r report) kind() string {
	if r.quick {
		return "the quick run"
	}
	return "the full run"
}

func (report) row(p func(string, ...any), name string, s Sample) {
	p("| %s | %.0f | %.0f | %.2f | %.2f | %.2f | %.1f | %d | %d | %d | %.2f | %.1f | %.0f |\n", name,
		s.median(published), s.median(delivered), s.median(latency(50)), s.median(latency(95)), s.median(latency(99)), s.median(latency(100)),
		s.sum(func(r Round) int { return r.Lost }), s.sum(func(r Round) int { return r.Doubled }), s.sum(func(r Round) int { return r.Reordered }),
		s.median(processors), s.median(work), s.median(megabytes))
}

// aims writes the ratios that are aimed at.
func (r report) aims(p func(string, ...any)) {
	p("\n## Aims\n\n| | aim | measured |\n|---|---|---|\n")
	by := map[string]measured{}
	for _, m := range r.scenarios {
		by[m.Name] = m
	}
	p("| S1: p99, to Centrifugo's in memory | ≤ 1 | %.2f |\n", by["S1"].ratio(latency(99), "centrifuge"))
	p("| S1: p99, to Centrifugo's library with a file, synced | – | %.2f |\n", by["S1"].ratio(latency(99), "durable"))
	p("| S2: deliveries/s, to Centrifugo's in memory | ≥ 2 | %.2f |\n", by["S2"].ratio(delivered, "centrifuge"))
	p("| S2: deliveries/s, to Centrifugo's library with a file, synced | – | %.2f |\n", by["S2"].ratio(delivered, "durable"))
	p("| S2: deliveries/s, to the hub | ≥ 0.8 | %.2f |\n", by["S2"].ratio(delivered, "hub"))
	p("| S3: p99, to the hub | ≤ 1.2 | %.2f |\n", by["S3"].ratio(latency(99), "hub"))
	for _, i := range r.idle {
		if i.server == "parley" {
			p("| S4: memory of an idle connection | ≤ 12 KB | %.1f KB |\n", float64(i.each)/bytesPerKB)
		}
	}
	for _, a := range r.engine.aims() {
		p("| %s | %s | %s |\n", a.what, a.aim, a.got)
	}
}

// processor returns the processor's name.
func processor() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(b)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
