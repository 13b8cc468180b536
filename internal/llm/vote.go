package llm

// PickName reads a vote: the one name of names that text means.
func PickName(text string, names []string) (string, bool) {
	for _, name := range names {
		if name == text {
			return name, true
		}
	}
	return "", false
}
