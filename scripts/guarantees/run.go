package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

const module = "parley/"

// testID is a test as `go test` names it.
type testID struct{ dir, name string }

// event is a line of `go test -json`.
type event struct {
	Time    time.Time
	Action  string
	Package string
	Test    string
	Output  string
	Key     string
	Value   string
}

// run is what a run of tests said.
type run struct {
	rows   []row
	failed []testID
	broken int // packages that failed without a test of theirs
}

// reader gathers what the events say of each test.
type reader struct {
	out    io.Writer
	where  string
	attrs  map[testID]map[string]string
	output map[testID][]string
	failed map[string]bool // packages with a test that failed
	run    run
}

// readRun reads a run to its end. What the tests wrote is passed on for whole
// packages and for tests that failed.
func readRun(in io.Reader, out io.Writer, where string) (run, error) {
	r := reader{
		out: out, where: where, failed: map[string]bool{},
		attrs: map[testID]map[string]string{}, output: map[testID][]string{},
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil { // the compiler speaks in plain text
			_, _ = fmt.Fprintln(out, lines.Text())
			continue
		}
		r.event(e)
	}
	return r.run, lines.Err()
}

func (r *reader) event(e event) {
	id := testID{path.Clean(strings.TrimPrefix(e.Package, module)), e.Test}
	switch e.Action {
	case "attr":
		if r.attrs[id] == nil {
			r.attrs[id] = map[string]string{}
		}
		r.attrs[id][e.Key] = e.Value
	case "output":
		if e.Test == "" {
			_, _ = io.WriteString(r.out, e.Output)
		} else {
			r.output[id] = append(r.output[id], e.Output)
		}
	case "pass", "skip":
		if a := r.attrs[id]; e.Action == "pass" && a["guarantee"] != "" {
			r.run.rows = append(r.run.rows, row{
				testID: id, guarantee: a["guarantee"], trials: a["trials"], result: a["result"],
				run: e.Time.UTC().Format(time.DateOnly) + ", " + r.where,
			})
			_, _ = fmt.Fprintf(r.out, "%s: %s: %s\n", id.name, a["trials"], a["result"])
		}
		delete(r.output, id)
	case "fail":
		r.fail(e, id)
	}
}

func (r *reader) fail(e event, id testID) {
	if e.Test == "" {
		if !r.failed[e.Package] {
			r.run.broken++
		}
		return
	}
	r.failed[e.Package] = true
	r.run.failed = append(r.run.failed, id)
	_, _ = io.WriteString(r.out, strings.Join(r.output[id], ""))
}
