package llm

import (
	"regexp"
	"strings"
	"unicode"
)

// Pass is the word that means silence, as a prompt asks for it.
const Pass = "[pass]"

// What models put around their answers: thoughts, closed or not, and the
// tokens of their chat templates.
var (
	thought  = regexp.MustCompile(`(?is)<(think|thinking|thought|reasoning)>.*?(</(think|thinking|thought|reasoning)>|$)`)
	thinkEnd = regexp.MustCompile(`(?is)^.*</(think|thinking|thought|reasoning)>`)
	channel  = regexp.MustCompile(`(?is)^.*<\|message\|>`)
	special  = regexp.MustCompile(`(?i)<\|[a-z0-9_]{1,32}\|>|</?s>|</?(start|end)_of_turn>|\[/?INST\]`)
	fence    = regexp.MustCompile("(?s)^```[a-z]*\n?(.*?)\n?```$")
	dialogue = regexp.MustCompile(`(?i)\n\s*[*\[<]*Player \d+[*\]>]*:`)
	blank    = regexp.MustCompile(`[ \t]*\n\s*`)
)

// Quotes that open, each with the one that closes it.
const quotePairs = `""''“”‘’„“«»»«` + "``"

// IsPass says whether a model's answer means silence: the word pass alone, in
// any case, with or without brackets, quotes, asterisks or a full stop, and
// after whatever thoughts. A sentence that contains the word does not.
func IsPass(text string) bool {
	text = strings.Trim(unwrapped(text), " \t\n\"'`“”„‘’«»*_[](){}<>.")
	return strings.EqualFold(text, "pass")
}

// CleanLine makes a chat line of a model's answer: without thoughts, template
// tokens, a code fence around it, quotes around it, the speaker's own name
// (self, may be empty) before it, or what it has other players say after it.
// Control characters but newline and tab are gone, and so are blank lines. The
// line may come out empty, or be one that IsPass recognises.
func CleanLine(text, self string) string {
	text = unwrapped(text)
	for {
		before := text
		text = withoutName(withoutName(text, self), "assistant")
		text = withoutQuotes(text)
		if text == before {
			break
		}
	}
	if at := dialogue.FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	return blank.ReplaceAllString(strings.TrimSpace(text), "\n")
}

// unwrapped gives the answer without what the model's template put around it.
func unwrapped(text string) string {
	text = strings.Map(printable, strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\r\n", "\n"))
	text = thought.ReplaceAllString(text, "")
	text = thinkEnd.ReplaceAllString(text, "")
	text = channel.ReplaceAllString(text, "")
	text = special.ReplaceAllString(text, "")
	text = strings.TrimSpace(text)
	if inside := fence.FindStringSubmatch(text); inside != nil {
		text = strings.TrimSpace(inside[1])
	}
	return text
}

// printable drops control characters, and those that reverse the direction of
// what follows them.
func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF:
		return -1
	}
	return r
}

// withoutName strips "name:" from the beginning, in whatever brackets or bold.
func withoutName(text, name string) string {
	const marks = "*_[]<>() \t"
	rest := strings.TrimLeft(text, marks)
	if name == "" || len(rest) < len(name) || !strings.EqualFold(rest[:len(name)], name) {
		return text
	}
	rest = strings.TrimLeft(rest[len(name):], marks)
	if after, ok := strings.CutPrefix(rest, ":"); ok {
		return strings.TrimSpace(strings.TrimLeft(after, "*_ \t"))
	}
	return text
}

// withoutQuotes strips a pair of quotes around the whole text.
func withoutQuotes(text string) string {
	runes := []rune(text)
	if len(runes) < 3 {
		return text
	}
	pairs := []rune(quotePairs)
	first, last := runes[0], runes[len(runes)-1]
	inside := string(runes[1 : len(runes)-1])
	for i := 0; i < len(pairs); i += 2 {
		if first == pairs[i] && last == pairs[i+1] && !strings.ContainsRune(inside, first) && !strings.ContainsRune(inside, last) {
			return strings.TrimSpace(inside)
		}
	}
	return text
}
