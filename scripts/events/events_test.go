package main

import (
	"os"
	"strings"
	"testing"
)

// TestTheDocumentIsCurrent also holds the document to having every event of the
// log and every frame.
func TestTheDocumentIsCurrent(t *testing.T) {
	src, err := read("../../room")
	if err != nil {
		t.Fatal(err)
	}
	want, err := src.document()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/events.md is not what `make generate` writes")
	}
	for _, part := range []string{
		"### `turn_ended`", "### `room_created`", "| `covers` | list of Ref |", "Players see it as `message`.",
		"| `message` | `player` (string), `text` (string) |", "| `game_winner` |", "`answered` `refused` `auth`",
	} {
		if !strings.Contains(want, part) {
			t.Errorf("the document lacks %s", part)
		}
	}
	if n := strings.Count(want, "\n### `"); n != 18 {
		t.Errorf("%d events, want the 18 of the log", n)
	}
}

func TestASourceWithoutEventsIsAnError(t *testing.T) {
	if _, err := read("."); err == nil {
		t.Error("no error")
	}
}
