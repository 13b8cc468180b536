// Package packs holds what rooms are filled with: topics to talk about and
// personas to talk as, a file a language.
//
// The default packs are embedded. A host replaces them by a folder of the same
// shape: topics/LANG.json and personas/LANG.json, both for every language.
// Loading checks every field; an error names the file and the field.
//
// A topic may bring lines that people say about it. Only the builtin speaker
// reads them: models that read prompts think for themselves.
package packs

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// Fallback is the language used in place of one that has no pack.
const Fallback = "en"

//go:embed topics/*.json personas/*.json
var embedded embed.FS

// Topic is something to discuss.
type Topic struct {
	Text  string     `json:"text"`            // what the room sees, at most 280 characters
	Sides [][]string `json:"sides,omitempty"` // none or two sides, with what those say who take it
	Says  []string   `json:"says,omitempty"`  // what anybody may say
}

// Persona is a way to talk.
type Persona struct {
	ID     string `json:"id"`    // unique over all languages, of a-z, 0-9 and "-"
	Name   string `json:"name"`  // a first name for open rooms, unique in its language
	Style  string `json:"style"` // for prompts, in the second person
	Habits Habits `json:"habits"`
	Lang   string `json:"-"`
}

// Habits are a persona's style in numbers; all chances are between 0 and 1.
type Habits struct {
	Typos   float64  `json:"typos"`   // chance of a slip in a line
	Lower   bool     `json:"lower"`   // writes no capitals
	Stops   float64  `json:"stops"`   // chance of a full stop at the end of a line
	Emoji   float64  `json:"emoji"`   // chance of an emoji in a line
	Length  float64  `json:"length"`  // 0 a few words, 1 several sentences
	Talk    float64  `json:"talk"`    // how readily it speaks
	Emojis  []string `json:"emojis"`  // those it uses; may be empty
	Fillers []string `json:"fillers"` // words it begins with; may be empty
}

// Packs are the loaded packs of all languages. They are read only and safe for
// concurrent use; callers must not change what they are given.
type Packs struct {
	topics   map[string][]Topic
	personas map[string][]Persona
	byText   map[string]Topic
	byID     map[string]Persona
}

// Default loads the embedded packs.
func Default() (*Packs, error) { return Load(embedded) }

// Load reads packs from a file system, such as os.DirFS of a host's folder.
func Load(fsys fs.FS) (*Packs, error) {
	p := &Packs{
		topics:   map[string][]Topic{},
		personas: map[string][]Persona{},
		byText:   map[string]Topic{},
		byID:     map[string]Persona{},
	}
	if err := load(fsys, "topics", p.loadTopics); err != nil {
		return nil, err
	}
	if err := load(fsys, "personas", p.loadPersonas); err != nil {
		return nil, err
	}
	for _, lang := range p.Langs() {
		if len(p.topics[lang]) == 0 {
			return nil, fmt.Errorf("packs: personas/%s.json has no topics/%s.json", lang, lang)
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(p.topics)) {
		if len(p.personas[lang]) == 0 {
			return nil, fmt.Errorf("packs: topics/%s.json has no personas/%s.json", lang, lang)
		}
	}
	return p, nil
}

// load reads all files of a folder.
func load(fsys fs.FS, folder string, read func(name string, raw []byte) error) error {
	names, err := fs.Glob(fsys, folder+"/*.json")
	if err != nil {
		return fmt.Errorf("packs: %w", err)
	}
	if len(names) == 0 {
		return fmt.Errorf("packs: no file %s/*.json", folder)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return fmt.Errorf("packs: %w", err)
		}
		if err := read(name, raw); err != nil {
			return fmt.Errorf("packs: %s: %w", name, err)
		}
	}
	return nil
}

// langOf gives the language of a file by its name.
func langOf(name string) string { return strings.TrimSuffix(path.Base(name), ".json") }

// Langs gives the languages there are, sorted.
func (p *Packs) Langs() []string { return slices.Sorted(maps.Keys(p.personas)) }

// lang gives the language to use for one that is asked for: itself, else
// Fallback, else the first there is.
func (p *Packs) lang(asked string) string {
	for _, lang := range []string{asked, Fallback} {
		if _, ok := p.topics[lang]; ok {
			return lang
		}
	}
	return p.Langs()[0]
}

// Topics gives the topics of a language, in the order of their file.
func (p *Packs) Topics(lang string) []Topic { return p.topics[p.lang(lang)] }

// DrawTopic gives the text of the topic that chance, any number, falls on.
func (p *Packs) DrawTopic(lang string, chance uint64) string {
	topics := p.Topics(lang)
	return topics[chance%uint64(len(topics))].Text
}

// Topic finds a topic by its text.
func (p *Packs) Topic(text string) (Topic, bool) {
	topic, ok := p.byText[text]
	return topic, ok
}

// Personas gives the personas of a language, in the order of their file.
func (p *Packs) Personas(lang string) []Persona { return p.personas[p.lang(lang)] }

// Persona finds a persona by its id.
func (p *Packs) Persona(id string) (Persona, bool) {
	persona, ok := p.byID[id]
	return persona, ok
}
