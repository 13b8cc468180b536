package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// evidence keeps a screenshot of a tab whose test has failed: in the test's
// artifacts when they are kept (-artifacts), else among the temporary files.
func (p *tab) evidence() {
	dir := os.TempDir()
	if kept := flag.Lookup("test.artifacts"); kept != nil && kept.Value.String() == "true" {
		dir = p.t.ArtifactDir()
	}
	name := strings.NewReplacer("/", "-", " ", "-").Replace(p.t.Name() + "-" + p.name)
	path := filepath.Join(dir, name+".png")
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(path, png, 0o600)
	}
	if err != nil {
		p.t.Logf("%s: no screenshot: %v", p.name, err)
		return
	}
	p.t.Logf("%s saw %s at last", p.name, path)
}

// picturing reports whether the README's pictures are to be taken anew.
func picturing() bool { return os.Getenv("PARLEY_PICTURES") != "" }

// picture takes one of the README's pictures, when they are wanted.
func (p *tab) picture(name string, s screen, dark bool) {
	p.t.Helper()
	if !picturing() {
		return
	}
	before := p.screen
	p.look(s, dark)
	p.still()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
	dir := filepath.Join("..", "..", "docs", "pictures")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
	p.look(before, false)
}
