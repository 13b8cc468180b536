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
	count, chars, from, kept := contextLines, contextChars, len(scene.Lines)-scene.New, 0
	keep := make([]bool, len(scene.Lines))
	for i := len(scene.Lines) - 1; i >= 0; i-- {
		if covered[scene.Lines[i].Pos] {
			keep[i] = true
			kept++
			continue
		}
		count, chars = count-1, chars-len(scene.Lines[i].Text)
		if keep[i] = count >= 0 && chars >= 0; keep[i] {
			kept++
		}
	}
	lines = make([]room.Line, 0, kept)
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
	size := 0
	for _, l := range lines {
		size += len(l.Player) + len(": ") + len(l.Text) + len("\n")
	}
	b.Grow(size)
	names := map[string]string{}
	for _, l := range lines {
		name, known := names[l.Player]
		if !known {
			name = shownName(l.Player, you)
			if l.Player == scene.Agent {
				name += " (" + you + ")"
			}
			names[l.Player] = name
		}
		b.WriteString(name)
		b.WriteString(": ")
		b.WriteString(flat(l.Text))
		b.WriteByte('\n')
	}
	return b.String()
}

// flat makes a text one line that cannot be taken for anything but text.
func flat(text string) string {
	text = strings.TrimSpace(text)
	if harmless(text) {
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

// harmless reports whether a text holds nothing that flat would change. Nearly
// all do not: they are looked through byte by byte.
func harmless(text string) bool {
	return !strings.ContainsAny(text, "<[\n\r\v\f") &&
		!strings.Contains(text, "\u0085") && !strings.Contains(text, "\u2028") && !strings.Contains(text, "\u2029")
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
