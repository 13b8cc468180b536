package main

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"
)

// memory returns a figure of the process's memory in KB, such as VmRSS, or its
// highest one, VmHWM.
func (p *process) memory(t *testing.T, name string) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	must(t, err)
	_, rest, _ := bytes.Cut(status, []byte("\n"+name+":"))
	kb := 0
	if _, err := fmt.Sscan(string(rest), &kb); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return kb
}

// files returns how many files and sockets the process has open.
func (p *process) files(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	must(t, err)
	return len(open)
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("never: %s", what)
		}
	}
}
