package room_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/room"
)

// asBefore is a record as encoding/json alone writes it.
func asBefore(tb rapid.TB, r room.Record) string {
	tb.Helper()
	type event struct {
		Type  string     `json:"type"`
		Event room.Event `json:"event"`
	}
	type fields room.Record
	wire := struct {
		fields
		Events []event `json:"events"`
	}{fields: fields(r), Events: []event{}}
	for _, e := range r.Events {
		wire.Events = append(wire.Events, event{e.Type(), e})
	}
	b, err := json.Marshal(wire)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// TestRecordsAreEncodedAsByReflection holds the encoder to encoding/json, with
// every event and with any strings.
func TestRecordsAreEncodedAsByReflection(t *testing.T) {
	check := func(tb rapid.TB, r room.Record) {
		got, err := r.AppendJSON([]byte("x"))
		if want := "x" + asBefore(tb, r); err != nil || string(got) != want {
			tb.Fatalf("%s (%v)\nwant %s", got, err, want)
		}
	}
	head := room.Head{Code: "ABCDEF", Title: "<Tea>", CreatedAt: nine()}
	check(t, room.Record{V: 1, Room: "ABCDEF", Ordinal: 1, ID: "id", At: nine(), Node: "n", Cause: "say", Seq: 7, Events: full(), Head: &head})
	check(t, room.Record{At: time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.FixedZone("", 3600))})
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]*`), rapid.SampledFrom([]string{"", "a\xffb", "\u2028", "é𝄞", "&lt;", "\x7f"}))
		at := rapid.Custom(func(t *rapid.T) time.Time { return time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "at")).UTC() })
		ref := rapid.Custom(func(t *rapid.T) room.Ref {
			return room.Ref{Seq: rapid.Uint64().Draw(t, "seq"), Name: s.Draw(t, "name")}
		})
		call := rapid.Ptr(rapid.Custom(func(t *rapid.T) room.Call {
			return room.Call{
				Attempt: rapid.Int().Draw(t, "attempt"), Outcome: room.CallOutcome(s.Draw(t, "outcome")), Drafted: rapid.Bool().Draw(t, "drafted"),
				PromptTokens: rapid.Int().Draw(t, "prompt"), CompletionTokens: rapid.Int().Draw(t, "completion"),
			}
		}), true)
		head := rapid.Ptr(rapid.Custom(func(t *rapid.T) room.Head {
			return room.Head{
				Code: s.Draw(t, "code"), Title: s.Draw(t, "title"), Mode: room.Mode(s.Draw(t, "mode")), Status: room.Status(s.Draw(t, "status")),
				Unlisted: rapid.Bool().Draw(t, "unlisted"), Locked: rapid.Bool().Draw(t, "locked"), Follows: s.Draw(t, "follows"), Busy: rapid.Bool().Draw(t, "busy"),
				People: rapid.Int().Draw(t, "people"), Seats: rapid.Int().Draw(t, "seats"), Players: rapid.Int().Draw(t, "players"), CreatedAt: at.Draw(t, "created"),
			}
		}), true)
		check(t, room.Record{
			V: 1, Room: s.Draw(t, "room"), Ordinal: rapid.Uint64().Draw(t, "ord"), ID: s.Draw(t, "id"), Node: s.Draw(t, "node"), Cause: s.Draw(t, "cause"),
			At: at.Draw(t, "at"), Seq: rapid.Uint64().Draw(t, "seq"), Head: head.Draw(t, "head"),
			Events: []room.Event{room.MessagePosted{
				Player: s.Draw(t, "player"), Text: s.Draw(t, "text"), ClientID: s.Draw(t, "client_id"),
				Hop: rapid.Int().Draw(t, "hop"), Turn: s.Draw(t, "turn"), Suppressed: s.Draw(t, "suppressed"),
			}, room.Paused{}, room.TurnBegan{
				Turn: s.Draw(t, "turn"), Agent: s.Draw(t, "agent"), Kind: room.TurnKind(s.Draw(t, "kind")), Through: rapid.Uint64().Draw(t, "through"),
				Attempt: rapid.Int().Draw(t, "attempt"), Model: s.Draw(t, "model"), Node: s.Draw(t, "node"), Deadline: at.Draw(t, "deadline"),
			}, room.TurnEnded{
				Turn: s.Draw(t, "turn"), Agent: s.Draw(t, "agent"), Outcome: room.Outcome(s.Draw(t, "outcome")), Reason: s.Draw(t, "reason"),
				Covers: rapid.SliceOfN(ref, 0, 3).Draw(t, "covers"), Call: call.Draw(t, "call"),
			}, room.TurnEnded{}},
		})
	})
}

// TestFullIsFull: a field that full leaves empty could be lost by the encoder,
// and nobody would see it.
func TestFullIsFull(t *testing.T) {
	var empty func(path string, v reflect.Value)
	empty = func(path string, v reflect.Value) {
		switch {
		case v.Kind() == reflect.Pointer && !v.IsNil():
			empty(path, v.Elem())
		case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]() && v.Type() != reflect.TypeFor[room.Ref]():
			for i := range v.NumField() {
				empty(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case v.Kind() == reflect.Slice && v.Len() > 0:
			empty(path, v.Index(0))
		case v.IsZero():
			t.Errorf("%s is empty", path)
		}
	}
	for _, e := range full() {
		empty(e.Type(), reflect.ValueOf(e))
	}
}

func TestLinesAreShownAsByReflection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "at")).UTC()
		player, text := rapid.String().Draw(t, "player"), rapid.String().Draw(t, "text")
		shown, err := room.Show(room.Record{At: at, Seq: 9, Events: []room.Event{room.MessagePosted{Player: player, Text: text}}})
		want, wrong := json.Marshal(struct {
			Seq    uint64 `json:"seq"`
			Type   string `json:"type"`
			At     string `json:"at"`
			Player string `json:"player"`
			Text   string `json:"text"`
		}{9, "message", room.Time(at), player, text})
		if err != nil || wrong != nil || string(shown[0].JSON) != string(want) {
			t.Fatalf("%s, want %s (%v, %v)", shown[0].JSON, want, err, wrong)
		}
	})
}

func usualRecord() room.Record {
	return room.Record{
		V: 1, Room: "ABCDEF", Ordinal: 1234, ID: "AAAAAAAAAAAAAAAAAAAAAA", At: nine(), Node: "abcdefgh", Cause: "say", Seq: 1234,
		Events: []room.Event{room.MessagePosted{Player: "Player 3", Text: "a line of the length that people write when they have something to say to each other"}},
	}
}

func BenchmarkEncode(b *testing.B) {
	r := usualRecord()
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if out, err = r.AppendJSON(out[:0]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode reads a record beside what encoding/json alone would take.
func BenchmarkDecode(b *testing.B) {
	body, err := usualRecord().AppendJSON(nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("record", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var r room.Record
			if err := r.UnmarshalJSON(body); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("reflection", func(b *testing.B) {
		types := eventTypes()
		b.ReportAllocs()
		for b.Loop() {
			if _, err := byReflection(types, body); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkShow(b *testing.B) {
	r := usualRecord()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := room.Show(r); err != nil {
			b.Fatal(err)
		}
	}
}
