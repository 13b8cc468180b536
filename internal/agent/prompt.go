package agent

import (
	"fmt"
	"strings"

	"parley/internal/llm"
	"parley/room"
)

// Prompt makes the messages of one attempt: a system message that says who the
// agent is, where, and how it answers, and a user message with the transcript
// and what is asked. The same scene and persona give the same bytes.
func Prompt(scene *room.Scene, persona Persona) []llm.Message {
	w := wordsOf(scene.Lang)
	ask := askLine
	if scene.Kind == room.TurnVote {
		ask = askVote
	}
	return []llm.Message{
		{Role: llm.System, Text: system(scene, persona, w)},
		{Role: llm.User, Text: ask(scene, w)},
	}
}

func system(scene *room.Scene, persona Persona, w words) string {
	self := shownName(scene.Agent, w.you)
	var parts []string
	if scene.Mode == room.Imitation {
		others := shownNames(scene, w, func(room.ScenePlayer) bool { return true })
		parts = append(parts, fmt.Sprintf(w.gameSelf, self, others), w.game)
	} else {
		people := shownNames(scene, w, func(p room.ScenePlayer) bool { return !p.Agent })
		agents := shownNames(scene, w, func(p room.ScenePlayer) bool { return p.Agent })
		parts = append(parts, fmt.Sprintf(w.openSelf, self, or(people, w.nobody), or(agents, w.nobody)))
	}
	if scene.Topic != "" {
		parts = append(parts, fmt.Sprintf(w.topic, flat(scene.Topic)))
	}
	if persona.Style != "" {
		parts = append(parts, fmt.Sprintf(w.style, strings.TrimSpace(persona.Style)))
	}
	rules := []string{w.fence}
	if scene.Kind == room.TurnMessage {
		rules = []string{w.onlyLine, w.quiet, w.short, w.fence}
	}
	if scene.Mode == room.Imitation {
		rules = append(rules, w.manners)
	}
	rules = append(rules, w.language)
	return strings.Join(append(parts, w.rules+"\n- "+strings.Join(rules, "\n- ")), "\n\n")
}

func askLine(scene *room.Scene, w words) string {
	lines, fresh := shown(scene)
	earlier, latest := lines[:len(lines)-fresh], lines[len(lines)-fresh:]
	var parts []string
	if len(earlier) > 0 {
		parts = append(parts, "<chat>\n"+transcript(scene, earlier, w.you)+"</chat>")
	}
	if len(latest) > 0 {
		parts = append(parts, w.fresh+"\n<new>\n"+transcript(scene, latest, w.you)+"</new>")
	}
	if len(lines) == 0 {
		parts = append(parts, w.empty)
	}
	switch {
	case covers(scene, room.TriggerNudge):
		parts = append(parts, w.nudged)
	case answersLine(scene):
	case covers(scene, room.TriggerSilence):
		parts = append(parts, w.silence)
	case covers(scene, room.TriggerPhase):
		parts = append(parts, w.opening)
	}
	if scene.Refused {
		parts = append(parts, w.again)
	}
	parts = append(parts, fmt.Sprintf(w.askLine, shownName(scene.Agent, w.you)))
	return strings.Join(parts, "\n\n")
}

func askVote(scene *room.Scene, w words) string {
	lines, _ := shown(scene)
	parts := []string{w.empty}
	if len(lines) > 0 {
		parts = []string{"<chat>\n" + transcript(scene, lines, w.you) + "</chat>"}
	}
	suspects := make([]string, len(scene.Suspects))
	for i, name := range scene.Suspects {
		suspects[i] = shownName(name, w.you)
	}
	parts = append(parts, w.vote, fmt.Sprintf(w.askVote, strings.Join(suspects, ", ")))
	if scene.Refused {
		parts = append(parts, w.repair)
	}
	return strings.Join(parts, "\n\n")
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
