package agent

import (
	"regexp"
	"strings"

	"parley/internal/llm"
	"parley/room"
)

// How much a prompt holds beside what the turn covers, which it always holds.
const (
	contextLines = 50
	contextChars = 8000 // bytes
	namedPlayers = 30
)

// What a text must not do to a prompt: begin a line, open or close the fence,
// or speak the control words of chat templates.
var (
	breaks   = regexp.MustCompile(`[ \t]*[\n\r\v\f\x{85}\x{2028}\x{2029}]+\s*`)
	controls = regexp.MustCompile(`(?i)<\s*(?:\||/?\s*(?:chat|new|s|bos|eos|system|start_of_turn|end_of_turn|think)\b)|\[\s*/?\s*INST\b`)
)

// shown returns the lines of the scene that a prompt holds, and how many of the
// last ones are new: all that the turn covers, and what fits of the others.
func shown(scene *room.Scene) (lines []room.Line, fresh int) {
	covered := map[uint64]bool{}
	for _, t := range scene.Covers {
		covered[t.Pos] = true
	}
	count, chars, from := contextLines, contextChars, len(scene.Lines)-scene.New
	keep := make([]bool, len(scene.Lines))
	for i := len(scene.Lines) - 1; i >= 0; i-- {
		if covered[scene.Lines[i].Pos] {
			keep[i] = true
			continue
		}
		count, chars = count-1, chars-len(scene.Lines[i].Text)
		keep[i] = count >= 0 && chars >= 0
	}
	for i, l := range scene.Lines {
		if !keep[i] {
			continue
		}
		lines = append(lines, l)
		if i >= from {
			fresh++
		}
	}
	return lines, fresh
}

// transcript writes one line a message, each behind its author's name.
func transcript(scene *room.Scene, lines []room.Line, you string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(shownName(l.Player, you))
		if l.Player == scene.Agent {
			b.WriteString(" (" + you + ")")
		}
		b.WriteString(": " + flat(l.Text) + "\n")
	}
	return b.String()
}

// flat makes a text one line that cannot be taken for anything but text.
func flat(text string) string {
	text = strings.TrimSpace(text)
	if !strings.ContainsAny(text, "<[\n\r\v\f\u0085\u2028\u2029") {
		return text
	}
	text = breaks.ReplaceAllString(text, " / ")
	return controls.ReplaceAllStringFunc(text, func(s string) string {
		if s[0] == '[' {
			return "⟦" + s[1:]
		}
		return "‹" + s[1:]
	})
}

// shownName is a name as players see it, but for what would let it pass for a
// line's text or for the agent's own mark (people choose names in open rooms).
func shownName(name, you string) string {
	name = strings.ReplaceAll(flat(name), ":", "∶")
	return strings.ReplaceAll(name, "("+you+")", "["+you+"]")
}

// shownNames lists the players other than the agent, those that the filter
// lets through.
func shownNames(scene *room.Scene, w words, want func(room.ScenePlayer) bool) string {
	var names []string
	more := 0
	for _, p := range scene.Players {
		switch {
		case p.Name == scene.Agent || !want(p):
		case len(names) == namedPlayers:
			more++
		default:
			names = append(names, shownName(p.Name, w.you))
		}
	}
	if more > 0 {
		names = append(names, w.more)
	}
	return strings.Join(names, ", ")
}

// modelScene is the prompt as data.
func modelScene(scene *room.Scene) *llm.Scene {
	lines, fresh := shown(scene)
	out := &llm.Scene{
		Kind: llm.KindMessage, Self: scene.Agent, Persona: scene.Persona, Topic: scene.Topic,
		Game: scene.Mode == room.Imitation, Lang: scene.Lang, New: fresh, Suspects: scene.Suspects,
		Silence: scene.Kind == room.TurnMessage && !answersLine(scene),
	}
	if out.Lang == "" {
		out.Lang = english
	}
	if scene.Kind == room.TurnVote {
		out.Kind = llm.KindVote
	}
	for _, p := range scene.Players {
		out.Players = append(out.Players, p.Name)
	}
	for _, l := range lines {
		out.Lines = append(out.Lines, llm.Line{Player: l.Player, Text: l.Text})
	}
	return out
}

// answersLine reports whether a line is among what the turn covers.
func answersLine(scene *room.Scene) bool { return covers(scene, room.TriggerLine) }

func covers(scene *room.Scene, kind room.TriggerKind) bool {
	for _, t := range scene.Covers {
		if t.Kind == kind {
			return true
		}
	}
	return false
}
