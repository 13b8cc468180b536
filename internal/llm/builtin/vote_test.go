package builtin_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"parley/internal/llm"
	"parley/internal/llm/builtin"
	"parley/internal/packs"
)

func TestVotes(t *testing.T) {
	model, _ := load(t)
	suspects := []string{"Player 1", "Player 2", "Player 3"}
	scene := room("en", "Coffee or tea?", "hello")
	scene.Kind, scene.Suspects = llm.KindVote, suspects
	scene.Lines = nil
	for i := range 4 {
		scene.Lines = append(scene.Lines,
			llm.Line{Player: "Player 1", Text: fmt.Sprintf("Tea is a very reasonable choice for most people on most days, number %d%s.", i, strings.Repeat(" or so", i*i))},
			llm.Line{Player: "Player 2", Text: strings.Repeat("lol ok ", i+1)},
			llm.Line{Player: "Player 3", Text: strings.Repeat("coffee dude ", 4-i)})
	}
	votes := map[string]int{}
	for seed := range int64(1000) {
		got := complete(t, model, seed, scene)
		if name, ok := llm.PickName(got, suspects); !ok || name != got {
			t.Fatalf("seed %d: voted %q", seed, got)
		}
		votes[got]++
	}
	if votes["Player 1"] < 450 || votes["Player 2"] < 50 || votes["Player 3"] < 50 {
		t.Errorf("the neat and long-winded one should be suspected most, not always: %v", votes)
	}
	scene.Suspects = append(slices.Clone(suspects), "Player 4")
	for seed := range int64(200) {
		if got := complete(t, model, seed, scene); got == "Player 4" {
			t.Fatalf("seed %d: voted for itself", seed)
		}
	}
}

func TestNeatnessIsSuspicious(t *testing.T) {
	model, _ := load(t)
	scene := room("en", "", "hello")
	scene.Kind, scene.Suspects, scene.Lines = llm.KindVote, []string{"Player 1", "Player 2", "Player 3"}, nil
	for _, line := range []string{"well tea is nice", "maybe later", "not on a monday though"} {
		scene.Lines = append(scene.Lines,
			llm.Line{Player: "Player 1", Text: strings.ToUpper(line[:1]) + line[1:] + "."},
			llm.Line{Player: "Player 2", Text: line}, llm.Line{Player: "Player 3", Text: line})
	}
	votes := map[string]int{}
	for seed := range int64(1000) {
		votes[complete(t, model, seed, scene)]++
	}
	if votes["Player 1"] < 430 || votes["Player 2"] < 100 || votes["Player 3"] < 100 {
		t.Errorf("%v", votes)
	}
}

func TestFailures(t *testing.T) {
	model, _ := load(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	scene := room("en", "", "hi")
	vote := scene
	vote.Kind = llm.KindVote
	tests := []struct {
		ctx   context.Context
		scene *llm.Scene
		class llm.Class
	}{
		{cancelled, &scene, llm.Cancelled},
		{t.Context(), nil, llm.Failed},
		{t.Context(), &vote, llm.Failed},
	}
	for i, test := range tests {
		_, err := model.Complete(test.ctx, llm.Request{Scene: test.scene})
		var failed *llm.Error
		if !errors.As(err, &failed) || failed.Class != test.class {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func FuzzComplete(f *testing.F) {
	f.Add("hello {p} or \x00?", "{k} or {w}?", "{q}", int64(1), true)
	f.Add("tea or  ?", "  or tea", "x", int64(3), false)
	f.Add("Player 4 or?", " or ", "", int64(2), false)
	f.Fuzz(func(t *testing.T, text, topic, self string, seed int64, silence bool) {
		model, _ := load(t)
		scene := llm.Scene{
			Self: self, Persona: "en-mia", Lang: "en", Topic: topic, Silence: silence, New: 5,
			Players: []string{"", self, "Bob"}, Lines: []llm.Line{{Player: "Bob", Text: text}, {Player: "", Text: text}},
		}
		answer, err := model.Complete(t.Context(), llm.Request{Seed: seed, Scene: &scene})
		if err != nil || answer.Text == "" || utf8.RuneCountInString(answer.Text) > 280 {
			t.Fatalf("%q, %v", answer.Text, err)
		}
	})
}

func BenchmarkComplete(b *testing.B) {
	p, err := packs.Default()
	if err != nil {
		b.Fatal(err)
	}
	model, err := builtin.New(p)
	if err != nil {
		b.Fatal(err)
	}
	scene := room("en", p.DrawTopic("en", 3), "Player 4 what do you think?")
	for i := range 100 {
		scene.Lines = append(scene.Lines, llm.Line{Player: "Player 1", Text: fmt.Sprintf("line %d about something else", i)})
	}
	for b.Loop() {
		if _, err := model.Complete(b.Context(), llm.Request{Scene: &scene}); err != nil {
			b.Fatal(err)
		}
	}
}
