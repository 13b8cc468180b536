package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// usage is what a process holds when it has nothing to do.
type usage struct{ goroutines, files, memory, heap int } // memory in KB

// String gives memory in MB.
func (u usage) String() string {
	return fmt.Sprintf("%d goroutines, %d files, %d MB, of which %d MB are Go's objects", u.goroutines, u.files, u.memory>>10, u.heap>>10)
}

// TestNothingLeaks has rooms come and go: made, talked in by people and agents,
// watched, ended, and dropped from memory. What the process holds must not grow
// after a first lot of them, by which SQLite's caches, together 40 MB of the
// file, are full: the file is larger by then. What is kept of each room is no
// more than its entry in the list of rooms.
func TestNothingLeaks(t *testing.T) {
	if os.Getenv("PARLEY_LONG") == "" || raced() {
		t.Skip("this test waits for minutes, and the race detector has memory of its own; make long RACE= runs it")
	}
	const lot, rooms, warm, entry = 1_000, 10_000, 64 << 20, 300
	dir := t.TempDir()
	p := start(t, nil, "--data", dir, "--limits", "off", "--log-level", "warn")
	first := 0
	for fileSize(t, filepath.Join(dir, "parley.db")) < warm {
		comeAndGoRooms(t, p, lot)
		first += lot
	}
	before := p.idleUsage(t)
	comeAndGoRooms(t, p, rooms)
	after := p.idleUsage(t)
	if after.goroutines > before.goroutines+5 || after.files > before.files+5 ||
		after.memory > before.memory+before.memory/10 || after.heap > before.heap+rooms*entry>>10 {
		t.Errorf("before: %v; after: %v", before, after)
	}
	must(t, p.stop())
	t.Attr("guarantee", fmt.Sprintf("rooms that have come and gone leave nothing behind: goroutines and files as before, memory within a tenth, at most %d bytes a room in the list of rooms", entry))
	t.Attr("trials", fmt.Sprintf("%d rooms, after a first %d", rooms, first))
	t.Attr("result", fmt.Sprintf("before: %v; after: %v", before, after))
}

// raced reports whether the race detector is built in.
func raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	must(t, err)
	return info.Size()
}

// comeAndGoRooms runs rooms, some at a time.
func comeAndGoRooms(t *testing.T, p *process, rooms int) {
	t.Helper()
	watch := func(code string) error { return comeAndGo(t.Context(), p, code, false) }
	work := make(chan int)
	var side sync.WaitGroup
	for range 64 {
		side.Go(func() {
			for range work {
				if err := comeAndGoRoom(t.Context(), p.Client, watch); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range rooms {
		work <- i
	}
	close(work)
	side.Wait()
}

// idleUsage waits until no room is in memory, has the process collect its
// garbage, and looks. Memory is what is resident but for what Go's runtime has
// free, which it gives back when it likes.
func (p *process) idleUsage(t *testing.T) usage {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	eventually(t, "all rooms have left memory", func() bool { return p.metric(t, "parley_rooms_in_memory") == 0 })
	var heap map[string]int
	for range 3 { // pools empty themselves in two collections
		heap = p.collect(t)
	}
	return usage{
		goroutines: p.metric(t, "go_goroutines"), files: p.files(t),
		memory: p.memory(t, "VmRSS") - (heap["HeapIdle"]-heap["HeapReleased"])>>10,
		heap:   heap["HeapAlloc"] >> 10,
	}
}

// collect has the process collect its garbage, and returns the figures of its
// runtime.MemStats.
func (p *process) collect(t *testing.T) map[string]int {
	t.Helper()
	stats := map[string]int{}
	for line := range strings.Lines(p.read(t, "/debug/pprof/heap?gc=1&debug=1")) {
		name, value, _ := strings.Cut(strings.TrimPrefix(line, "# "), " = ")
		if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil {
			stats[name] = n
		}
	}
	return stats
}

func (p *process) read(t *testing.T, path string) string {
	t.Helper()
	res, err := http.Get(p.base + path)
	must(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %d, %v", path, res.StatusCode, err)
	}
	return string(body)
}

// metric returns one of the process's counters.
func (p *process) metric(t *testing.T, name string) int {
	t.Helper()
	_, rest, _ := strings.Cut(p.read(t, "/metrics"), "\n"+name+" ")
	value, _, _ := strings.Cut(rest, "\n")
	f, err := strconv.ParseFloat(value, 64)
	must(t, err)
	return int(f)
}
