package room_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/room"
)

// eventTypes returns the type of each event by its name in the log.
func eventTypes() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, e := range full() {
		types[e.Type()] = reflect.TypeOf(e)
	}
	return types
}

// byReflection reads a record with encoding/json alone.
func byReflection(types map[string]reflect.Type, b []byte) (room.Record, error) {
	type fields room.Record
	var wire struct {
		fields
		Events []struct {
			Type  string          `json:"type"`
			Event json.RawMessage `json:"event"`
		} `json:"events"`
	}
	if err := json.Unmarshal(b, &wire); err != nil {
		return room.Record{}, err
	}
	if wire.V != room.Version {
		return room.Record{}, fmt.Errorf("version %d", wire.V)
	}
	r := room.Record(wire.fields)
	r.Events = make([]room.Event, len(wire.Events))
	for i, w := range wire.Events {
		known, ok := types[w.Type]
		if !ok || len(w.Event) == 0 || string(w.Event) == "null" {
			return room.Record{}, fmt.Errorf("event %q of type %q", w.Event, w.Type)
		}
		e := reflect.New(known)
		if err := json.Unmarshal(w.Event, e.Interface()); err != nil {
			return room.Record{}, err
		}
		r.Events[i] = e.Elem().Interface().(room.Event)
	}
	return r, nil
}

// readsAlike holds the decoder to encoding/json with some bytes, which may be
// a record, a head or nothing at all.
func readsAlike(tb rapid.TB, b []byte) {
	tb.Helper()
	var got room.Record
	err := got.UnmarshalJSON(b)
	want, wrong := byReflection(eventTypes(), b)
	if (err == nil) != (wrong == nil) {
		tb.Fatalf("%s\nread as %+v (%v), by reflection as %+v (%v)", b, got, err, want, wrong)
	}
	if diff := cmp.Diff(want, got); err == nil && diff != "" {
		tb.Fatalf("%s\n(-by reflection +read):\n%s", b, diff)
	}
	head, err := room.DecodeHead(b)
	var wantHead room.Head
	if wrong := json.Unmarshal(b, &wantHead); (err == nil) != (wrong == nil) || (err == nil && head != wantHead) {
		tb.Fatalf("%s\nread as %+v (%v), by reflection as %+v (%v)", b, head, err, wantHead, wrong)
	}
}

// odd is JSON that AppendJSON does not write, and what only looks like JSON.
func odd() []string {
	out := []string{"", "null", "{}", "[]", `{"v":1}`, `{"v":1,"events":[]}`, `{"v":1,"events":null}`, `{"v":2,"events":[]}`}
	line := `{"v":1,"room":"A","ord":1,"id":"i","at":"2026-01-02T03:04:05Z","node":"n","cause":"say","seq":1,"events":[%s]}`
	for _, event := range []string{
		``,
		`{"type":"turn_ended","event":{"turn":"t","agent":"A","outcome":"silent","covers":[]}}`,
		`{"type":"message_posted","event":{"player":"A","text":"x","hop":0}}`,
		`{"type":"message_posted","event":{"player":"A","text":"x","hop":-3}}`,
		`{"type":"message_posted","event":{"player":"A","text":"x","hop":00}}`,
		`{"type":"message_posted","event":{"player":"A","text":"x","hop":1.0}}`,
		`{"type":"message_posted","event":{"player":"A","text":"x","hop":9223372036854775807}}`,
		`{"type":"message_posted","event":{"player":"A","text":"x","hop":9223372036854775808}}`,
		`{"type":"message_posted","event":{"player":"A","text":"x","client_id":"","hop":0,"turn":""}}`,
		`{"type":"message_posted","event":{"player":"A","text":"x","client_id":null,"hop":0}}`,
		`{"type":"message_posted","event":{"text":"x","player":"A","hop":0}}`,
		`{"type":"message_posted","event":{"player":"A","text":"x","text":"y","hop":0}}`,
		`{"type":"message_posted","event":{"Player":"A","TEXT":"x","hop":0,"more":[{"a":"}"}]}}`,
		`{"type":"message_posted","event":{"player":"A","text":"\ud83d\ude00\ud800\"\\\/\u2028<\n","hop":0}}`,
		"{\"type\":\"message_posted\",\"event\":{\"player\":\"A\",\"text\":\"a\xff\xc3b\u2028\x7f\",\"hop\":0}}",
		"{\"type\":\"message_posted\",\"event\":{\"player\":\"A\",\"text\":\"a\tb\",\"hop\":0}}",
		`{"type":"message_posted","event":{"player":"A","text":"\x","hop":0}}`,
		`{"type":"message_posted","event":{"player":"A","text":3,"hop":0}}`,
		`{"type":"message_posted","event":{"player":"A","text":"x","hop":0},"more":1}`,
		`{"event":{"player":"A"},"type":"player_joined"}`,
		`{"type":"player_joined","event":{"player":"}{\"","more":{"a":[1,{}]}}}`,
		`{"type":"player_joined","event":[]}`,
		`{"type":"player_joined","event":{"player":"A"]}`,
		`{"type":"paused","event":{}},`,
		`{"type":"paused","event":{}},{"type":"resumed","event":{"ends_at":null}}`,
		`{"type":"turn_ended","event":{"turn":"t","agent":"A","outcome":"silent","covers":[1,"silence-2",""]}}`,
		`{"type":"turn_ended","event":{"turn":"t","agent":"A","outcome":"silent","covers":null}}`,
		`{"type":"turn_ended","event":{"turn":"t","agent":"A","outcome":"silent","covers":[01]}}`,
		`{"type":"turn_ended","event":{"turn":"t","agent":"A","outcome":"silent","covers":[18446744073709551616]}}`,
		`{"type":"turn_ended","event":{"turn":"t","agent":"A","outcome":"silent","covers":[null]}}`,
		`{"type":"turn_ended","event":{"turn":"t","agent":"A","outcome":"silent","covers":[],"call":null}}`,
		`{"type":"turn_began","event":{"turn":"t","agent":"A","kind":"vote","through":1,"attempt":1,"node":"n","deadline":"2026-01-02T03:04:05.1+01:00"}}`,
		`{"type":"turn_began","event":{"turn":"t","agent":"A","kind":"vote","through":1,"attempt":1,"node":"n","deadline":"2026\u002d01-02T03:04:05Z"}}`,
		`{"type":"turn_began","event":{"turn":"t","agent":"A","kind":"vote","through":1,"attempt":1,"node":"n","deadline":"2026-13-02T03:04:05Z"}}`,
	} {
		out = append(out, fmt.Sprintf(line, event), " "+fmt.Sprintf(line, event)+"\n", fmt.Sprintf(line, event)+"}")
	}
	return append(out, `{"code":"A","title":"","mode":"open","status":"running","unlisted":false,"people":1,"seats":2,"players":3,"created_at":"2026-01-02T03:04:05Z"}`)
}

