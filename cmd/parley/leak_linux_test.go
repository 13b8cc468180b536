package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/client"
)

// usage is what a process holds when it has nothing to do.
type usage struct{ goroutines, files, memory int }

// String gives memory in MB.
func (u usage) String() string {
	return fmt.Sprintf("%d goroutines, %d files, %d MB", u.goroutines, u.files, u.memory>>10)
}

// TestNothingLeaks has rooms come and go: made, talked in by people and agents,
// watched, ended, and dropped from memory. What the process holds must not grow
// after a first lot of them, which fills SQLite's caches; what the list of rooms
// keeps of each is within the tenth.
func TestNothingLeaks(t *testing.T) {
	if os.Getenv("PARLEY_LONG") == "" {
		t.Skip("this test waits for minutes; make long runs it")
	}
	const first, rooms = 4_000, 10_000
	p := start(t, nil, "--data", t.TempDir(), "--limits", "off", "--log-level", "warn")
	comeAndGoRooms(t, p, first)
	before := p.idleUsage(t)
	comeAndGoRooms(t, p, rooms)
	limit := usage{before.goroutines + 5, before.files + 5, before.memory + before.memory/10}
	// The runtime returns memory to the system little by little.
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var after usage
	for after = p.idleUsage(t); ctx.Err() == nil && after.over(limit); after = p.idleUsage(t) {
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
	if after.over(limit) {
		t.Errorf("before: %v; after: %v", before, after)
	}
	must(t, p.stop())
	t.Attr("guarantee", "rooms that have come and gone leave nothing behind: goroutines and files as before, memory within a tenth")
	t.Attr("trials", fmt.Sprintf("%d rooms, after a first %d", rooms, first))
	t.Attr("result", fmt.Sprintf("before: %v; after: %v", before, after))
}

func (u usage) over(limit usage) bool {
	return u.goroutines > limit.goroutines || u.files > limit.files || u.memory > limit.memory
}

// comeAndGoRooms runs rooms, some at a time.
func comeAndGoRooms(t *testing.T, p *process, rooms int) {
	t.Helper()
	work := make(chan int)
	var side sync.WaitGroup
	for range 64 {
		side.Go(func() {
			for range work {
				if err := comeAndGoRoom(t.Context(), p); err != nil {
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

func comeAndGoRoom(ctx context.Context, p *process) error {
	r, err := p.Create(ctx, client.Settings{"mode": "open", "agents": 2, "seats": 2, "pacing": "instant", "hops": 1})
	if err != nil {
		return err
	}
	kim, err := r.Join(ctx, "Kim")
	if err != nil {
		return err
	}
	if err := comeAndGo(ctx, p, r.Code, false); err != nil {
		return err
	}
	seq, err := kim.Say(ctx, "hello, what do you all think of it?", "")
	if err != nil {
		return err
	}
	if _, err := r.Events(ctx, kim.Token, seq, 1); err != nil { // an answer, if there is one at once
		return err
	}
	return r.Host.Act(ctx, "end")
}

// idleUsage waits until no room is in memory, has the process collect its
// garbage, and looks.
func (p *process) idleUsage(t *testing.T) usage {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	eventually(t, "all rooms have left memory", func() bool { return p.metric(t, "parley_rooms_in_memory") == 0 })
	for range 2 {
		p.read(t, "/debug/pprof/heap?gc=1")
	}
	return usage{p.metric(t, "go_goroutines"), p.files(t), p.memory(t, "VmRSS")}
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
