//go:build linux

package suite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Options are what Run measures and where it writes.
type Options struct {
	Parley string `help:"Parley's binary." default:".bin/parley" type:"path"`
	Root   string `help:"The repository." default:"." type:"path"`
	Quick  bool   `help:"Few and short rounds."`
	Engine bool   `help:"Run the engine's own benchmarks as well." default:"true" negatable:""`
}

// report is all that was measured.
type report struct {
	quick     bool
	took      time.Duration
	scenarios []measured
	floor     floor
	profile   profile // of S2
	idle      []idle
	growth    []curve
	engine    engine
}

// measured is a scenario with what came of it.
type measured struct {
	Scenario
	samples []Sample
}

const payload = 200

func scenarios() []Scenario {
	return []Scenario{
		{Name: "S1", About: "100 rooms × 10 people, 10 lines/s a room", Rooms: 100, People: 10, Rate: 10, Payload: payload, Durable: true},
		{Name: "S2", About: "100 rooms × 10 people, as fast as it goes", Rooms: 100, People: 10, Payload: payload, Durable: true},
		{Name: "S3", About: "1 room × 1,000 people, 10 lines/s", Rooms: 1, People: 1000, Rate: 10, Payload: payload},
		{Name: "S5", About: "1,000 rooms × 5 people, 1 line/s a room", Rooms: 1000, People: 5, Rate: 1, Payload: payload},
	}
}

// Run measures everything and writes the page and its picture.
func (o Options) Run(ctx context.Context) error {
	began := time.Now()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	all := contestants(o.Parley, self)
	timing, people := Timing{Rounds: 7, Warm: time.Second, Measure: 4 * time.Second}, 5000
	if o.Quick {
		timing, people = Timing{Rounds: 5, Warm: 500 * time.Millisecond, Measure: time.Second}, 2000
	}
	r := report{quick: o.Quick}
	if r.floor, err = findFloor(ctx); err != nil {
		return err
	}
	if r.scenarios, r.profile, err = compareAll(ctx, timing, all, durable(self)); err != nil {
		return err
	}
	say("S4: %d idle people", people)
	if r.idle, err = idlers(ctx, people, all); err != nil {
		return fmt.Errorf("S4: %w", err)
	}
	say("growth")
	if r.growth, err = grow(ctx, timing, all[0]); err != nil {
		return fmt.Errorf("growth: %w", err)
	}
	if o.Engine {
		say("the engine's own benchmarks")
		if r.engine, err = o.benchmarks(ctx); err != nil {
			return err
		}
	}
	r.took = time.Since(began)
	docs := filepath.Join(o.Root, "docs")
	if o.Engine {
		err = os.WriteFile(filepath.Join(docs, "pictures", "engine.svg"), []byte(r.engine.plot()), 0o644) //nolint:gosec // a page's picture
	}
	return errors.Join(err,
		os.WriteFile(filepath.Join(docs, "performance.md"), []byte(r.page()), 0o644),              //nolint:gosec // a page to be read
		os.WriteFile(filepath.Join(docs, "pictures", "performance.svg"), []byte(r.plot()), 0o644), //nolint:gosec // likewise
	)
}

// compareAll runs the scenarios, some of them with one contestant more, and
// profiles Parley where people talk as fast as it goes.
func compareAll(ctx context.Context, t Timing, all []contestant, more contestant) (out []measured, p profile, err error) {
	for _, s := range scenarios() {
		say("%s: %s", s.Name, s.About)
		these := all
		if s.Durable {
			these = append(slices.Clip(all), more)
		}
		samples, err := compare(ctx, s, t, these)
		if err == nil && s.Rate == 0 {
			p, err = examine(ctx, s, all[0])
		}
		if err != nil {
			return nil, p, fmt.Errorf("%s: %w", s.Name, err)
		}
		out = append(out, measured{s, samples})
	}
	return out, p, nil
}

func say(format string, args ...any) { _, _ = fmt.Fprintf(os.Stderr, format+"\n", args...) }
