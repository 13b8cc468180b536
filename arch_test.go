// Package parley_test holds the repository to ARCHITECTURE.md: its table of
// allowed imports, the size and depth of files, and the links between documents.
package parley_test

import (
	"bytes"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	maxLines = 400
	maxDepth = 4
	// testRow is the row of what test files may import beside their package's row.
	testRow = "*_test.go"
)

var (
	skipped     = []string{".git", ".bin", ".tmp", "node_modules", "parley-data"}
	code        = []string{".go", ".js", ".mjs", ".ts", ".css", ".html", ".sh"}
	inCode      = regexp.MustCompile("`([^`]+)`")
	modulePath  = regexp.MustCompile(`(?m)^module (\S+)$`)
	generated   = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)
	machinePath = regexp.MustCompile(`\.\./shared\b|(^|[^\w./~-])/(work|root|home)/`)
	fence       = regexp.MustCompile("(?ms)^```.*?^```[ \t]*$|`[^`\n]+`")
	link        = regexp.MustCompile(`\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|(?m:^\[[^\]]+\]: +(\S+))|(?:src|srcset|href)="([^"]+)"`)
)

// row is one line of the table: what a package may import.
type row struct {
	inside  []string // packages of the module, or "*"
	outside []string // libraries by prefix, standard packages, or "std" for all of these
}

// table is the parsed table of ARCHITECTURE.md, by package directory.
type table map[string]row

// tree collects what is found wrong in a repository.
type tree struct {
	files    fs.FS
	module   string
	rows     table
	packages map[string]bool
	findings []string
}

func (t *tree) report(format string, args ...any) {
	t.findings = append(t.findings, fmt.Sprintf(format, args...))
}

// check returns what is wrong in the repository, sorted, or nothing.
func check(files fs.FS) ([]string, error) {
	t := &tree{files: files, rows: table{}, packages: map[string]bool{}}
	mod, err := fs.ReadFile(files, "go.mod")
	if err != nil {
		return nil, err
	}
	match := modulePath.FindSubmatch(mod)
	if match == nil {
		return nil, errors.New("go.mod names no module")
	}
	t.module = string(match[1])
	doc, err := fs.ReadFile(files, "ARCHITECTURE.md")
	if err != nil {
		return nil, err
	}
	t.readTable(string(doc))
	if err := fs.WalkDir(files, ".", t.visit); err != nil {
		return nil, err
	}
	t.checkRows()
	slices.Sort(t.findings)
	return slices.Compact(t.findings), nil
}

// readTable takes the rows that begin with a name in backquotes, below "## Imports".
func (t *tree) readTable(doc string) {
	_, section, _ := strings.Cut(doc, "\n## Imports\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 {
			t.report("ARCHITECTURE.md: not three cells: %s", strings.TrimSpace(line))
			continue
		}
		name := names(cells[0])[0]
		if _, twice := t.rows[name]; twice {
			t.report("ARCHITECTURE.md: two rows for %s", name)
		}
		t.rows[name] = row{inside: names(cells[1]), outside: names(cells[2])}
	}
}

// names returns the words in backquotes.
func names(cell string) []string {
	var found []string
	for _, match := range inCode.FindAllStringSubmatch(cell, -1) {
		found = append(found, match[1])
	}
	return found
}

func (t *tree) visit(name string, entry fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	ours := !slices.Contains(skipped, entry.Name())
	if entry.IsDir() && !ours {
		return fs.SkipDir
	}
	if !entry.Type().IsRegular() || !ours { // .git is a file in a second worktree
		return nil
	}
	text, err := fs.ReadFile(t.files, name)
	if err != nil {
		return err
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil
	}
	t.checkText(name, string(text))
	if path.Ext(name) == ".go" && !within(name, "testdata") && !strings.HasPrefix(name, "tools/") {
		return t.checkImports(name, text)
	}
	return nil
}

