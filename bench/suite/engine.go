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
	compare string // the hot paths with those of the last full run, by benchstat
}

// benchmark is one benchmark's figures by their units, medians of its runs.
type benchmark struct {
	name    string
	figures map[string]float64
	units   []string
}

// hotPaths hold a benchmark of each step on the way of a line; wholes hold those
// of what the product does with them, on a disk.
func hotPaths() []string {
	return []string{"./room", "./internal/ws", "./internal/host", "./internal/agent", "./internal/httpapi"}
}

func wholes() []string { return []string{"./internal/eventlog/sqlitelog", "./cmd/parley"} }

// benchmarks runs them and compares the hot paths with the last full run's.
func (o Options) benchmarks(ctx context.Context) (engine, error) {
	hot, whole := []string{"-count", "6", "-benchtime", "100ms"}, []string{"-count", "3", "-benchtime", "500ms"}
	if o.Quick {
		hot, whole = []string{"-count", "6", "-benchtime", "20ms"}, []string{"-benchtime", "100ms", "-short"}
	}
	paths, err := o.goBenchmarks(ctx, hot, hotPaths())
	if err != nil {
		return engine{}, err
	}
	rest, err := o.goBenchmarks(ctx, whole, wholes())
	if err != nil {
		return engine{}, err
	}
	e := engine{lines: parseBenchmarks(string(paths) + string(rest))}
	e.compare, err = o.benchstat(ctx, paths)
	return e, err
}

func (o Options) goBenchmarks(ctx context.Context, how, packages []string) ([]byte, error) {
	args := append([]string{"test", "-run", "^$", "-bench", ".", "-benchmem", "-p", "1", "-timeout", "20m"}, how...)
	run := exec.CommandContext(ctx, "go", append(args, packages...)...) //nolint:gosec // named here
	run.Dir, run.Stderr = o.Root, os.Stderr
	out, err := run.Output()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("run benchmarks: %w", err), errors.New(string(out)))
	}
	return out, nil
}

// benchstat compares benchmarks with those of the last full run, whose place a
// full run's then take.
func (o Options) benchstat(ctx context.Context, out []byte) (string, error) {
	last := filepath.Join(o.Root, "bench", "testdata", "engine.txt")
	now := filepath.Join(o.Root, ".tmp", "engine.txt")
	if err := errors.Join(os.MkdirAll(filepath.Dir(now), 0o750), os.WriteFile(now, withoutPaths(out), 0o600)); err != nil {
		return "", err
	}
	var compare []byte
	if _, err := os.Stat(last); err == nil {
		stat := exec.CommandContext(ctx, "go", "tool", "benchstat", "last="+last, "now="+now) //nolint:gosec // named here
		stat.Dir, stat.Stderr = filepath.Join(o.Root, "bench"), os.Stderr
		if compare, err = stat.Output(); err != nil {
			return "", fmt.Errorf("compare benchmarks: %w", err)
		}
		_, _ = os.Stderr.Write(compare)
	}
	if o.Quick {
		return string(compare), nil
	}
	return string(compare), errors.Join(os.MkdirAll(filepath.Dir(last), 0o750), os.WriteFile(last, withoutPaths(out), 0o644)) //nolint:gosec // kept in the repository
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

// parseBenchmarks reads what go test -bench wrote: of benchmarks that ran several
// times, the medians.
func parseBenchmarks(out string) []benchmark {
	head := regexp.MustCompile(`^Benchmark(\S+?)(-\d+)?\s+\d+\s+(.*)`)
	runs := map[string]map[string][]float64{}
	var all []benchmark
	for line := range strings.Lines(out) {
		m := head.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		name, fields := m[1], strings.Fields(m[3])
		if _, again := runs[name]; !again {
			runs[name] = map[string][]float64{}
			all = append(all, benchmark{name: name, figures: map[string]float64{}})
			for i := 1; i < len(fields); i += 2 {
				all[len(all)-1].units = append(all[len(all)-1].units, fields[i])
			}
		}
		for i := 0; i+1 < len(fields); i += 2 {
			if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
				runs[name][fields[i+1]] = append(runs[name][fields[i+1]], v)
			}
		}
	}
	for _, b := range all {
		for unit, values := range runs[b.name] {
			b.figures[unit] = middle(values)
		}
	}
	return all
}

// figure returns one figure of a benchmark, if it ran.
func (e engine) figure(name, unit string) (float64, bool) {
	for _, l := range e.lines {
		if l.name == name {
			v, ok := l.figures[unit]
			return v, ok
		}
	}
	return 0, false
}
