// Command events writes docs/events.md: what is in a room's log and what
// players see of it, read from the source of package room, so that the document
// says what the code does.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	dir := flag.String("room", ".", "the directory of package room")
	doc := flag.String("doc", "../docs/events.md", "the file to write")
	flag.Parse()
	if err := run(*dir, *doc); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "events:", err)
		os.Exit(1) //nolint:forbidigo // so that go generate sees it
	}
}

func run(dir, doc string) error {
	src, err := read(dir)
	if err != nil {
		return err
	}
	text, err := src.document()
	if err != nil {
		return err
	}
	return os.WriteFile(doc, []byte(text), 0o644) //nolint:gosec // a document is for everybody
}
