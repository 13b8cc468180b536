package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
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

// process is a parley that serves.
type process struct {
	*client.Client
	base string
	cmd  *exec.Cmd
	ctx  context.Context
}

// start runs `parley serve` on a free port and waits until it answers. What it
// writes to its log is shown when the test fails.
func start(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	cmd := parley(t, env, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	log := &strings.Builder{}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd, ctx: t.Context()}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			lines := strings.Split(log.String(), "\n")
			t.Logf("the log of the process ends:\n%s", strings.Join(lines[max(0, len(lines)-30):], "\n"))
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	base, ok := strings.CutPrefix(strings.TrimSpace(line), "Parley is at ")
	if !ok {
		cmd.Wait()
		t.Fatalf("parley serve said %q (%v); its log:\n%s", line, err, log)
	}
	p.base = base
	p.Client = client.New(base, nil)
	return p
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

func lineText(round, n int) string { return fmt.Sprintf("line %d of round %d", n, round) }
