package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/client"
)

// asParley makes the test binary be parley itself, so that tests run the real
// program as a process of its own.
const asParley = "PARLEY_TEST_AS_PARLEY"

func TestMain(m *testing.M) {
	if os.Getenv(asParley) != "" {
		os.Unsetenv(asParley)
		main()
		return
	}
	m.Run()
}

// trials is how often a test tries: more often in the long run.
func trials(short, long int) int {
	if os.Getenv("PARLEY_LONG") != "" {
		return long
	}
	return short
}

// process is a parley that serves.
type process struct {
	*client.Client
	base string
	cmd  *exec.Cmd
	out  io.Reader
	log  *logbook
	ctx  context.Context
}

// start runs `parley serve` on a free port and waits until it answers. What it
// writes to its log is shown when the test fails.
func start(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := launch(t, env, args...)
	if err := p.ready(); err != nil {
		p.kill() // so that its log is complete
		t.Fatalf("%v; its log:\n%s", err, p.log)
	}
	return p
}

// launch runs `parley serve` and does not wait.
func launch(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := &process{ctx: t.Context(), log: &logbook{changed: make(chan struct{})}}
	p.cmd = parley(t, env, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	p.cmd.Stderr = p.log
	var err error
	if p.out, err = p.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			lines := strings.Split(p.log.String(), "\n")
			t.Logf("the log of the process ends:\n%s", strings.Join(lines[max(0, len(lines)-30):], "\n"))
		}
	})
	return p
}

// ready waits until the process answers.
func (p *process) ready() error {
	line, err := bufio.NewReader(p.out).ReadString('\n')
	base, ok := strings.CutPrefix(strings.TrimSpace(line), "Parley is at ")
	if !ok {
		return fmt.Errorf("parley serve said %q (%w)", line, err)
	}
	p.base = base
	p.Client = client.New(base, nil)
	return nil
}

// parley is a command line, not started yet.
func parley(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(append(os.Environ(), asParley+"=1"), env...)
	return cmd
}

// kill ends the process as a power switch would, and waits for its end.
func (p *process) kill() {
	p.cmd.Process.Signal(syscall.SIGKILL)
	p.cmd.Wait()
}

// stop asks the process to stop and returns how it ended.
func (p *process) stop() error {
	p.cmd.Process.Signal(syscall.SIGTERM)
	return p.cmd.Wait()
}

// logbook is what a process has written to its log.
type logbook struct {
	mu      sync.Mutex
	text    strings.Builder
	lines   int
	changed chan struct{} // closed and replaced at every line
}

// Write implements io.Writer.
func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines += strings.Count(string(b), "\n")
	close(l.changed)
	l.changed = make(chan struct{})
	return l.text.Write(b)
}

// String implements fmt.Stringer.
func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// wait returns when there are so many lines, or when ctx ends.
func (l *logbook) wait(ctx context.Context, lines int) {
	for {
		l.mu.Lock()
		enough, changed := l.lines >= lines, l.changed
		l.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// settled waits until every line of a person in the host's room is covered by
// both its agents and no turn is open, and returns the turns.
func settled(t *testing.T, host *client.Seat) []turnView {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		var got struct {
			Turns []turnView `json:"turns"`
		}
		if err := host.Room().Get(t.Context(), host.Token, &got, "turns"); err != nil {
			t.Fatal(err)
		}
		if quiet(everything(t, host.Room()), got.Turns) {
			return got.Turns
		}
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("the turns did not end")
		}
	}
}

type turnView struct {
	Turn     string  `json:"turn"`
	Agent    string  `json:"agent"`
	Covers   []any   `json:"covers"`
	State    string  `json:"state"`
	ReplySeq *uint64 `json:"reply_seq"`
	Attempts []struct {
		N       int     `json:"n"`
		Outcome *string `json:"outcome"`
	} `json:"attempts"`
}

func quiet(events []client.Event, turns []turnView) bool {
	const agents = 2
	speaks := map[string]bool{}
	covered := map[float64]int{}
	for _, t := range turns {
		if t.State == "open" {
			return false
		}
		speaks[t.Agent] = true
		for _, c := range t.Covers {
			if seq, ok := c.(float64); ok {
				covered[seq]++
			}
		}
	}
	for _, e := range events {
		if e.Type == "message" && !speaks[e.Player] && covered[float64(e.Seq)] < agents {
			return false
		}
	}
	return true
}

// everything returns all events of a room.
func everything(t *testing.T, r *client.Room) []client.Event {
	t.Helper()
	var out []client.Event
	for after := uint64(0); ; {
		page, err := r.Events(t.Context(), "", after, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return out
		}
		for _, e := range page {
			if after++; e.Seq != after {
				t.Fatalf("event %d stands in the place of %d", e.Seq, after)
			}
		}
		out = append(out, page...)
	}
}

// status returns the status of a GET.
func (p *process) status(t *testing.T, path string) int {
	t.Helper()
	res, err := http.Get(p.base + path)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}
