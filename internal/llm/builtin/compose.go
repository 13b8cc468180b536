package builtin

import (
	"slices"
	"strings"
)

// candidates gives what could be said now, best first, with places unfilled.
func (s *speaker) candidates() []string {
	if s.focus.player == "" {
		return s.first()
	}
	switch m := s.focus; m.act {
	case accused, suspect:
		return s.pool(s.openly(string(m.act)))
	case choice:
		var out []string
		for _, line := range s.pool("choice") {
			out = append(out, s.choose(line, m.options))
		}
		return append(out, s.pool("what")...)
	case opinion:
		return append(s.takes(), s.pool("player")...)
	case yesno:
		return s.yesOrNo()
	case "mood":
		return s.pool("mood")
	case "food", "weather", "plans", "place", "job", "age":
		return s.pool(s.openly(string(m.act)))
	case "what", "how", "who", "where", "when", "why", "howmany":
		return s.asked(string(m.act))
	case "bad":
		return append(s.pool("bad"), s.pool("player")...)
	case "good", "agree", "disagree":
		if s.chance(0.5) {
			return append(s.pool(string(m.act)), s.remarks()...)
		}
		return s.remarks()
	case statement, mention:
		return s.remarks()
	default:
		return append(s.pool(string(m.act)), s.remarks()...)
	}
}

// openly gives the occasion's pool for rooms in which agents are named as such:
// there nobody denies being one.
func (s *speaker) openly(occasion string) string {
	if s.scene.Game {
		return occasion
	}
	return occasion + "_open"
}

// first speaks without a line to answer: at an opening, or into silence.
func (s *speaker) first() []string {
	if len(s.scene.Lines) == 0 {
		if s.topic.Text == "" {
			return append(s.pool("smalltalk"), s.pool("greet")...)
		}
		out := s.takes()
		if s.chance(0.5) {
			return s.prefixed("opening", out)
		}
		return out
	}
	switch {
	case s.chance(0.35):
		return append(s.pool("askquiet"), s.takes()...)
	case s.chance(0.35):
		return append(s.prefixed("silence", s.takes()), s.takes()...)
	case s.chance(0.25):
		return append(s.pool("silence"), s.takes()...)
	}
	return s.takes()
}

// prefixed puts a line of a pool before each of the others.
func (s *speaker) prefixed(occasion string, lines []string) []string {
	begins := s.pool(occasion)
	out := make([]string, 0, len(lines))
	for i, line := range lines {
		begin := begins[i%len(begins)]
		if !strings.ContainsAny(begin[len(begin)-1:], ".:,?!") {
			begin += "."
		}
		out = append(out, begin+" "+line)
	}
	return out
}

// yesOrNo answers a question of that kind, always the same way.
func (s *speaker) yesOrNo() []string {
	words := s.words(s.focus.text)
	slices.Sort(words)
	side := []string{"yes", "no"}[s.stance(strings.ToLower(strings.Join(words, " ")))]
	if s.chance(0.15) {
		side = "maybe"
	}
	if s.onTopic(s.focus.text) && s.chance(0.6) {
		return append(s.takes(), s.pool(side)...)
	}
	return append(s.pool(side), s.pool("maybe")...)
}

// asked answers a question with a question word: with an opinion when it is
// about the topic, else with what fits the word.
func (s *speaker) asked(kind string) []string {
	if s.onTopic(s.focus.text) && (kind == "what" || s.chance(0.3)) {
		return append(s.takes(), s.pool(kind)...)
	}
	return append(s.pool(kind), s.remarks()...)
}

// onTopic says whether a text shares a word with the topic or its lines.
func (s *speaker) onTopic(text string) bool {
	about := plain(strings.Join(append(slices.Concat(s.topic.Sides...), s.topic.Text), " "))
	return slices.ContainsFunc(s.words(text), func(word string) bool {
		return strings.Contains(about, " "+strings.ToLower(word)+" ")
	})
}

