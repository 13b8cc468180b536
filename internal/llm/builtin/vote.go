package builtin

import (
	"strings"
	"unicode"

	"parley/internal/llm"
)

// vote gives the name of a suspect. The reasons are those people give: writes
// too neatly, too much or always the same length, makes no mistakes, says
// little, repeats others, was suspected by others, or has accused oneself. Which
// of them weighs how much is a matter of the moment.
func (s *speaker) vote() string {
	taste := struct{ neat, long, even, rare, echo, rumour, grudge float64 }{
		neat: s.rng.Float64(), long: s.rng.Float64(), even: s.rng.Float64(), rare: s.rng.Float64(),
		echo: s.rng.Float64(), rumour: 1.5 * s.rng.Float64(), grudge: 1.5 * s.rng.Float64(),
	}
	best, most := "", -1.0
	for _, name := range s.scene.Suspects {
		if name == s.scene.Self {
			continue
		}
		seen := s.observe(name)
		score := taste.neat*seen.neat + taste.long*seen.long + taste.even*seen.even + taste.rare*seen.rare +
			taste.echo*seen.echo + taste.rumour*seen.rumour + taste.grudge*seen.grudge + 2.4*s.rng.Float64()
		if score > most {
			best, most = name, score
		}
	}
	return best
}

// observed is how a player's lines look, each from 0 to 1.
type observed struct{ neat, long, even, rare, echo, rumour, grudge float64 }

func (s *speaker) observe(name string) observed {
	var lines []string
	var out observed
	for _, line := range s.scene.Lines {
		if line.Player == name {
			lines = append(lines, line.Text)
			if bare(line.Text, s.scene.Self) && s.hasCue("bot", plain(line.Text)) {
				out.grudge = 1
			}
		} else if bare(line.Text, name) && s.hasCue("bot", plain(line.Text)) {
			out.rumour = min(1, out.rumour+0.4)
		}
	}
	share := float64(len(lines)) / float64(max(1, len(s.scene.Lines)))
	out.rare = max(0, 1-share*float64(max(1, len(s.scene.Players))))
	if len(lines) > 0 {
		out.writing(lines)
	}
	return out
}

// writing looks at how a player writes.
func (o *observed) writing(lines []string) {
	seen := map[string]int{}
	shortest, longest, total := 1<<30, 0, 0
	for _, text := range lines {
		n := len(text)
		shortest, longest, total = min(shortest, n), max(longest, n), total+n
		if neat(text) {
			o.neat += 1 / float64(len(lines))
		}
		for word := range strings.FieldsSeq(plain(text)) {
			seen[word]++
		}
	}
	o.long = min(1, float64(total/len(lines))/120)
	if len(lines) > 1 {
		o.even = float64(shortest) / float64(max(1, longest))
	}
	for word, n := range seen {
		if n > 2 && len(word) > 4 {
			o.echo = min(1, o.echo+0.34)
		}
	}
}

// neat says whether a line begins with a capital and ends with a full stop.
func neat(text string) bool {
	first := []rune(text)
	return len(first) > 0 && unicode.IsUpper(first[0]) && strings.HasSuffix(text, ".")
}

// bare says whether a name stands in a text.
func bare(text, name string) bool { return strings.Contains(plain(text), plain(name)) }

var _ llm.Model = (*Model)(nil)