// checkText looks at what holds for every file that is text.
func (t *tree) checkText(name, text string) {
	borrowed := within(name, "vendor")
	if !borrowed {
		for number, line := range strings.Split(text, "\n") {
			if found := machinePath.FindString(line); found != "" {
				t.report("%s:%d: a path of one machine: %s", name, number+1, strings.TrimSpace(found))
			}
		}
	}
	if within(name, "testdata") {
		return
	}
	if depth := strings.Count(name, "/"); depth > maxDepth {
		t.report("%s: %d directories deep, at most %d", name, depth, maxDepth)
	}
	if slices.Contains(code, path.Ext(name)) && !borrowed && !generated.MatchString(text) {
		if lines := strings.Count(text, "\n"); lines > maxLines {
			t.report("%s: %d lines, at most %d", name, lines, maxLines)
		}
	}
	if path.Ext(name) == ".md" && !borrowed {
		t.checkLinks(name, fence.ReplaceAllString(text, ""))
	}
}

// checkLinks wants every link to a file of the repository to find one.
func (t *tree) checkLinks(name, text string) {
	for _, match := range link.FindAllStringSubmatch(text, -1) {
		target := match[1] + match[2] + match[3]
		parsed, err := url.Parse(target)
		if err != nil {
			t.report("%s: bad link %s", name, target)
			continue
		}
		if parsed.IsAbs() || parsed.Host != "" || parsed.Path == "" {
			continue
		}
		file := path.Join(path.Dir(name), parsed.Path)
		if fromRoot, ok := strings.CutPrefix(parsed.Path, "/"); ok {
			file = path.Clean(fromRoot)
		}
		if _, err := fs.Stat(t.files, file); err != nil {
			t.report("%s: link to %s, which is not there", name, target)
		}
	}
}

// checkImports holds one Go file to its package's row, if there is one.
func (t *tree) checkImports(name string, text []byte) error {
	dir := path.Dir(name)
	test := strings.HasSuffix(name, "_test.go")
	if !test || dir != "." {
		t.packages[dir] = true
		if _, ok := t.rows[dir]; !ok {
			return nil
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
	if err != nil {
		return err
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		if !t.allowed(dir, dir, imported) && (!test || !t.allowed(testRow, dir, imported)) {
			t.report("%s: %s may not import %s", name, dir, imported)
		}
	}
	return nil
}

// allowed reports whether the named row lets a file in dir import a path.
func (t *tree) allowed(name, dir, imported string) bool {
	r := t.rows[name]
	if inside, ok := strings.CutPrefix(imported, t.module+"/"); ok {
		return inside == dir || slices.Contains(r.inside, "*") || slices.Contains(r.inside, inside)
	}
	host, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(host, ".") && slices.Contains(r.outside, "std") {
		return imported != "C"
	}
	return slices.ContainsFunc(r.outside, func(allowed string) bool {
		return imported == allowed || strings.Contains(host, ".") && strings.HasPrefix(imported, allowed+"/")
	})
}

// checkRows wants one row a package, and nothing named that is not there.
func (t *tree) checkRows() {
	for dir := range t.packages {
		if _, ok := t.rows[dir]; !ok {
			t.report("ARCHITECTURE.md: no row for %s", dir)
		}
	}
	for dir, r := range t.rows {
		if dir != testRow && !t.packages[dir] {
			t.report("ARCHITECTURE.md: a row for %s, which is not there", dir)
		}
		for _, inside := range r.inside {
			if inside != "*" && !t.packages[inside] {
				t.report("ARCHITECTURE.md: the row of %s names %s, which is not there", dir, inside)
			}
		}
	}
}

// within reports whether a directory of that name is above the file.
func within(name, dir string) bool {
	return slices.Contains(strings.Split(path.Dir(name), "/"), dir)
}

func TestArchitecture(t *testing.T) {
	findings, err := check(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range findings {
		t.Error(finding)
	}
}
