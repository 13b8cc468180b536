//go:build linux

// Package suite runs Parley and its rivals in turns and writes down what came
// of it.
package suite

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is a server's process.
type server struct {
	name    string
	command *exec.Cmd
	address netip.AddrPort
	dir     string // for its files; removed when it stops
}

// start runs a program that prints its address as http://HOST:PORT at the end
// of its first line. In args DIR stands for a new directory.
func start(ctx context.Context, name string, args []string) (*server, error) {
	dir, err := os.MkdirTemp("", "parley-bench-")
	if err != nil {
		return nil, err
	}
	args = append([]string(nil), args...)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "DIR", dir)
	}
	s := &server{name: name, dir: dir, command: exec.CommandContext(ctx, args[0], args[1:]...)} //nolint:gosec // the contestants' own
	s.command.Stderr = os.Stderr
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", name, err), s.stop())
	}
	_, at, _ := strings.Cut(line, "http://")
	if s.address, err = netip.ParseAddrPort(strings.TrimSpace(at)); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %q names no address", name, line), s.stop())
	}
	return s, nil
}

func (s *server) url() string { return "http://" + s.address.String() }

const stopTime = 20 * time.Second

func (s *server) stop() error {
	_ = s.command.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(stopTime, func() { _ = s.command.Process.Kill() })
	defer late.Stop()
	_ = s.command.Wait() // by a signal
	return os.RemoveAll(s.dir)
}

// usage is what a process has used.
type usage struct {
	processor time.Duration
	resident  int64 // bytes now
}

const ticksPerSecond = 100 // of Linux, on every machine that Go runs on

func (s *server) usage() (usage, error) {
	proc := "/proc/" + strconv.Itoa(s.command.Process.Pid)
	stat, err := os.ReadFile(proc + "/stat") //nolint:gosec // of a process started here
	if err != nil {
		return usage{}, fmt.Errorf("read what %s uses: %w", s.name, err)
	}
	// The name may hold anything but ends with the last parenthesis.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	pages, err3 := strconv.ParseInt(fields[21], 10, 64)
	return usage{
		processor: time.Duration(user+system) * time.Second / ticksPerSecond,
		resident:  pages * int64(os.Getpagesize()),
	}, errors.Join(err1, err2, err3)
}
