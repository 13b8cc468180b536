package llm

// IsPass says whether text is the word for silence.
func IsPass(text string) bool { return text == "[pass]" }

// CleanLine makes a chat line of a model's answer; self is the speaker's own name.
func CleanLine(text, self string) string { _ = self; return text }
