package agent_test

import (
	"fmt"
	"testing"

	"parley/internal/agent"
	"parley/room"
)

// BenchmarkPrompt writes the prompt of a turn in a discussion that has been
// going on for a while.
func BenchmarkPrompt(b *testing.B) {
	const lines = 60
	s := game()
	s.Lines, s.Covers = nil, nil
	for i := range uint64(lines) {
		s.Lines = append(s.Lines, room.Line{
			Pos: 2*i + 20, Player: s.Players[i%3].Name, Text: fmt.Sprint("a line as long as those that people write when they talk: ", i),
		})
	}
	s.New, s.Covers = 1, []room.Trigger{{Pos: s.Lines[lines-1].Pos, Kind: room.TriggerLine}}
	b.ReportAllocs()
	for b.Loop() {
		if messages := agent.Prompt(s, agent.Persona{Style: "dry"}); len(messages) != 2 {
			b.Fatal(messages)
		}
	}
}
