package builtin

import (
	"slices"
	"strings"
)

// shift is after how many lines players change what they take first.
const shift = 8

// stance gives the same 0 or 1 whenever this speaker is asked about the same
// thing, so that opinions do not change in mid-talk.
func (s *speaker) stance(about ...string) int {
	if hash(append([]string{s.scene.Self, s.scene.Persona}, about...)...)%2 == 0 {
		return 0
	}
	return 1
}

// takes gives what this speaker may say about the topic, best first, and in the
// end that everything is said.
func (s *speaker) takes() []string {
	if s.topic.Text == "" {
		return s.pool("smalltalk")
	}
	return append(s.opinions(), s.pool("still")...)
}

// opinions gives what this speaker holds about the topic, best first.
func (s *speaker) opinions() []string {
	var out []string
	if len(s.topic.Says) > 0 || len(s.topic.Sides) > 0 {
		var side []string
		if len(s.topic.Sides) == 2 {
			side = s.topic.Sides[s.stance(s.topic.Text)]
		}
		ownSide, restSide := s.shared(side, 0)
		ownSays, restSays := s.shared(s.topic.Says, len(side))
		return append(s.mixed(ownSide, ownSays), s.mixed(restSide, restSays)...)
	}
	if options, ok := s.options(s.topic.Text); ok {
		for _, line := range s.mine(s.Pools["choice"]) {
			out = append(out, s.choose(line, options))
		}
	} else if s.asksYesNo() {
		side := []string{"takeyes", "takeno"}[s.stance(s.topic.Text)]
		out = append(out, s.mine(s.Pools[side])...)
	}
	return s.mixed(out, s.mine(s.Pools["takeopen"]))
}

// asksYesNo says whether the topic is a question of that kind, or a thing with
// its circumstances ("pineapple on pizza"), which one is for or against.
func (s *speaker) asksYesNo() bool {
	m := meaning{text: s.topic.Text, plain: plain(s.topic.Text)}
	asked := strings.Contains(m.text, "?") || len(strings.Fields(m.plain)) >= 3 //nolint:mnd // less is but a thing
	return asked && s.question(&m) == yesno
}

// mine puts lines in a random order in which those come first that only this
// player takes first: players who think at nearly the same time do not say the
// same.
func (s *speaker) mine(lines []string) []string {
	own, rest := s.shared(lines, 0)
	return append(own, rest...)
}

// shared divides lines into those that this player takes first and the others,
// both in a random order. The first line has the number from; which numbers are
// whose changes as the talk goes on.
func (s *speaker) shared(lines []string, from int) (own, rest []string) {
	players := slices.Sorted(slices.Values(s.scene.Players))
	place := max(0, slices.Index(players, s.scene.Self))
	for i, line := range lines {
		if len(players) > 0 && (from+i+len(s.scene.Lines)/shift)%len(players) == place {
			own = append(own, line)
		} else {
			rest = append(rest, line)
		}
	}
	s.shuffle(own)
	s.shuffle(rest)
	return own, rest
}

// mixed takes from a and b by turns, mostly from a as long as it has any.
func (s *speaker) mixed(a, b []string) []string {
	var out []string
	for len(a) > 0 && len(b) > 0 {
		if s.chance(0.65) {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// pool gives the lines for an occasion, own ones first.
func (s *speaker) pool(occasion string) []string { return s.mine(s.Pools[occasion]) }

func (s *speaker) shuffle(lines []string) {
	s.rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
}

// choose fills the options of a choice, the preferred one first.
func (s *speaker) choose(line string, options [2]string) string {
	sorted := []string{strings.ToLower(options[0]), strings.ToLower(options[1])}
	slices.Sort(sorted)
	first := s.stance(sorted...)
	if !strings.EqualFold(options[0], sorted[0]) {
		first = 1 - first
	}
	return strings.NewReplacer("{a}", options[first], "{b}", options[1-first]).Replace(line)
}
