package llm

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// voting finds where a sentence says whom it is for.
var voting = regexp.MustCompile(`(?i)\b(vote|voting|answer|suspect|stimme|wähle|verdacht)\b`)

// PickName reads a vote: which of names a model's answer means. In this order:
//
//   - the whole answer, or each of its lines that is nothing but a name, is one
//     name, whatever the case and punctuation ("player_3." is Player 3), or the
//     number at the end of just one name ("3");
//   - one name is mentioned, as a whole word (Player 12 does not mention
//     Player 1), however often;
//   - several are, and one comes next after the last "vote" or the like.
//
// Anything else is ambiguous and refused: a wrong reading would be worse than
// another question.
func PickName(text string, names []string) (string, bool) {
	text = CleanLine(text, "")
	if name, ok := exactName(text, names); ok {
		return name, true
	}
	alone := map[string]bool{}
	var name string
	for line := range strings.Lines(text) {
		if found, ok := exactName(line, names); ok {
			name = found
			alone[found] = true
		}
	}
	if len(alone) == 1 {
		return name, true
	}
	found := mentions(text, names)
	if len(found) == 1 {
		return found[0].name, true
	}
	cues := voting.FindAllStringIndex(text, -1)
	if len(alone) > 1 || len(found) == 0 || len(cues) == 0 {
		return "", false
	}
	after := cues[len(cues)-1][1]
	for _, mention := range found {
		if mention.at >= after {
			return mention.name, !negated(text[after:mention.at])
		}
	}
	return "", false
}

// exactName compares letters and digits only.
func exactName(text string, names []string) (string, bool) {
	folded := fold(text)
	if folded == "" {
		return "", false
	}
	var byNumber []string
	for _, name := range names {
		other := fold(name)
		if other == folded {
			return name, true
		}
		if strings.Trim(folded, "0123456789") == "" && number(other) == folded {
			byNumber = append(byNumber, name)
		}
	}
	if len(byNumber) == 1 {
		return byNumber[0], true
	}
	return "", false
}

// number gives the digits at the end.
func number(folded string) string {
	return folded[len(strings.TrimRight(folded, "0123456789")):]
}

func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// mention is a name in a text; at is where it was found last, in bytes.
type mention struct {
	name string
	at   int
}

// mentions gives the names that text contains as whole words, in the order of
// their last mention. Where one name contains another, the longer counts.
func mentions(text string, names []string) []mention {
	last := map[string]int{}
	for at := 0; at < len(text); {
		longest := ""
		for _, name := range names {
			if len(name) > len(longest) && wordAt(text, at, name) {
				longest = name
			}
		}
		if longest != "" {
			last[longest] = at
			at += len(longest)
			continue
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	var out []mention
	for name, at := range last {
		out = append(out, mention{name, at})
	}
	slices.SortFunc(out, func(a, b mention) int { return cmp.Compare(a.at, b.at) })
	return out
}

// wordAt says whether name stands at this place with no letter or digit at
// either side.
func wordAt(text string, at int, name string) bool {
	end := at + len(name)
	if name == "" || end > len(text) || !strings.EqualFold(text[at:end], name) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return !isWord(before) && !isWord(after)
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// negated says whether the words between a cue and a name turn it round.
func negated(between string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(between)) {
		switch strings.Trim(word, ".,:;!*\"'") {
		case "not", "never", "against", "nicht", "nie", "gegen":
			return true
		}
	}
	return false
}
