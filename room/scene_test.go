package room_test

import (
	"testing"

	"parley/room"
)

// A second attempt is told that its answer was refused, and only then.
func TestSceneSaysWhetherAnAnswerWasRefused(t *testing.T) {
	for outcome, want := range map[room.CallOutcome]bool{room.CallTimeout: false, room.CallRefused: true} {
		w := newOpen(t, openConfig("Ada"))
		w.do(t, room.Say{Player: "Cleo", Text: "hello"})
		turn := w.begin(t, "Ada")
		w.do(t, room.FailAttempt{Turn: turn, Attempt: 1, Outcome: outcome})
		w.begin(t, "Ada")
		scene, ok := w.state.Scene(turn)
		if !ok || scene.Attempt != 2 || scene.Refused != want {
			t.Errorf("after %s: attempt %d, refused %v, want %v", outcome, scene.Attempt, scene.Refused, want)
		}
	}
}

// What an agent wrote itself before anything new is not new to it.
func TestSceneBeginsWithWhatOthersWrote(t *testing.T) {
	w := newOpen(t, openConfig("Ada"))
	w.do(t, room.Say{Player: "Cleo", Text: "hello"})
	turn := w.begin(t, "Ada")
	w.do(t, room.Nudge{Agent: "Ada"}) // for the next turn
	w.do(t, room.Answer{Turn: turn, Attempt: 1, Text: "hi there"})
	w.do(t, room.Say{Player: "Cleo", Text: "how are you?"})
	scene, ok := w.state.Scene(w.begin(t, "Ada"))
	if !ok || len(scene.Lines) != 3 || scene.New != 1 || len(scene.Covers) != 2 {
		t.Errorf("%d new of %+v, covering %+v", scene.New, scene.Lines, scene.Covers)
	}
}
