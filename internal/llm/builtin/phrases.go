package builtin

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"
)

//go:embed data/*.json
var embedded embed.FS

// phrases are the tables of one language: the words by which lines are
// recognised (cues), the lines to say by occasion (pools), and the words that
// are never worth picking up (stop).
//
// Lines hold places to fill: {p} who is answered, {q} somebody else, {w} a word
// of the line answered, {k} a word of the topic, {a} and {b} the options of a
// choice, the preferred one first, {n} a number. A line whose place cannot be
// filled is left out, but for {p}, which is dropped.
type phrases struct {
	lang  string
	Cues  map[string][]string `json:"cues"`
	Pools map[string][]string `json:"pools"`
	Stop  []string            `json:"stop"`
	stop  map[string]bool
}

// loadPhrases reads the embedded tables of all languages.
func loadPhrases() (map[string]*phrases, error) {
	files, err := embedded.ReadDir("data")
	if err != nil {
		return nil, fmt.Errorf("builtin: %w", err)
	}
	out := map[string]*phrases{}
	for _, file := range files {
		raw, err := embedded.ReadFile(path.Join("data", file.Name()))
		if err != nil {
			return nil, fmt.Errorf("builtin: %w", err)
		}
		table := &phrases{lang: strings.TrimSuffix(file.Name(), ".json"), stop: map[string]bool{}}
		if err := json.Unmarshal(raw, table); err != nil {
			return nil, fmt.Errorf("builtin: %s: %w", file.Name(), err)
		}
		for _, word := range table.Stop {
			table.stop[word] = true
		}
		out[table.lang] = table
	}
	return out, nil
}

// cue gives the place of the first cue of that kind in plain text, and whether
// there is one. Of cues at the same place the longest counts.
func (p *phrases) cue(kind, plain string) (at, length int, found bool) {
	for _, cue := range p.Cues[kind] {
		i := strings.Index(plain, " "+cue+" ")
		if i >= 0 && (!found || i < at || i == at && len(cue) > length) {
			at, length, found = i, len(cue), true
		}
	}
	return at, length, found
}

func (p *phrases) hasCue(kind, plain string) bool {
	_, _, found := p.cue(kind, plain)
	return found
}

// beginsWith says whether plain text begins with a cue of that kind.
func (p *phrases) beginsWith(kind, plain string) bool {
	at, _, found := p.cue(kind, plain)
	return found && at == 0
}
