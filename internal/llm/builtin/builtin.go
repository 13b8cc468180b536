// Package builtin is the speaker that needs no key and no network. It chats
// from tables: it reads the Scene of a request, not its prompt, and everything
// it says stands in data/ or in the lines of the topic packs.
//
// A line comes about in five steps, a file each:
//
//   - understand: what the new lines are (a question of which kind, a greeting,
//     an accusation …), to whom they are, which one to answer;
//   - quiet: whether to speak at all;
//   - compose: what could be said to it, best first, with the opinions this
//     speaker holds (opinions);
//   - repeat: what was said already is left out;
//   - style: how this persona would type it.
//
// The only chance is Request.Seed: the same request gives the same answer.
package builtin

import (
	"context"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"unicode/utf8"

	"parley/internal/llm"
	"parley/internal/packs"
)

// maxLine bounds a line, in characters.
const maxLine = 280

// What a request can lack.
var (
	errNoScene   = errors.New("the builtin speaker needs a scene")
	errNoSuspect = errors.New("nobody to vote for")
)

// Model is the builtin speaker. It is safe for concurrent use.
type Model struct {
	packs   *packs.Packs
	phrases map[string]*phrases
}

// New gives a speaker with the personas and topics of these packs.
func New(p *packs.Packs) (*Model, error) {
	loaded, err := loadPhrases()
	if err != nil {
		return nil, err
	}
	return &Model{packs: p, phrases: loaded}, nil
}

// Complete answers at once. It fails only with an *llm.Error: when ctx has
// ended, when there is no scene, and when there is nobody to vote for.
func (m *Model) Complete(ctx context.Context, req llm.Request) (llm.Answer, error) {
	if err := ctx.Err(); err != nil {
		return llm.Answer{}, &llm.Error{Class: llm.ClassOf(err), Err: err}
	}
	if req.Scene == nil {
		return llm.Answer{}, &llm.Error{Class: llm.Failed, Err: errNoScene}
	}
	s := m.speaker(req)
	var text string
	if req.Scene.Kind == llm.KindVote {
		if text = s.vote(); text == "" {
			return llm.Answer{}, &llm.Error{Class: llm.Failed, Err: errNoSuspect}
		}
	} else if text = s.line(); text == "" {
		text = llm.Pass
	}
	return llm.Answer{Text: text, PromptTokens: promptTokens(req), CompletionTokens: tokens(text)}, nil
}

// speaker is one agent at one moment.
type speaker struct {
	*phrases
	scene   *llm.Scene
	habits  packs.Habits
	topic   packs.Topic
	rng     *rand.Rand
	others  []string // names in play but the own
	focus   meaning  // the line to answer; its player is empty when there is none
	history history
}

func (m *Model) speaker(req llm.Request) *speaker {
	scene := req.Scene
	lines, ok := m.phrases[scene.Lang]
	if !ok {
		lines = m.phrases[packs.Fallback]
	}
	habits := packs.Habits{Typos: 0.05, Stops: 0.15, Emoji: 0.05, Length: 0.4, Talk: 0.5}
	if persona, ok := m.packs.Persona(scene.Persona); ok {
		habits = persona.Habits
	}
	topic, ok := m.packs.Topic(scene.Topic)
	if !ok {
		topic = packs.Topic{Text: scene.Topic}
	}
	s := &speaker{
		phrases: lines,
		scene:   scene,
		habits:  habits,
		topic:   topic,
		rng:     rand.New(rand.NewPCG(uint64(req.Seed), hash(scene.Self, scene.Kind))), //nolint:gosec // play, not secrets
		history: remember(scene),
	}
	for _, name := range scene.Players {
		if name != scene.Self {
			s.others = append(s.others, name)
		}
	}
	return s
}

// line gives what to post, or nothing for silence.
func (s *speaker) line() string {
	s.focus = s.understand()
	if !s.speaks() {
		return ""
	}
	for _, core := range s.candidates() {
		if text, ok := s.finish(core); ok {
			return text
		}
	}
	if !s.must() {
		return ""
	}
	return s.lastResort()
}

// finish styles a candidate and says whether it can be posted.
func (s *speaker) finish(core string) (string, bool) {
	filled, ok := s.fill(core)
	if !ok || s.history.has(filled) {
		return "", false
	}
	text := s.style(s.lengthen(filled))
	if s.history.has(text) || llm.IsPass(text) || utf8.RuneCountInString(text) > maxLine {
		return "", false
	}
	return text, text != ""
}

// chance says yes with probability p.
func (s *speaker) chance(p float64) bool { return s.rng.Float64() < p }

// hash gives a number that is the same for the same texts, always.
func hash(texts ...string) uint64 {
	sum := fnv.New64a()
	for _, text := range texts {
		_, _ = sum.Write([]byte(text))
		_, _ = sum.Write([]byte{0})
	}
	h := sum.Sum64()
	h ^= h >> 33 // the low bits of FNV are poor, and they are what gets used
	h *= 0xff51afd7ed558ccd
	return h ^ h>>33
}

// tokens estimates four characters a token, rounded up.
func tokens(text string) int { return (utf8.RuneCountInString(text) + 3) / 4 }

func promptTokens(req llm.Request) int {
	n := 0
	for _, message := range req.Messages {
		n += tokens(message.Text)
	}
	if n > 0 {
		return n
	}
	n = tokens(req.Scene.Topic)
	for _, line := range req.Scene.Lines {
		n += tokens(line.Player) + tokens(line.Text)
	}
	return n
}
