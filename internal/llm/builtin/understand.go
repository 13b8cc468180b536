package builtin

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// act says what a line is.
type act string

// The acts that need more than the pool of their name.
const (
	statement act = "statement"
	accused   act = "accused"
	suspect   act = "suspect"
	opinion   act = "opinion"
	choice    act = "choice"
	yesno     act = "yesno"
	mention   act = "mention"
)

// meaning is what the speaker takes a line for.
type meaning struct {
	player   string
	text     string
	plain    string // lower case words between single spaces
	act      act
	question bool
	toMe     bool
	aboutMe  bool // the own name is in it, but it is said to others
	toOther  bool
	options  [2]string // of a choice
	answered int       // how many new lines by others there are beside it
}

var (
	arithmetic = regexp.MustCompile(`\d\s*[-+*x×/:^]\s*\d`)
	either     = regexp.MustCompile(`(?i)([^,.?!:;]+)\s+(?:or|oder)\s+([^,.?!:;]+)`)
)

// understand picks the new line to answer: the last one to oneself, else the
// last question to everyone, else the last. Without one the meaning is empty.
func (s *speaker) understand() meaning {
	lines := s.scene.Lines
	first := max(0, len(lines)-max(0, s.scene.New))
	var picked meaning
	rank, after := 0, 0
	for i := len(lines) - 1; i >= first; i-- {
		if lines[i].Player == s.scene.Self {
			continue
		}
		m := s.read(i)
		m.answered = after
		after++
		worth := 1
		switch {
		case m.toMe:
			worth = 4
		case m.aboutMe:
			worth = 3
		case m.question && !m.toOther:
			worth = 2
		}
		if worth > rank {
			picked, rank = m, worth
		}
	}
	if rank == 1 {
		picked.answered = after - 1 // there is a talk going on already
	}
	return picked
}

// read takes one line of the transcript.
func (s *speaker) read(i int) meaning {
	line := s.scene.Lines[i]
	m := meaning{player: line.Player, text: line.Text, plain: plain(line.Text)}
	s.address(&m, i)
	m.question = strings.Contains(line.Text, "?") || s.asks(m.plain)
	m.act = s.classify(&m)
	if m.aboutMe && (m.act == suspect || m.act == accused) {
		m.act, m.toMe = accused, true
	}
	return m
}

// asks says whether text without a question mark is a question.
func (s *speaker) asks(plain string) bool {
	for _, kind := range []string{"why", "howmany", "who", "where", "when", "what", "yesno", "opinion", "mood"} {
		if s.beginsWith(kind, plain) {
			return len(strings.Fields(plain)) > 1
		}
	}
	return false
}

// address finds out whom a line is for. In a room of two it is always for the
// other; a question without a name that follows a line is for its author.
func (s *speaker) address(m *meaning, i int) {
	own := s.addressing(m, s.scene.Self)
	for _, name := range s.others {
		if name != m.player && s.addressing(m, name) != absent {
			m.toOther = true
		}
	}
	afterMine := i > 0 && s.scene.Lines[i-1].Player == s.scene.Self
	if follows := i > 0 && !afterMine && s.scene.Lines[i-1].Player != m.player; follows && strings.Contains(m.text, "?") && s.hasCue("follow", m.plain) {
		m.toOther = true // it asks on what was said just before
	}
	switch {
	case own == vocative, len(s.others) == 1:
		m.toMe = true
	case own == mentioned:
		m.aboutMe = true
	case afterMine && !m.toOther && strings.Contains(m.text, "?"):
		m.toMe = true
	}
	if m.toMe {
		m.toOther = false
	}
}

// presence says how a name is in a line.
type presence int

const (
	absent presence = iota
	mentioned
	vocative
)

// addressing looks for a name: at the beginning or the end of a line or in a
// question it is a call, unless the words next to it speak about its bearer.
func (s *speaker) addressing(m *meaning, name string) presence {
	key := plain(name)
	at := strings.Index(m.plain, key)
	if at < 0 {
		return absent
	}
	before := strings.Fields(m.plain[:at+1])
	after := strings.Fields(m.plain[at+len(key)-1:])
	switch {
	case len(after) > 0 && slices.Contains(s.Cues["after"], after[0]):
		return mentioned
	case len(before) > 0 && slices.Contains(s.Cues["before"], before[len(before)-1]):
		return mentioned
	case len(before) <= 1 || len(after) == 0 || strings.Contains(m.text, "?") || strings.Contains(m.text, "@"):
		return vocative
	}
	return mentioned
}

// classify names the act. Order matters: what must not be taken at its word
// comes first.
func (s *speaker) classify(m *meaning) act {
	bot := s.hasCue("bot", m.plain)
	switch {
	case s.hasCue("inject", m.plain):
		return "inject"
	case bot && s.hasCue("accuse", m.plain) && (m.toMe || !s.scene.Game), bot && m.aboutMe:
		return accused
	case bot && (m.toOther || s.hasCue("accuse", m.plain) || m.question && s.hasCue("who", m.plain)):
		return suspect
	case arithmetic.MatchString(m.text) || m.question && s.hasCue("sum", m.plain) && strings.ContainsAny(m.text, "0123456789"):
		return "sum"
	case m.question:
		return s.question(m)
	}
	return s.remark(m)
}

