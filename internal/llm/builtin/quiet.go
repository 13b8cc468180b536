package builtin

import "math"

// must says whether silence would be rude: when asked to speak first, when
// spoken to, and in a room of two.
func (s *speaker) must() bool {
	return s.scene.Silence || s.focus.toMe || s.focus.player == "" && s.scene.New == 0
}

// speaks decides whether to say something. The chances are such that of four
// agents one or two take up a remark of a person, two or three a question, and
// a conversation among agents dies down.
func (s *speaker) speaks() bool {
	if s.must() {
		return true
	}
	if s.focus.player == "" {
		return false
	}
	return s.chance(s.eagerness())
}

// eagerness is the chance to take up a line that is not for oneself alone.
func (s *speaker) eagerness() float64 {
	talk := 0.6 + 0.8*s.habits.Talk
	crowd := math.Sqrt(3 / float64(max(3, len(s.others))))
	p := 0.38 * talk * crowd
	switch m := s.focus; {
	case m.aboutMe:
		p = 0.6
	case m.toOther:
		p = 0.06
	case m.act == "greet" || m.act == "mood":
		p = 0.4 * talk
		if s.greeted() {
			p = 0.08
		}
	case m.act == suspect || m.act == "inject":
		p = 0.45 * talk * crowd
	case m.question:
		p = 0.72 * talk * crowd
	case m.act == "laugh" || m.act == "agree" || m.act == "thanks":
		p = 0.12
	case m.act == "bye":
		p = 0.4
	}
	p *= max(0.25, math.Pow(0.6, float64(s.focus.answered)))
	p *= math.Pow(0.75, float64(s.ownAmongLast(4)))
	return min(p, 0.9)
}

// greeted says whether the speaker has said anything yet: one greets once.
func (s *speaker) greeted() bool { return s.lastOwn() != "" }

// ownAmongLast counts the own lines among the last n.
func (s *speaker) ownAmongLast(n int) int {
	count := 0
	for _, line := range s.scene.Lines[max(0, len(s.scene.Lines)-n):] {
		if line.Player == s.scene.Self {
			count++
		}
	}
	return count
}
