package packs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of texts, in characters.
const (
	maxLine  = 280
	maxName  = 40
	maxStyle = 1000
)

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// loadTopics reads one file of topics.
func (p *Packs) loadTopics(name string, raw []byte) error {
	var file struct {
		Lang   string  `json:"lang"`
		Topics []Topic `json:"topics"`
	}
	if err := decode(raw, &file); err != nil {
		return err
	}
	if err := checkFile(name, file.Lang, "topics", len(file.Topics)); err != nil {
		return err
	}
	for i, topic := range file.Topics {
		if err := checkTopic(topic); err != nil {
			return fmt.Errorf("topics[%d].%w", i, err)
		}
		if _, taken := p.byText[topic.Text]; taken {
			return fmt.Errorf("topics[%d].text: %q is there twice", i, topic.Text)
		}
		p.byText[topic.Text] = topic
	}
	p.topics[file.Lang] = file.Topics
	return nil
}

func checkTopic(topic Topic) error {
	if err := checkText("text", topic.Text, maxLine); err != nil {
		return err
	}
	if n := len(topic.Sides); n != 0 && n != 2 {
		return fmt.Errorf("sides: %d, want none or two", n)
	}
	for i, side := range topic.Sides {
		if len(side) == 0 {
			return fmt.Errorf("sides[%d]: empty", i)
		}
		if err := checkTexts(fmt.Sprintf("sides[%d]", i), side, maxLine); err != nil {
			return err
		}
	}
	return checkTexts("says", topic.Says, maxLine)
}

// loadPersonas reads one file of personas.
func (p *Packs) loadPersonas(name string, raw []byte) error {
	var file struct {
		Lang     string    `json:"lang"`
		Personas []Persona `json:"personas"`
	}
	if err := decode(raw, &file); err != nil {
		return err
	}
	if err := checkFile(name, file.Lang, "personas", len(file.Personas)); err != nil {
		return err
	}
	names := map[string]bool{}
	for i := range file.Personas {
		persona := &file.Personas[i]
		persona.Lang = file.Lang
		if err := checkPersona(persona); err != nil {
			return fmt.Errorf("personas[%d].%w", i, err)
		}
		if _, taken := p.byID[persona.ID]; taken {
			return fmt.Errorf("personas[%d].id: %q is there twice", i, persona.ID)
		}
		if folded := strings.ToLower(persona.Name); names[folded] {
			return fmt.Errorf("personas[%d].name: %q is there twice", i, persona.Name)
		}
		names[strings.ToLower(persona.Name)] = true
		p.byID[persona.ID] = *persona
	}
	p.personas[file.Lang] = file.Personas
	return nil
}

func checkPersona(persona *Persona) error {
	if len(persona.ID) > maxName || !idForm.MatchString(persona.ID) {
		return fmt.Errorf("id: %q, want at most %d of a-z, 0-9 and -", persona.ID, maxName)
	}
	if err := checkText("name", persona.Name, maxName); err != nil {
		return err
	}
	if err := checkText("style", persona.Style, maxStyle); err != nil {
		return err
	}
	habits := persona.Habits
	for _, number := range []struct {
		field string
		value float64
	}{
		{"typos", habits.Typos},
		{"stops", habits.Stops},
		{"emoji", habits.Emoji},
		{"length", habits.Length},
		{"talk", habits.Talk},
	} {
		if number.value < 0 || number.value > 1 {
			return fmt.Errorf("habits.%s: %v, want 0 to 1", number.field, number.value)
		}
	}
	if err := checkTexts("habits.emojis", habits.Emojis, maxName); err != nil {
		return err
	}
	return checkTexts("habits.fillers", habits.Fillers, maxName)
}

func checkFile(name, lang, field string, entries int) error {
	if lang != langOf(name) {
		return fmt.Errorf("lang: %q, want %q as in the file's name", lang, langOf(name))
	}
	if entries == 0 {
		return fmt.Errorf("%s: empty", field)
	}
	return nil
}

func checkTexts(field string, texts []string, longest int) error {
	for i, text := range texts {
		if err := checkText(fmt.Sprintf("%s[%d]", field, i), text, longest); err != nil {
			return err
		}
	}
	return nil
}

func checkText(field, text string, longest int) error {
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return fmt.Errorf("%s: empty", field)
	case n > longest:
		return fmt.Errorf("%s: %d characters, at most %d", field, n, longest)
	case strings.TrimSpace(text) != text:
		return fmt.Errorf("%s: space around %q", field, text)
	case strings.ContainsFunc(text, unicode.IsControl):
		return fmt.Errorf("%s: control characters in %q", field, text)
	}
	return nil
}

// decode reads one JSON value without unknown fields and without anything
// after it.
func decode(raw []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("not as expected: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}
