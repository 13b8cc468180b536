package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

const head = `# What is guaranteed, and the runs that showed it

Written by ` + "`make long`" + `, not by hand: each row is a test that says what it shows,
how often it tried and what came of it. A row keeps its figures, and the commit
and machine they come from, until its test runs again; one that failed says so.
` + "`parley verify`" + ` checks the same guarantees on your own data.

| Guarantee | Shown by | Trials | Result | Run |
|---|---|---|---|---|
`

// row is a guarantee, the test that shows it, and the run that did.
type row struct {
	testID

	file                           string // of the test, below the root
	guarantee, trials, result, run string
}

// function is the name of the test's Go function.
func (id testID) function() string {
	name, _, _ := strings.Cut(id.name, "/")
	return name
}

// table is the rows in the order of their tests.
type table []row

var rowLine = regexp.MustCompile(`(?m)^\| (.*) \| \[(.+)\]\(\.\./(.+)\) \| (.*) \| (.*) \| (.*) \|$`)

// parse reads the rows of a document.
func parse(text string) table {
	var t table
	for _, m := range rowLine.FindAllStringSubmatch(text, -1) {
		t = append(t, row{
			testID: testID{path.Dir(m[3]), m[2]}, file: m[3],
			guarantee: m[1], trials: m[4], result: m[5], run: m[6],
		})
	}
	return t
}

// String writes the whole document.
func (t table) String() string {
	cell := strings.NewReplacer("|", "/", "\n", " ").Replace
	var b strings.Builder
	b.WriteString(head)
	for _, r := range t {
		fmt.Fprintf(&b, "| %s | [%s](../%s) | %s | %s | %s |\n", cell(r.guarantee), r.name, r.file, cell(r.trials), cell(r.result), r.run)
	}
	return b.String()
}

// put adds a row, or replaces the one of the same test.
func (t table) put(r row) table {
	t = slices.DeleteFunc(t, func(old row) bool { return old.testID == r.testID })
	i, _ := slices.BinarySearchFunc(t, r, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.name, b.name))
	})
	return slices.Insert(t, i, r)
}

// fail says in the row of a test that it failed.
func (t table) fail(id testID) {
	for i := range t {
		if t[i].testID == id {
			t[i].result = "**failed** in the last run"
		}
	}
}

// present returns the rows whose tests are there.
func (t table) present(root fs.FS) table {
	return slices.DeleteFunc(t, func(r row) bool {
		file, err := fileOf(root, r.dir, r.function())
		return err != nil || file != r.file
	})
}

// fileOf finds the file of a directory that has the test function.
func fileOf(root fs.FS, dir, function string) (string, error) {
	files, err := fs.Glob(root, path.Join(dir, "*_test.go"))
	if err != nil {
		return "", err
	}
	for _, file := range files {
		text, err := fs.ReadFile(root, file)
		if err != nil {
			return "", err
		}
		if strings.Contains(string(text), "\nfunc "+function+"(t *testing.T) {") {
			return file, nil
		}
	}
	return "", fmt.Errorf("no %s in %s", function, dir)
}
