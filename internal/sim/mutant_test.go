package sim

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// always are the mutants that every run of the tests kills; a long one kills all.
var always = map[string]bool{"the fence is skipped": true, "a client_id is forgotten": true, "applied before appended": true}

// killed finds what a run of worlds fails by.
var killed = regexp.MustCompile(`(?m)seed (\d+): (\w+): (.*)|^(panic: .*)`)

// TestMutants builds the product with one defect at a time, and demands that
// the worlds find it. The defect is put in by the compiler's overlay, so that no
// file of the product knows of it.
func TestMutants(t *testing.T) {
	if os.Getenv("PARLEY_MUTANTS") == "" && os.Getenv("PARLEY_LONG") == "" {
		t.Skip("make mutants shows them: it builds the product again and again")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, m := range mutants {
		if !always[m.name] && os.Getenv("PARLEY_LONG") == "" {
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			t.Attr("guarantee", "a defect is found: "+m.name)
			t.Attr("trials", fmt.Sprintf("%d worlds at most", mutantSeeds))
			by := m.live(t, root)
			if by == "" {
				t.Error("it survives")
				return
			}
			t.Attr("result", "found by "+by)
			fmt.Fprintf(&table, "%-48s %s\n", m.name, by)
		})
	}
	t.Logf("defects, and what finds them\n%s", table.String())
}

// live runs worlds with the defect and returns what it is found by, empty if it
// is not.
func (m mutant) live(t *testing.T, root string) string {
	t.Helper()
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	dir := t.TempDir()
	for i, e := range m.edits {
		file := filepath.Join(root, filepath.FromSlash(e.file))
		from, seen := overlay.Replace[file]
		if !seen {
			from = file
		}
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), e.old); n != 1 {
			t.Fatalf("%s holds %d times, not once:\n%s", e.file, n, e.old)
		}
		to := filepath.Join(dir, fmt.Sprintf("%d.go", i))
		if err := os.WriteFile(to, []byte(strings.Replace(string(text), e.old, e.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay.Replace[file] = to
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(at, list, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-count=1", "-timeout=5m", "-overlay="+at, "-run=^TestWorlds$", "./internal/sim")
	c.Dir, c.Env = root, append(os.Environ(), "PARLEY_MUTANT=1", "PARLEY_SEED=")
	out, err := c.CombinedOutput()
	found := killed.FindStringSubmatch(string(out))
	switch {
	case err == nil:
		return ""
	case found == nil:
		t.Fatalf("%v\n%s", err, out)
	case found[4] != "":
		return found[4]
	}
	t.Logf("seed %s: %s: %s", found[1], found[2], found[3])
	return found[2]
}
