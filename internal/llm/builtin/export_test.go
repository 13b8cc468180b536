package builtin

import "parley/internal/llm"

// Said says whether a text counts as said after these lines.
func Said(text string, lines ...string) bool {
	scene := &llm.Scene{}
	for _, line := range lines {
		scene.Lines = append(scene.Lines, llm.Line{Player: "Player 1", Text: line})
	}
	h := remember(scene)
	return h.has(text)
}
