// Command guarantees keeps the table of docs/guarantees.md. It reads what
// `go test -json` says of a run and writes a row for every test that names a
// guarantee by its attributes:
//
//	t.Attr("guarantee", "kill -9 at random moments: nothing acknowledged is lost")
//	t.Attr("trials", "200 kills")
//	t.Attr("result", "0 lost, 0 doubled")
//
// A test that failed keeps its row, and the row says so. Rows of tests that did
// not run stay as they are, rows of tests that are no more are dropped.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
)

func main() {
	doc := flag.String("doc", "docs/guarantees.md", "the file to keep, below the root of the repository")
	commit := flag.String("commit", "", "what was tested")
	flag.Parse()
	machine := fmt.Sprintf("%d cores, %s", runtime.NumCPU(), runtime.GOOS)
	if err := keep(os.Stdin, os.Stdout, *doc, fmt.Sprintf("%s, %s", *commit, machine)); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "guarantees:", err)
		os.Exit(1) //nolint:forbidigo // so that make sees it
	}
}

// keep reads a run and writes the document anew. It fails when a test did.
func keep(in io.Reader, out io.Writer, doc, where string) error {
	run, err := readRun(in, out, where)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(doc) //nolint:gosec // named by who runs it
	if err != nil {
		return err
	}
	t := parse(string(text))
	root := os.DirFS(".")
	for _, r := range run.rows {
		if r.file, err = fileOf(root, r.dir, r.function()); err != nil {
			return err
		}
		t = t.put(r)
	}
	for _, test := range run.failed {
		t.fail(test)
	}
	if err := os.WriteFile(doc, []byte(t.present(root).String()), 0o644); err != nil { //nolint:gosec // a document for everybody
		return err
	}
	if len(run.failed)+run.broken > 0 {
		return fmt.Errorf("%d tests failed", len(run.failed)+run.broken)
	}
	return nil
}
