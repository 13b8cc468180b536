package web_test

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/web"
)

// Both languages have the same words, and no component asks for another.
func TestWords(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := newTab(t, browser(t), "words")
	p.visit(f.url + "/")
	const keys = `import('/assets/i18n/%.js').then((m) => Object.keys(m.%))`
	en := eval[[]string](p, strings.ReplaceAll(keys, "%", "en"))
	de := eval[[]string](p, strings.ReplaceAll(keys, "%", "de"))
	for _, key := range en {
		if !slices.Contains(de, key) {
			t.Errorf("%q is not in German", key)
		}
	}
	for _, key := range de {
		if !slices.Contains(en, key) {
			t.Errorf("%q is not in English", key)
		}
	}
	asked := regexp.MustCompile(`\bt\('([^']+)'`)
	err := fs.WalkDir(web.Files(), "components", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".js" {
			return err
		}
		body, err := fs.ReadFile(web.Files(), name)
		for _, match := range asked.FindAllStringSubmatch(string(body), -1) {
			if !slices.Contains(en, match[1]) {
				t.Errorf("%s asks for %q", name, match[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The lobby loads in less than 280 kB, before any compression.
func TestWeight(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := newTab(t, browser(t), "scale")
	p.visit(f.url + "/")
	p.sees("No table is set yet.")
	if size := eval[int](p, `performance.getEntriesByType('resource').reduce((sum, r) => sum + r.decodedBodySize, 0)`); size > 280_000 || size < 100_000 {
		t.Errorf("the lobby loads %d bytes", size)
	}
}

// What is embedded is what the page loads: nothing for tests or the type check.
func TestFiles(t *testing.T) {
	t.Parallel()
	err := fs.WalkDir(web.Files(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.HasSuffix(name, ".ts") || strings.HasSuffix(name, ".go") || strings.Contains(name, "testdata") || strings.HasSuffix(name, ".json") {
			t.Errorf("%s is embedded", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
