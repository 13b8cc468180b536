package builtin

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentence finds where a new one begins.
var sentence = regexp.MustCompile(`[a-zäöü][.?!] \p{Ll}`)

// lengthen adds a second thought for personas who are never done.
func (s *speaker) lengthen(text string) string {
	if len(text) > 120 || strings.HasSuffix(text, "?") || !s.talkative() || !s.chance((s.habits.Length-0.35)*0.8) {
		return text
	}
	more := s.opinions()
	if s.focus.player != "" && s.chance(0.4) {
		more = s.pool("askback")
	}
	for _, line := range more {
		second, ok := s.fill(line)
		if !ok || s.history.has(second) || overlap(wordSet(plain(text)), wordSet(plain(second))) > 0.3 {
			continue
		}
		if last, _ := utf8.DecodeLastRuneInString(text); strings.ContainsRune(".?!,:", last) {
			return text + " " + second
		}
		return text + ". " + upperFirst(second)
	}
	return text
}

// talkative says whether the occasion is one for a second thought.
func (s *speaker) talkative() bool {
	switch s.focus.act {
	case "", statement, mention, opinion, choice, yesno, "what", "why", "agree", "disagree", "good", "bad":
		return s.topic.Text != ""
	case accused, suspect:
	}
	return false
}

// style types a text as the persona would.
func (s *speaker) style(text string) string {
	text = s.shorten(text)
	text = s.begin(text)
	if s.habits.Lower {
		text = strings.ToLower(text)
	} else if s.habits.Stops > 0.25 || s.chance(0.6) {
		text = upperFirst(text)
	}
	if !s.habits.Lower && s.habits.Stops > 0.25 {
		text = sentence.ReplaceAllStringFunc(text, upperLast)
	}
	if s.dropsApostrophes() {
		text = strings.NewReplacer("'", "", "’", "").Replace(text)
	}
	text = s.slip(text)
	return s.end(text)
}

// shorten leaves terse personas only their first clause.
func (s *speaker) shorten(text string) string {
	if s.focus.player == "" || !s.chance(0.85-2.2*s.habits.Length) {
		return text
	}
	for i, r := range text {
		if i >= 3 && i+2 < len(text) && strings.ContainsRune(",.", r) && text[i+1] == ' ' {
			short := text[:i]
			if len(strings.Fields(short)) >= 2 && !s.history.has(short) || i >= 8 && !s.history.has(short) {
				return short
			}
		}
	}
	return text
}

// begin puts one of the persona's favourite words first, now and then.
func (s *speaker) begin(text string) string {
	fillers := s.habits.Fillers
	if len(fillers) == 0 || len(strings.Fields(text)) < 3 || !s.chance(0.16) {
		return text
	}
	filler := fillers[s.rng.IntN(len(fillers))]
	if strings.Contains(plain(text), plain(filler)) || strings.Contains(plain(strings.Join(s.lastWords(), " ")), plain(filler)) {
		return text
	}
	if s.lang == "en" && !strings.HasPrefix(text, "I ") && !strings.HasPrefix(text, "I'") && !s.startsWithName(text) {
		text = lowerFirst(text)
	}
	comma := ", "
	if s.habits.Lower && s.chance(0.7) {
		comma = " "
	}
	return filler + comma + text
}

// lastWords gives how the last few lines begin.
func (s *speaker) lastWords() []string {
	var out []string
	for _, line := range s.scene.Lines[max(0, len(s.scene.Lines)-4):] {
		words := strings.Fields(line.Text)
		out = append(out, words[:min(3, len(words))]...)
	}
	return out
}

func (s *speaker) startsWithName(text string) bool {
	for _, name := range s.scene.Players {
		if strings.HasPrefix(text, name) {
			return true
		}
	}
	return false
}

// dropsApostrophes is a habit of some who write no capitals.
func (s *speaker) dropsApostrophes() bool {
	return s.habits.Lower && hash(s.scene.Persona, s.scene.Self, "apostrophe")%2 == 0
}

// slip makes the mistakes of fast typing, not in names and not in short words.
func (s *speaker) slip(text string) string {
	if !s.chance(s.habits.Typos * min(1.5, float64(len(text))/30)) {
		return text
	}
	words := strings.Split(text, " ")
	for range 4 {
		i := s.rng.IntN(len(words))
		runes := []rune(words[i])
		if len(runes) < 4 || s.isName(strings.ToLower(strings.Trim(words[i], ".,?!:"))) || !letters(runes) {
			continue
		}
		at := 1 + s.rng.IntN(len(runes)-2)
		switch s.rng.IntN(4) {
		case 0, 1:
			runes[at], runes[at+1] = runes[at+1], runes[at]
		case 2:
			runes = append(runes[:at], runes[at+1:]...)
		default:
			runes = append(runes[:at+1], runes[at:]...)
		}
		words[i] = string(runes)
		break
	}
	return strings.Join(words, " ")
}

func letters(runes []rune) bool {
	for _, r := range runes {
		if !unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

// end closes a line: with a full stop, an exclamation mark, an emoji or as it
// is.
func (s *speaker) end(text string) string {
	last, size := utf8.DecodeLastRuneInString(text)
	switch wordy := unicode.IsLetter(last) || unicode.IsDigit(last); {
	case last == '.' && !s.chance(s.habits.Stops) && !strings.HasSuffix(text, ".."):
		text = text[:len(text)-size]
	case wordy && s.chance(s.habits.Stops):
		text += "."
	case wordy && !s.habits.Lower && s.chance(s.habits.Emoji):
		text += "!"
	}
	if len(s.habits.Emojis) > 0 && s.chance(s.habits.Emoji) {
		text += " " + s.habits.Emojis[s.rng.IntN(len(s.habits.Emojis))]
	}
	return text
}

func upperFirst(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:]
}

func lowerFirst(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(r)) + text[size:]
}

func upperLast(text string) string {
	r, size := utf8.DecodeLastRuneInString(text)
	return text[:len(text)-size] + string(unicode.ToUpper(r))
}