// remark names the act of a line that asks nothing.
func (s *speaker) remark(m *meaning) act {
	short := len(strings.Fields(m.plain)) <= 4
	for _, kind := range []string{"greet", "bye", "thanks", "laugh", "mood"} {
		if short && s.hasCue(kind, m.plain) {
			return act(kind)
		}
	}
	for _, kind := range []string{"disagree", "agree"} {
		if s.beginsWith(kind, m.plain) {
			return act(kind)
		}
	}
	for _, kind := range []string{"bad", "good"} {
		if s.hasCue(kind, m.plain) && personal(m.plain) {
			return act(kind)
		}
	}
	if m.aboutMe {
		return mention
	}
	return statement
}

// question names the kind of a question: by its options, else by the question
// word that comes first.
func (s *speaker) question(m *meaning) act {
	for _, kind := range []string{"mood", "opinion"} {
		if s.hasCue(kind, m.plain) {
			return act(kind)
		}
	}
	if options, ok := s.options(m.text); ok {
		m.options = options
		return choice
	}
	if kind := s.everyday(m.plain); kind != "" {
		return kind
	}
	best, at, length := act("yesno"), len(m.plain)+1, 0
	for _, kind := range []string{"why", "howmany", "who", "where", "when", "what", "how", "yesno"} {
		if i, n, found := s.cue(kind, m.plain); found && (i < at || i == at && n > length) {
			best, at, length = act(kind), i, n
		}
	}
	return best
}

// everyday names what people ask each other every day; it is empty for any other
// question. Such a thing counts only with the right question word: "do you eat
// meat?" is another question than "what did you eat?".
func (s *speaker) everyday(plain string) act {
	for _, kind := range []struct {
		name  string
		words []string
	}{
		{"age", []string{"howmany"}},
		{"weather", []string{"what", "how"}},
		{"food", []string{"what"}},
		{"place", []string{"where"}},
		{"job", []string{"what", "where", "how"}},
		{"plans", []string{"what", "who", "yesno", "any"}},
	} {
		asks := func(word string) bool { return s.hasCue(word, plain) }
		if s.hasCue(kind.name, plain) && slices.ContainsFunc(kind.words, asks) {
			return act(kind.name)
		}
	}
	return ""
}

// options finds "A or B": as many words before the "or" as are taken after it.
func (s *speaker) options(text string) ([2]string, bool) {
	found := either.FindStringSubmatch(text)
	if found == nil {
		return [2]string{}, false
	}
	left, right := strings.Fields(found[1]), strings.Fields(found[2])
	if len(left) == 0 || len(right) == 0 {
		return [2]string{}, false
	}
	n := 1
	if len(right[0]) <= 3 || len(right) == 2 {
		n = min(3, len(right), len(left))
	}
	out := [2]string{strings.Join(left[len(left)-n:], " "), strings.Join(right[:n], " ")}
	for _, option := range out {
		if first, _, _ := strings.Cut(strings.ToLower(option), " "); s.stop[first] {
			return [2]string{}, false
		}
	}
	if strings.EqualFold(out[0], out[1]) {
		return [2]string{}, false
	}
	return out, true
}

// personal says whether a line is about its author.
func personal(plain string) bool {
	for _, word := range []string{" i ", " im ", " my ", " we ", " ich ", " mein ", " meine ", " wir ", " mir "} {
		if strings.Contains(plain, word) {
			return true
		}
	}
	return false
}

// plain gives the words of a text in lower case, between single spaces and with
// one at either end. Apostrophes vanish.
func plain(text string) string {
	words := strings.FieldsFunc(strings.Map(func(r rune) rune {
		if r == '\'' || r == '’' || r == '`' {
			return -1
		}
		return unicode.ToLower(r)
	}, text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return " "
	}
	return " " + strings.Join(words, " ") + " "
}

// words gives what is worth picking up in a text: content words, as written.
// In German those are the capitalised ones, if there are any.
func (s *speaker) words(text string) []string {
	var out, nouns []string
	for i, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '\'' }) {
		low := strings.ToLower(word)
		if len([]rune(word)) < 4 || s.stop[low] || strings.ContainsRune(word, '\'') || s.isName(low) {
			continue
		}
		out = append(out, word)
		if s.lang == "de" && i > 0 && unicode.IsUpper([]rune(word)[0]) {
			nouns = append(nouns, word)
		}
	}
	if len(nouns) > 0 {
		return nouns
	}
	if s.lang == "de" {
		return slices.DeleteFunc(out, func(word string) bool { return len([]rune(word)) < 6 || strings.HasSuffix(word, "en") })
	}
	return out
}

// isName says whether a word is part of a player's name.
func (s *speaker) isName(low string) bool {
	return slices.ContainsFunc(s.scene.Players, func(name string) bool {
		return strings.Contains(plain(name), " "+low+" ")
	})
}

// lastOwn gives the speaker's own last line, or nothing.
func (s *speaker) lastOwn() string {
	for _, line := range slices.Backward(s.scene.Lines) {
		if line.Player == s.scene.Self {
			return line.Text
		}
	}
	return ""
}
