package builtin

import (
	"slices"
	"strings"

	"parley/internal/llm"
)

// Lines of so many different words are never said again; shorter ones may be,
// by somebody else, so many lines later.
const (
	wordy  = 4
	recent = 30
)

// history is what was said, in plain words.
type history struct {
	plain []string
	sets  []map[string]bool
	fresh []bool // not to be said again, however short
}

func remember(scene *llm.Scene) history {
	var h history
	for i, line := range scene.Lines {
		text := plain(line.Text)
		h.plain = append(h.plain, text)
		h.sets = append(h.sets, wordSet(text))
		h.fresh = append(h.fresh, i >= len(scene.Lines)-recent || line.Player == scene.Self)
	}
	return h
}

// wordSet gives the words of a text, each as the letters it is made of, so that
// a slip of the fingers makes no new word.
func wordSet(plain string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(plain) {
		letters := []rune(word)
		slices.Sort(letters)
		set[string(slices.Compact(letters))] = true
	}
	return set
}

// has says whether a text was said already: in the same words, or, when it has
// some length, in nearly the same.
func (h history) has(text string) bool {
	text = plain(text)
	set := wordSet(text)
	for i, said := range h.plain {
		if text == said && (h.fresh[i] || len(set) >= wordy) {
			return true
		}
		if len(set) < wordy || len(h.sets[i]) < wordy {
			continue
		}
		if strings.Contains(said, text) || strings.Contains(text, said) || overlap(set, h.sets[i]) >= 0.6 || within(set, h.sets[i]) {
			return true
		}
	}
	return false
}

// within says whether nearly all words of one text are in the other: it is said
// again with something before or after it.
func within(a, b map[string]bool) bool {
	common := 0
	for word := range a {
		if b[word] {
			common++
		}
	}
	return float64(common) >= 0.8*float64(min(len(a), len(b)))
}

// overlap is the share of words that two texts have in common.
func overlap(a, b map[string]bool) float64 {
	common := 0
	for word := range a {
		if b[word] {
			common++
		}
	}
	return float64(common) / float64(len(a)+len(b)-common)
}
