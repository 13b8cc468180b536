package room_test

import (
	"testing"

	"parley/room"
)

// I19: a log that does not begin with the room, or that gives people turns, is
// an error with its place, never a panic.
func TestDoctoredLogsAreErrors(t *testing.T) {
	record := func(ord uint64, seq uint64, e ...room.Event) room.Record {
		return room.Record{V: 1, Room: "ABCDEF", Ordinal: ord, At: nine(), Seq: seq, Events: e}
	}
	suspect := "Cleo"
	for name, r := range map[string]room.Record{
		"phase first":  record(1, 1, room.PhaseBegan{Phase: room.PhaseOpen}),
		"result first": record(1, 1, room.RoundEnded{Winner: room.People, Suspect: &suspect}),
		"vote first":   record(1, 1, room.VoteCast{Player: "Cleo", Suspect: "Cleo"}),
		"other code":   record(1, 0, room.RoomCreated{Config: room.Config{Code: "ZZZZZZ"}}),
	} {
		s := &room.State{}
		if err := s.ApplyRecord(r); err == nil {
			t.Errorf("%s: folded without an error", name)
		}
	}
	for name, e := range map[string]room.Event{
		"a person's turn": room.MessagePosted{Player: "Cleo", Text: "x", Turn: "Cleo-1"},
		"a person's vote": room.VoteCast{Player: "Cleo", Suspect: "Ada", Turn: "Cleo-1"},
		"joined twice":    room.PlayerJoined{Player: "Cleo"},
	} {
		w := newOpen(t, openConfig("Ada"))
		if err := w.state.ApplyRecord(record(w.state.Ordinal+1, w.state.Seq+1, e)); err == nil {
			t.Errorf("%s: folded without an error", name)
		}
	}
}
