//go:build linux

package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// engine is what the product's own benchmarks say.
type engine struct {
	lines   []benchmark
	compare string // with the last full run, by benchstat
}

// benchmark is one benchmark's figures by their units, of its last run.
type benchmark struct {
	name    string
	figures map[string]float64
	units   []string
}

// enginePackages hold a benchmark of each hot path.
func enginePackages() []string {
	return []string{"./room", "./internal/ws", "./internal/host", "./internal/httpapi", "./internal/eventlog/sqlitelog", "./cmd/parley"}
}

// benchmarks runs them and compares them with the last full run's.
func (o Options) benchmarks(ctx context.Context) (engine, error) {
	args := []string{"test", "-run", "^$", "-bench", ".", "-benchmem", "-p", "1", "-timeout", "20m"}
	if o.Quick {
		args = append(args, "-benchtime", "200ms", "-short")
	} else {
		args = append(args, "-benchtime", "500ms", "-count", "3")
	}
	run := exec.CommandContext(ctx, "go", append(args, enginePackages()...)...) //nolint:gosec // named here
	run.Dir, run.Stderr = o.Root, os.Stderr
	out, err := run.Output()
	if err != nil {
		return engine{}, errors.Join(fmt.Errorf("run benchmarks: %w", err), errors.New(string(out)))
	}
	e := engine{lines: parseBenchmarks(string(out))}
	last := filepath.Join(o.Root, "bench", "testdata", "engine.txt")
	now := filepath.Join(o.Root, ".tmp", "engine.txt")
	if err := errors.Join(os.MkdirAll(filepath.Dir(now), 0o750), os.WriteFile(now, out, 0o600)); err != nil {
		return e, err
	}
	if _, err := os.Stat(last); err == nil {
		stat := exec.CommandContext(ctx, "go", "tool", "benchstat", last, now) //nolint:gosec // named here
		stat.Dir, stat.Stderr = filepath.Join(o.Root, "bench"), os.Stderr
		b, err := stat.Output()
		if err != nil {
			return e, fmt.Errorf("compare benchmarks: %w", err)
		}
		e.compare = string(b)
		_, _ = os.Stderr.Write(b)
	}
	if o.Quick {
		return e, nil
	}
	return e, errors.Join(os.MkdirAll(filepath.Dir(last), 0o750), os.WriteFile(last, withoutPaths(out), 0o644)) //nolint:gosec // kept in the repository
}

// withoutPaths leaves benchmark lines and what benchstat wants to know of them.
func withoutPaths(out []byte) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(out) {
		if bytes.HasPrefix(line, []byte("Benchmark")) || bytes.HasPrefix(line, []byte("pkg:")) || bytes.HasPrefix(line, []byte("cpu:")) {
			b.Write(line)
		}
	}
	return b.Bytes()
}

func parseBenchmarks(out string) []benchmark {
	head := regexp.MustCompile(`^Benchmark(\S+?)(-\d+)?\s+\d+\s+(.*)`)
	byName := map[string]int{}
	var all []benchmark
	for line := range strings.Lines(out) {
		m := head.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		b := benchmark{name: m[1], figures: map[string]float64{}}
		fields := strings.Fields(m[3])
		for i := 0; i+1 < len(fields); i += 2 {
			if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
				b.figures[fields[i+1]] = v
				b.units = append(b.units, fields[i+1])
			}
		}
		if i, again := byName[b.name]; again {
			all[i] = b
			continue
		}
		byName[b.name] = len(all)
		all = append(all, b)
	}
	return all
}

func (e engine) table() string {
	if len(e.lines) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n## The engine\n\nGo benchmarks of the hot paths, without network.\n\n| | figures |\n|---|---|\n")
	for _, l := range e.lines {
		var figures []string
		for _, unit := range l.units {
			figures = append(figures, strconv.FormatFloat(l.figures[unit], 'g', 4, 64)+" "+unit)
		}
		fmt.Fprintf(&b, "| %s | %s |\n", strings.ReplaceAll(l.name, "_", " "), strings.Join(figures, ", "))
	}
	return b.String()
}

// aim is what one of the engine's figures is to be.
type aim struct{ what, aim, got string }

func (e engine) aims() []aim {
	var out []aim
	for _, a := range []struct{ what, aim, benchmark, unit string }{
		{"trigger to model call, p50", "< 150 µs after the log's own time", "Overhead/sqlitelog", "µs-trigger-to-call"},
		{"appending, of that", "–", "Overhead/sqlitelog", "µs-appending"},
		{"a room held for a commit's own work", "< 100 µs", "Overhead/sqlitelog", "µs-held-without-log"},
		{"turns with an instant model", "≥ 5,000/s", "Turns", "turns/s"},
		{"trigger to model call at 1,000/s, p99", "< 1 ms", "TriggersAtRate", "µs-p99"},
		{"opening a room of 500 events", "< 5 ms", "OpenRoom", "ns/op"},
		{"start with 100,000 rooms", "< 5 s", "Lobby/rooms=100000", "s-to-start"},
		{"a room folded away", "≤ 200 bytes", "Lobby/rooms=100000", "B/room"},
	} {
		for _, l := range e.lines {
			if v, ok := l.figures[a.unit]; ok && l.name == a.benchmark {
				out = append(out, aim{a.what, a.aim, strconv.FormatFloat(v, 'g', 4, 64) + " " + a.unit})
			}
		}
	}
	return out
}