// canonical is a record of every event, a record with all of them, and a head,
// as AppendJSON writes them.
func canonical(tb testing.TB) [][]byte {
	tb.Helper()
	head := room.Head{
		Code: "ABCDEF", Title: "<Tea> é", Mode: room.Imitation, Status: room.StatusRunning, Unlisted: true, Locked: true,
		Follows: "FEDCBA", People: 2, Seats: 2, Players: 3, CreatedAt: nine(), Busy: true,
	}
	r := room.Record{V: 1, Room: "ABCDEF", Ordinal: 1, ID: "id", At: nine(), Node: "n1", Cause: "tick", Seq: 7, Events: full(), Head: &head}
	var out [][]byte
	add := func(b []byte, err error) {
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, b)
	}
	add(r.AppendJSON(nil))
	add(head.AppendJSON(nil))
	r.Head = nil
	for _, e := range full() {
		r.Events = []room.Event{e}
		add(r.AppendJSON(nil))
	}
	return out
}

func TestRecordsAreReadAsByReflection(t *testing.T) {
	for _, s := range odd() {
		readsAlike(t, []byte(s))
	}
	whole := canonical(t)
	for _, b := range whole {
		readsAlike(t, b)
	}
	pieces := []string{"", `"`, `\`, "{", "}", "[", "]", ",", ":", "0", "-", "1e3", "null", "true", " ", `"a"`, `\u00e9`, "é", "\xff", "\n", `"x":1,`, `{"type":"paused","event":{}}`}
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(rapid.SampledFrom(whole).Draw(t, "of"))
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			from := rapid.IntRange(0, len(b)).Draw(t, "from")
			to := min(len(b), from+rapid.IntRange(0, 3).Draw(t, "bytes"))
			b = append(append(bytes.Clone(b[:from]), rapid.SampledFrom(pieces).Draw(t, "instead")...), b[to:]...)
		}
		readsAlike(t, b)
	})
}

// TestRecordsAreReadWithoutReflection counts what reading takes: encoding/json
// takes several times as much.
func TestRecordsAreReadWithoutReflection(t *testing.T) {
	body, err := usualRecord().AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	const most = 10
	var r room.Record
	if n := testing.AllocsPerRun(100, func() { err = r.UnmarshalJSON(body) }); n > most || err != nil {
		t.Errorf("%v allocations, %v", n, err)
	}
}

func FuzzRecordAsByReflection(f *testing.F) {
	for _, s := range odd() {
		f.Add([]byte(s))
	}
	for _, b := range canonical(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { readsAlike(t, b) })
}