// remarks takes up a statement: an opinion on the topic, a reaction to what was
// said or to who said it, or a question.
func (s *speaker) remarks() []string {
	kinds := []struct {
		weight float64
		lines  func() []string
	}{
		{0.44, s.takes},
		{0.18, func() []string { return s.pool("player") }},
		{0.12, func() []string { return s.pool("word") }},
		{0.16, func() []string { return s.pool("askback") }},
		{0.05, func() []string { return s.pool("askquiet") }},
		{0.05, func() []string { return s.pool(s.gossip()) }},
	}
	switch {
	case s.focus.toMe:
		kinds[1].weight = 0.4
	case s.topic.Text == "":
		kinds[0].weight, kinds[2].weight, kinds[3].weight = 0.08, 0.3, 0.3
	}
	if len(strings.Fields(s.focus.plain)) < 4 {
		kinds[2].weight = 0
	}
	sum := 0.0
	for _, kind := range kinds {
		sum += kind.weight
	}
	draw, total := s.rng.Float64()*sum, 0.0
	var out, rest []string
	for _, kind := range kinds {
		total += kind.weight
		if out == nil && draw < total {
			out = kind.lines()
		} else if kind.weight > 0.1 {
			rest = append(rest, kind.lines()...)
		}
	}
	return append(out, rest...)
}

// gossip is talk about who is who, once a game is under way.
func (s *speaker) gossip() string {
	if s.scene.Game && len(s.scene.Lines) > 8 {
		return string(suspect)
	}
	return "player"
}

// fill fills the places of a line; it fails when there is nothing to put.
func (s *speaker) fill(line string) (string, bool) {
	if strings.Contains(line, "{p}") {
		if s.focus.player == "" {
			line = strings.NewReplacer(" {p}", "", "{p} ", "", "{p}", "").Replace(line)
		}
		line = strings.ReplaceAll(line, "{p}", s.focus.player)
	}
	if strings.Contains(line, "{q}") {
		other := s.somebody()
		if other == "" {
			return "", false
		}
		line = strings.ReplaceAll(line, "{q}", other)
	}
	if strings.Contains(line, "{w}") {
		words := slices.DeleteFunc(s.words(s.focus.text), func(word string) bool {
			return s.lang == "en" && (strings.HasSuffix(word, "ed") || strings.HasSuffix(word, "ly"))
		})
		if len(words) == 0 {
			return "", false
		}
		word := words[s.rng.IntN(len(words))]
		if s.lang == "en" {
			word = strings.ToLower(word)
		}
		line = strings.ReplaceAll(line, "{w}", word)
	}
	if strings.Contains(line, "{k}") {
		key := s.key()
		if key == "" {
			return "", false
		}
		line = strings.ReplaceAll(line, "{k}", key)
	}
	if strings.Contains(line, "{n}") {
		numbers := s.Pools["numbers"]
		line = strings.ReplaceAll(line, "{n}", numbers[s.rng.IntN(len(numbers))])
	}
	return line, !strings.Contains(line, "{")
}

// somebody gives another player than oneself and the one answered: one who
// has said little, as a rule.
func (s *speaker) somebody() string {
	said := map[string]int{}
	for _, line := range s.scene.Lines {
		said[line.Player]++
	}
	best := ""
	for _, i := range s.rng.Perm(len(s.others)) {
		name := s.others[i]
		if name != s.focus.player && (best == "" || said[name] < said[best]) {
			best = name
		}
	}
	return best
}

// key gives the word that stands for the topic: its longest.
func (s *speaker) key() string {
	words := s.words(s.topic.Text)
	if len(words) == 0 {
		return ""
	}
	return slices.MaxFunc(words, func(a, b string) int { return len(a) - len(b) })
}

// lastResort puts two ways of playing for time together until they are new.
func (s *speaker) lastResort() string {
	for range 200 {
		one, two := s.pool("fallback")[0], s.pool("fallback")[0]
		if one == two {
			continue
		}
		if text := s.style(one + ", " + two); !s.history.has(text) {
			return text
		}
	}
	return ""
}
