package room_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/room"
)

// viewCase is a view vector: whoever has start and applies the frames after its
// seq has the view. Records are the log that the frames were shown from. The
// browser's reducer is checked against the same files.
type viewCase struct {
	Name    string            `json:"name"`
	Records []room.Record     `json:"records"`
	Start   room.View         `json:"start"`
	Frames  []json.RawMessage `json:"frames"`
	View    room.View         `json:"view"`
}

// Every vector is what Show and View say today; -rewrite writes them anew.
func TestViewVectors(t *testing.T) {
	for file, play := range map[string]func(*testing.T) []viewCase{
		"open.json": openViews, "game.json": gameViews, "rounds.json": roundsViews, "leavers.json": leaverViews,
	} {
		cases := play(t)
		for _, c := range cases {
			checkVector(t, c)
		}
		b, err := json.MarshalIndent(cases, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("testdata", "views", file), append(b, '\n'))
	}
}

// I9, I18: what the files hold, read as a browser reads them.
func TestViewVectorsTellNoRoles(t *testing.T) {
	files, err := filepath.Glob("testdata/views/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []viewCase
		if err := json.Unmarshal(b, &cases); err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			checkVector(t, c)
		}
	}
}

// checkVector holds a vector to what players may know: seqs without gaps and,
// in a game before its reveal, nothing that tells a role.
func checkVector(t *testing.T, c viewCase) {
	t.Helper()
	revealed := false
	for i, raw := range c.Frames {
		var f struct {
			Seq  uint64 `json:"seq"`
			Type string `json:"type"`
		}
		if err := json.Unmarshal(raw, &f); err != nil || f.Seq != uint64(i)+1 {
			t.Errorf("%s: frame %d is %s (%v)", c.Name, i, raw, err)
		}
		revealed = revealed || f.Type == "roles"
		if key := tells(raw); key != "" && !revealed && f.Type != "result" {
			t.Errorf("%s: frame %s tells %s", c.Name, raw, key)
		}
		if keys := keysOf(t, raw); f.Type == "message" && keys != "at player seq text type" {
			t.Errorf("%s: a message has the fields %s", c.Name, keys)
		}
	}
	if key := tells(c.View); key != "" && !revealed && c.View.Mode == room.Imitation {
		t.Errorf("%s: the view tells %s", c.Name, key)
	}
	if int(c.View.Seq) != len(c.Frames) {
		t.Errorf("%s: the view is at %d after %d frames", c.Name, c.View.Seq, len(c.Frames))
	}
	if bad := tells(c.Start); bad != "" {
		t.Errorf("%s: the start tells %s", c.Name, bad)
	}
}

// film takes vectors of a world as it goes on.
type film struct {
	*world
	cases []viewCase
}

func (f *film) snap(t *testing.T, name string) {
	t.Helper()
	c := viewCase{Name: name, Records: append([]room.Record(nil), f.records...), Frames: []json.RawMessage{}, View: f.state.View()}
	c.Start = refold(t, f.records[:1]).View()
	if c.Start.Mode == room.Open {
		for i := range c.Start.Players { // agents come with the room
			c.Start.Players[i].Role = nil
		}
		c.Start.Players, c.Start.Seq = []room.ViewPlayer{}, 1
	}
	for _, r := range f.records {
		shown, err := room.Show(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range shown {
			c.Frames = append(c.Frames, s.JSON)
		}
	}
	f.cases = append(f.cases, c)
}

func keysOf(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return strings.Join(sorted(m), " ")
}
