//go:build linux

package suite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"parley/bench/load"
)

// profile is where a server's processor time goes.
type profile struct {
	parts []part
	top   string // of the functions themselves, as pprof prints it
}

// part is a share of it, in percent.
type part struct {
	what  string
	share string
}

const profileSeconds = 3

// examine has a crowd talk to Parley and profiles the server meanwhile.
func examine(ctx context.Context, s Scenario, c contestant) (_ profile, err error) {
	srv, err := start(ctx, c.name, c.args)
	if err != nil {
		return profile{}, err
	}
	defer func() { err = errors.Join(err, srv.stop()) }()
	seats, err := c.seats(ctx, srv, s.Rooms, s.People)
	if err != nil {
		return profile{}, err
	}
	crowd, err := load.Gather(srv.address, seats, s.Payload)
	if err != nil {
		return profile{}, err
	}
	defer crowd.Close()
	file := filepath.Join(srv.dir, "profile")
	fetched := make(chan error, 1)
	_, err = crowd.Run(load.Plan{
		Rate: s.Rate, Warm: time.Second, Measure: (profileSeconds + 1) * time.Second, Drain: drain,
		Started: func() { go func() { fetched <- srv.fetchProfile(ctx, file) }() },
	})
	if err != nil {
		return profile{}, err
	}
	if err := <-fetched; err != nil {
		return profile{}, fmt.Errorf("fetch a profile: %w", err)
	}
	return readProfile(ctx, file)
}

func (s *server) fetchProfile(ctx context.Context, file string) error {
	url := fmt.Sprintf("%s/debug/pprof/profile?seconds=%d", s.url(), profileSeconds)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return errors.New(res.Status)
	}
	return os.WriteFile(file, b, 0o600)
}

func readProfile(ctx context.Context, file string) (profile, error) {
	pprof := func(args ...string) (string, error) {
		out, err := exec.CommandContext(ctx, "go", append(append([]string{"tool", "pprof", "-top"}, args...), file)...).Output() //nolint:gosec // named here
		return string(out), err
	}
	all, err := pprof("-cum", "-nodefraction=0", "-nodecount=100000")
	if err != nil {
		return profile{}, fmt.Errorf("read a profile: %w", err)
	}
	top, err := pprof("-nodecount=12")
	if err != nil {
		return profile{}, fmt.Errorf("read a profile: %w", err)
	}
	_, top, _ = strings.Cut(top, "      flat") // above stand the program's name and the time
	return profile{parts: partsOf(all), top: "      flat" + top}, nil
}

// partsOf finds the parts of the server in a list of functions with all that
// they call.
func partsOf(list string) []part {
	var out []part
	for _, p := range []struct{ what, function string }{
		{"the log: rows, transactions, syncs", `sqlitelog\.\(\*writer\)\.run`},
		{"rooms: decisions, states, frames", `host\.\(\*runner\)\.run`},
		{"taking lines from sockets", `httpapi\.\(\*socket\)\.read`},
		{"writing to sockets", `httpapi\.\(\*socket\)\.pump`},
		{"collecting garbage, but for what the others help", `runtime\.gcBgMarkWorker`},
		{"the scheduler", `runtime\.schedule`},
		{"of all that, in the kernel", `internal/runtime/syscall/linux\.Syscall6`},
	} {
		// flat flat% sum% cum cum% name
		m := regexp.MustCompile(`(?m)^\s*\S+\s+\S+\s+\S+\s+\S+\s+(\S+%)\s+\S*` + p.function + `( \(inline\))?$`).FindStringSubmatch(list)
		if m != nil {
			out = append(out, part{p.what, m[1]})
		}
	}
	return out
}

func (w profile) table(p func(string, ...any)) {
	if len(w.parts) == 0 {
		return
	}
	p("\n## Where Parley's time goes in S2\n\n| | of the server's processor time |\n|---|---|\n")
	for _, part := range w.parts {
		p("| %s | %s |\n", part.what, part.share)
	}
	p("\n```\n%s```\n", w.top)
}
