package room_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"parley/room"
)

// I19: whatever is read as a record survives its encoding, and folding it is
// an error or works, but never panics.
func FuzzRecord(f *testing.F) {
	lines, err := os.ReadFile("testdata/records_v1.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for line := range bytes.Lines(lines) {
		f.Add(line)
	}
	f.Add([]byte(`{"v":1,"events":[{"type":"turn_ended","event":{"covers":["","x",0]}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var r room.Record
		if json.Unmarshal(b, &r) != nil {
			return
		}
		once, err := json.Marshal(r)
		if err != nil {
			t.Fatalf("read and not written: %v", err)
		}
		twice, err := json.Marshal(encoded(t, r))
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%v: written as\n%s\nand then as\n%s", err, once, twice)
		}
		if _, err := room.Show(r); err != nil {
			t.Fatalf("not shown: %v", err)
		}
		for _, s := range []*room.State{{}, inVote(t)} {
			r.Ordinal = s.Ordinal + 1
			if s.Exists() {
				r.Room, r.At = s.Config.Code, s.At
			}
			if s.ApplyRecord(r) == nil {
				look(s)
			}
		}
	})
}

// inVote is a game in its vote with an open turn, whose agent is Player 2.
func inVote(tb testing.TB) *room.State {
	tb.Helper()
	w, people, agents := newGame(tb, gameConfig(2, 2, 2))
	w.do(tb, room.Say{Player: people[0], Text: "hello"})
	w.do(tb, room.Skip{})
	w.begin(tb, agents[0])
	return w.state
}

// look calls what reads a state.
func look(s *room.State) {
	s.View()
	s.Head()
	s.Deadline(true)
	s.Ready(s.At)
	for _, o := range s.OpenTurns() {
		s.Scene(o.ID)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"hello", " a\tb\n ", "\u200b", "\x00", "\xff", "a\u202eb", "\u2028", "é", strings.Repeat("x", 21)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		const most = 20
		out, err := room.Text("text", s, most)
		if err != nil {
			if kindOf(err) != room.Invalid || out != "" {
				t.Fatalf("%q: %q, %v", s, out, err)
			}
			return
		}
		again, err := room.Text("text", out, most)
		if err != nil || again != out || out != strings.TrimSpace(s) {
			t.Fatalf("%q becomes %q, then %q, %v", s, out, again, err)
		}
		if !utf8.ValidString(out) || utf8.RuneCountInString(out) > most || out == "" {
			t.Fatalf("%q becomes %q", s, out)
		}
		for _, r := range out {
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				t.Fatalf("%q holds %U", out, r)
			}
		}
	})
}

func FuzzRef(f *testing.F) {
	for _, s := range []string{"0", "7", "18446744073709551615", `"silence-2"`, `""`, "-1", "1.5", "null", `"\ud800"`, "{}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var r, back room.Ref
		if json.Unmarshal(b, &r) != nil {
			return
		}
		out, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &back); err != nil || back != r {
			t.Fatalf("%s is %+v, written %s, read %+v (%v)", b, r, out, back, err)
		}
		if r.Seq > 0 && r.Name != "" {
			t.Fatalf("%s is both: %+v", b, r)
		}
	})
}
