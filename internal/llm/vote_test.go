package llm_test

import (
	"slices"
	"testing"

	"parley/internal/llm"
)

func TestPickName(t *testing.T) {
	players := []string{"Player 1", "Player 2", "Player 12", "Player 3"}
	people := []string{"Anna Maria", "Anna", "Jo", "Zoë"}
	tests := []struct {
		text  string
		names []string
		want  string // empty: refused
	}{
		{"Player 2", players, "Player 2"},
		{"player 2.", players, "Player 2"},
		{"**Player 2**", players, "Player 2"},
		{"\"player2\"", players, "Player 2"},
		{"Player_12", players, "Player 12"},
		{"2", players, "Player 2"},
		{"12", players, "Player 12"},
		{"#3", players, "Player 3"},
		{"7", players, ""},
		{"I vote for Player 12", players, "Player 12"},
		{"Player 12 is odd, so Player 12 it is", players, "Player 12"},
		{"Player 2\n\nBecause Player 1 sounds like a person.", players, "Player 2"},
		{"Player 1 and Player 3 sound fine. My vote: Player 2", players, "Player 2"},
		{"I vote for Player 2 because Player 1 is nice", players, "Player 2"},
		{"I would vote not for Player 2, Player 1 maybe", players, ""},
		{"Player 1 or Player 2", players, ""},
		{"Player 1\nPlayer 2", players, ""},
		{"<think>Player 1? Player 3?</think>Player 2", players, "Player 2"},
		{"Ich stimme für Player 3, Player 1 ist nett", players, "Player 3"},
		{"Player 4", players, ""},
		{"Player", players, ""},
		{"Players 1", players, ""},
		{"nobody", players, ""},
		{"", players, ""},
		{"[pass]", players, ""},
		{"anna maria", people, "Anna Maria"},
		{"I think Anna Maria", people, "Anna Maria"},
		{"it is anna, no doubt", people, "Anna"},
		{"jonas", people, ""},
		{"ZOË!", people, "Zoë"},
		{"Jo's lines are too neat", people, "Jo"},
		{"", nil, ""},
	}
	for _, test := range tests {
		got, ok := llm.PickName(test.text, test.names)
		if ok != (test.want != "") || ok && got != test.want {
			t.Errorf("%q read as %q, %v; want %q", test.text, got, ok, test.want)
		}
	}
}

func FuzzPickName(f *testing.F) {
	f.Add("Player 1 vote Player 12")
	names := []string{"Player 1", "Player 12", "Zoë", "İ"}
	f.Fuzz(func(t *testing.T, text string) {
		if got, ok := llm.PickName(text, names); ok && !slices.Contains(names, got) {
			t.Fatalf("%q read as %q", text, got)
		}
	})
}
