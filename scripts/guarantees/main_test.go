package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRowsHaveTheirTests holds the document to the tests that there are.
func TestRowsHaveTheirTests(t *testing.T) {
	root := os.DirFS("../..")
	text, err := os.ReadFile("../../docs/guarantees.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := parse(string(text))
	if got := rows.String(); got != string(text) {
		t.Errorf("docs/guarantees.md was edited by hand; it should read\n%s", got)
	}
	for _, r := range rows {
		file, err := fileOf(root, r.dir, r.function())
		if err != nil || file != r.file {
			t.Errorf("%s: the test of %q is in %q, %v", r.file, r.guarantee, file, err)
		}
		if strings.Contains(r.result, "failed") {
			t.Errorf("%s failed when it was last run: %s", r.name, r.guarantee)
		}
	}
}

// A run of three tests: one passes, one fails, one ran before and is no more.
const (
	before = head +
		"| old | [TestGone](../a/a_test.go) | 1 | fine | then |\n" +
		"| kept | [TestKept](../a/a_test.go) | 2 | fine | then |\n" +
		"| red | [TestRed](../a/a_test.go) | 3 | fine | then |\n"
	sample = `# a package that does not compile
{"Time":"2026-03-01T10:00:00Z","Action":"attr","Package":"parley/a","Test":"TestNew/one","Key":"guarantee","Value":"new | good"}
{"Time":"2026-03-01T10:00:00Z","Action":"attr","Package":"parley/a","Test":"TestNew/one","Key":"trials","Value":"7 times"}
{"Time":"2026-03-01T10:00:00Z","Action":"attr","Package":"parley/a","Test":"TestNew/one","Key":"result","Value":"0 lost"}
{"Time":"2026-03-01T10:00:00Z","Action":"output","Package":"parley/a","Test":"TestNew/one","Output":"chatter\n"}
{"Time":"2026-03-01T10:00:01Z","Action":"pass","Package":"parley/a","Test":"TestNew/one"}
{"Time":"2026-03-01T10:00:01Z","Action":"attr","Package":"parley/a","Test":"TestRed","Key":"guarantee","Value":"red"}
{"Time":"2026-03-01T10:00:01Z","Action":"output","Package":"parley/a","Test":"TestRed","Output":"it broke\n"}
{"Time":"2026-03-01T10:00:01Z","Action":"fail","Package":"parley/a","Test":"TestRed"}
{"Time":"2026-03-01T10:00:01Z","Action":"output","Package":"parley/a","Output":"FAIL\tparley/a\n"}
{"Time":"2026-03-01T10:00:01Z","Action":"fail","Package":"parley/a"}
`
	after = head +
		"| kept | [TestKept](../a/a_test.go) | 2 | fine | then |\n" +
		"| new / good | [TestNew/one](../a/a_test.go) | 7 times | 0 lost | 2026-03-01, abc, 2 cores |\n" +
		"| red | [TestRed](../a/a_test.go) | 3 | **failed** in the last run | then |\n"
)

func TestKeep(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("a", 0o700); err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{
		"doc.md":                          before,
		filepath.Join("a", "a_test.go"):   "package a\n\nfunc TestKept(t *testing.T) {}\n\nfunc TestNew(t *testing.T) {}\n\nfunc TestRed(t *testing.T) {}\n",
		filepath.Join("a", "b_test.go"):   "package a\n",
		filepath.Join("a", "notatest.go"): "package a\n\nfunc TestGone(t *testing.T) {}\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	err := keep(strings.NewReader(sample), &out, "doc.md", "abc, 2 cores")
	if err == nil || err.Error() != "1 tests failed" {
		t.Errorf("got %v", err)
	}
	got, err := os.ReadFile("doc.md")
	if err != nil || string(got) != after {
		t.Errorf("%v, the document is\n%s", err, got)
	}
	said := out.String()
	if !strings.Contains(said, "it broke") || !strings.Contains(said, "does not compile") || strings.Contains(said, "chatter") {
		t.Errorf("it said\n%s", said)
	}
}
