package web_test

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"testing"

	"parley/web"
)

// The page names every module that it begins with, and behind them those of a
// room, so that a browser fetches them all at once and not one layer after another.
func TestPreloads(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`<link rel="modulepreload" href="/assets/([^"]+)">`)
	var named []string
	for _, m := range link.FindAllStringSubmatch(read(t, "index.html"), -1) {
		named = append(named, m[1])
	}
	first := imports(t, "main.js")[1:]
	used := slices.Clone(first)
	for _, name := range imports(t, "components/room.js") {
		if !slices.Contains(used, name) {
			used = append(used, name)
		}
	}
	for _, name := range used {
		if !slices.Contains(named, name) {
			t.Errorf("index.html preloads no %s", name)
		}
	}
	for i := range min(len(first), len(named)) {
		if !slices.Contains(first, named[i]) {
			t.Errorf("index.html preloads %s before what the page begins with", named[i])
		}
	}
	for i, name := range named {
		if !slices.Contains(used, name) || slices.Index(named, name) != i {
			t.Errorf("index.html preloads %s, which the page does not begin with, or names it twice", name)
		}
	}
}

var imported = regexp.MustCompile(`(?m)^(?:import|export)\b[^;]*?from '(\.[^']+)'`)

// imports returns a module and all that it imports, directly or not, but not
// what it fetches later.
func imports(t *testing.T, module string) []string {
	t.Helper()
	all := []string{module}
	for i := 0; i < len(all); i++ {
		for _, m := range imported.FindAllStringSubmatch(read(t, all[i]), -1) {
			if name := path.Join(path.Dir(all[i]), m[1]); !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := fs.ReadFile(web.Files(), name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
