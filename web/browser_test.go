package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long anything may take before the test fails: long, because
// machines that test are busy; nothing waits it out.
const patience = 2 * time.Minute

// chromium is a running browser.
type chromium struct {
	ctx context.Context
}

// browser starts a Chromium of its own for one test.
func browser(t *testing.T) *chromium {
	t.Helper()
	if testing.Short() {
		t.Skip("the browser takes its time")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "" {
			t.Skip("no chromium here: the page is not tested")
		}
		t.Fatal("no chromium, and CI wants the page tested")
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "en-GB"),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("disable-background-timer-throttling", true), chromedp.Flag("disable-backgrounding-occluded-windows", true))
	ctx, end := chromedp.NewContext(alloc)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx)
		end()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return &chromium{ctx}
}

// tab is one person's browser: cookies and storage of its own, and a console
// that has to stay empty.
type tab struct {
	t     *testing.T
	ctx   context.Context
	name  string
	mu    sync.Mutex
	heard []string
	allow string // part of console entries that a test provokes
}

func newTab(t *testing.T, b *chromium, name string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	p := &tab{t: t, ctx: ctx, name: name}
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			p.mu.Lock()
			p.heard = append(p.heard, m.String()+" "+m.URL)
			p.mu.Unlock()
		}
	}()
	p.size(1280, 800)
	t.Cleanup(func() {
		if t.Failed() {
			p.picture("failed-" + p.name)
		}
		p.quiet()
		cancel()
	})
	return p
}

// quiet fails the test when the console has said anything.
func (p *tab) quiet() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, entry := range p.heard {
		if p.allow == "" || !strings.Contains(entry, p.allow) {
			p.t.Errorf("%s's console: %s", p.name, entry)
		}
	}
	p.heard = nil
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
}

func (p *tab) size(width, height int64) {
	p.t.Helper()
	p.do(chromedp.EmulateViewport(width, height))
}

func (p *tab) visit(url string) {
	p.t.Helper()
	p.do(chromedp.Navigate(url))
}

// eval returns what a JavaScript expression or promise comes to.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %s: %v", p.name, clip(expression), err)
	}
	return v
}

func clip(s string) string {
	return s[:min(len(s), 300)]
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// until waits for a JavaScript condition to hold.
func (p *tab) until(condition string) {
	p.t.Helper()
	const wait = `new Promise((yes) => { const end = Date.now() + 12000;
		const look = () => { let ok = false; try { ok = Boolean(%s) } catch {} ; if (ok) yes(true); else if (Date.now() > end) yes(false); else setTimeout(look, 20); }; look(); })`
	if !eval[bool](p, fmt.Sprintf(wait, condition)) {
		p.t.Fatalf("%s waited in vain for %s; sees:\n%s", p.name, condition, eval[string](p, "document.body.innerText"))
	}
}

// sees waits for a text to be on the page.
func (p *tab) sees(text string) {
	p.t.Helper()
	p.until("document.body.innerText.includes(" + quote(text) + ")")
}

// find is a JavaScript expression for what can be pressed and has this name.
func find(name string) string {
	return `[...document.querySelectorAll('dialog[open] button, dialog[open] a, dialog[open] summary, dialog[open] input, button, a, summary, label, input')].find((el) =>
		el.checkVisibility() && !el.disabled && (el.getAttribute('aria-label') ?? el.textContent).trim() === ` + quote(name) + `)`
}

// press activates the button, link or choice of this name.
func (p *tab) press(name string) {
	p.t.Helper()
	p.until(find(name))
	eval[bool](p, find(name)+`.click() ?? true`)
}

// fill types into the field of this label.
func (p *tab) fill(label, text string) {
	p.t.Helper()
	field := `[...document.querySelectorAll('label')].find((l) => l.textContent.trim() === ` + quote(label) + ` && l.htmlFor)`
	p.until(field)
	p.do(chromedp.Focus(chromedp.JSPath(`document.getElementById(` + field + `.htmlFor)`)))
	eval[bool](p, `(document.activeElement.select?.(), true)`)
	p.do(chromedp.KeyEvent(text))
}

// dark sets what the device prefers.
func (p *tab) dark(on bool) {
	p.t.Helper()
	value := "light"
	if on {
		value = "dark"
	}
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: value}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, params); err != nil {
		p.t.Fatal(err)
	}
}

// offline takes the network away from the tab, or gives it back.
func (p *tab) offline(on bool) {
	p.t.Helper()
	params := network.OverrideNetworkStateParams{Offline: on, DownloadThroughput: -1, UploadThroughput: -1}
	if _, err := chromedp.Call(p.ctx, network.OverrideNetworkState, params); err != nil {
		p.t.Fatal(err)
	}
}

// picture keeps a screenshot in the directory that PARLEY_SHOTS names.
func (p *tab) picture(name string) {
	dir := os.Getenv("PARLEY_SHOTS")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Logf("screenshot: %v", err)
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		p.t.Logf("screenshot: %v", err)
	}
}

// nothing runs a script and drops what it comes to.
func nothing(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script)
}
