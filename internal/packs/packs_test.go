package packs_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"parley/internal/packs"
)

func TestDefaultPacks(t *testing.T) {
	p, err := packs.Default()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(p.Langs(), " "); got != "de en" {
		t.Errorf("languages %q", got)
	}
	for _, lang := range p.Langs() {
		if n := len(p.Topics(lang)); n < 60 {
			t.Errorf("%s: %d topics", lang, n)
		}
		if n := len(p.Personas(lang)); n < 24 {
			t.Errorf("%s: %d personas", lang, n)
		}
		for _, topic := range p.Topics(lang) {
			lines := len(topic.Says)
			for _, side := range topic.Sides {
				lines += len(side)
			}
			if lines < 5 {
				t.Errorf("%s: %q has %d lines", lang, topic.Text, lines)
			}
			if found, ok := p.Topic(topic.Text); !ok || found.Text != topic.Text {
				t.Errorf("%q is not found", topic.Text)
			}
		}
		styles, habits := map[string]bool{}, map[string]bool{}
		for _, persona := range p.Personas(lang) {
			found, ok := p.Persona(persona.ID)
			if !ok || found.Name != persona.Name || found.Lang != lang {
				t.Errorf("%q is not found", persona.ID)
			}
			styles[persona.Style] = true
			habits[fmt.Sprint(persona.Habits)] = true
			if n := strings.Count(persona.Style, ". ") + 1; n < 2 || n > 4 {
				t.Errorf("%s: %d sentences of style", persona.ID, n)
			}
		}
		if n := len(p.Personas(lang)); len(styles) != n || len(habits) != n {
			t.Errorf("%s: %d personas, %d styles, %d sets of habits", lang, n, len(styles), len(habits))
		}
	}
}

func TestDrawTopic(t *testing.T) {
	p, err := packs.Default()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	n := uint64(len(p.Topics("de")))
	for chance := range n {
		seen[p.DrawTopic("de", chance)] = true
	}
	if len(seen) != int(n) {
		t.Errorf("%d of %d topics can be drawn", len(seen), n)
	}
	if p.DrawTopic("de", 3) != p.DrawTopic("de", 3+n) {
		t.Error("chance is not taken round")
	}
	if p.DrawTopic("xx", 1) != p.DrawTopic("en", 1) {
		t.Error("an unknown language does not fall back")
	}
}

const (
	topics   = `{"lang":"en","topics":[{"text":"Tea?","sides":[["yes"],["no"]],"says":["hm"]}]}`
	personas = `{"lang":"en","personas":[{"id":"a","name":"Ann","style":"Short.","habits":{"typos":0.5}}]}`
)

func TestAHostsFolder(t *testing.T) {
	p, err := packs.Load(fstest.MapFS{
		"topics/en.json": {Data: []byte(topics)}, "personas/en.json": {Data: []byte(personas)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.DrawTopic("de", 99); got != "Tea?" {
		t.Errorf("drew %q", got)
	}
	if _, ok := p.Persona("en-mia"); ok {
		t.Error("the default packs shine through")
	}
}

func TestErrorsNameFileAndField(t *testing.T) {
	change := func(in, from, to string) string {
		if !strings.Contains(in, from) {
			t.Fatalf("no %q in %q", from, in)
		}
		return strings.Replace(in, from, to, 1)
	}
	topic := func(from, to string) fstest.MapFS {
		return fstest.MapFS{
			"topics/en.json":   {Data: []byte(change(topics, from, to))},
			"personas/en.json": {Data: []byte(personas)},
		}
	}
	persona := func(from, to string) fstest.MapFS {
		return fstest.MapFS{
			"topics/en.json":   {Data: []byte(topics)},
			"personas/en.json": {Data: []byte(change(personas, from, to))},
		}
	}
	second := `{"id":"b","name":"Ann","style":"Short.","habits":{}},`
	tests := []struct {
		files fstest.MapFS
		want  string
	}{
		{fstest.MapFS{}, ".json"},
		{fstest.MapFS{"topics/en.json": {Data: []byte(topics)}}, "personas/*.json"},
		{topic(`"lang":"en"`, `"lang":"de"`), "topics/en.json: lang"},
		{topic(`Tea?`, ``), "topics/en.json: topics[0].text: empty"},
		{topic(`Tea?`, strings.Repeat("x", 281)), "topics/en.json: topics[0].text: 281"},
		{topic(`Tea?`, ` Tea?`), "topics[0].text: space"},
		{topic(`Tea?`, `a\u0000b`), "topics[0].text: control"},
		{topic(`[["yes"],["no"]]`, `[["yes"]]`), "topics[0].sides: 1"},
		{topic(`["no"]`, `[]`), "topics[0].sides[1]: empty"},
		{topic(`"no"`, `""`), "topics[0].sides[1][0]: empty"},
		{topic(`"hm"`, `""`), "topics[0].says[0]: empty"},
		{topic(`"says"`, `"sayz"`), `"sayz"`},
		{topic(`}]}`, `}]} {}`), "more than one"},
		{topic(`[{`, `[{"text":"Tea?"},{`), "topics[1].text: \"Tea?\" is there twice"},
		{persona(`[{"id":"a","name":"Ann","style":"Short.","habits":{"typos":0.5}}]`, `[]`), "personas: empty"},
		{persona(`"id":"a"`, `"id":"A b"`), "personas/en.json: personas[0].id"},
		{persona(`Ann`, ``), "personas[0].name: empty"},
		{persona(`Short.`, ``), "personas[0].style: empty"},
		{persona(`0.5`, `1.5`), "personas[0].habits.typos: 1.5"},
		{persona(`0.5`, `"x"`), "personas/en.json: not as expected"},
		{persona(`[{`, `[`+second+`{`), "personas[1].name: \"Ann\" is there twice"},
		{persona(`[{`, `[`+strings.Replace(strings.Replace(second, `"b"`, `"a"`, 1), "Ann", "Bo", 1)+`{`), "personas[1].id: \"a\" is there twice"},
	}
	for _, test := range tests {
		_, err := packs.Load(test.files)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}

// FuzzLoad reads any two files: packs whose every field has been checked, or an
// error.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(`[{"text":"Tea or coffee?","sides":[["tea"],["coffee"]],"says":["both"]}]`), []byte(`[{"id":"en-kim","name":"Kim","style":"You are short.","habits":{"typos":0.1}}]`))
	f.Add([]byte(`null`), []byte(`[{}]`))
	f.Add([]byte(`[{"text":"\u0000"}]`), []byte(`{}`))
	f.Fuzz(func(t *testing.T, topics, personas []byte) {
		p, err := packs.Load(fstest.MapFS{"topics/en.json": {Data: topics}, "personas/en.json": {Data: personas}})
		if err != nil {
			return
		}
		for _, topic := range p.Topics("en") {
			if strings.TrimSpace(topic.Text) == "" {
				t.Errorf("a topic without text: %+v", topic)
			}
		}
		for _, persona := range p.Personas("en") {
			if persona.ID == "" || persona.Name == "" {
				t.Errorf("a persona without a name: %+v", persona)
			}
		}
	})
}
