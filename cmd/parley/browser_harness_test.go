package main

import (
	"context"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long a person waits for anything before the test fails. It
// is long because machines that test are busy; nothing waits it out.
const patience = 2 * time.Minute

// chromium starts a browser of its own for one test.
func chromium(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("the browser takes its time")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "" {
			t.Skip("there is no chromium here, and CI is not set: the page is not tested")
		}
		t.Fatal("CI wants the page tested, and there is no chromium")
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), // a test's own context ends before its cleanups
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("lang", "en-GB"), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
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
	return ctx
}

// screen is the device somebody holds.
type screen struct {
	width, height int64
	touch         bool
}

// tab is one person's browser: cookies and storage of its own, and a console
// that has to stay empty to the end of the test.
type tab struct {
	t      *testing.T
	ctx    context.Context
	name   string
	screen screen

	mu        sync.Mutex
	heard     []string
	ended     chan struct{} // closed when the console has said that it ends
	tolerated []*regexp.Regexp
}

// enter gives a person a browser context and a device.
func enter(t *testing.T, browser context.Context, name string, s screen) *tab { //nolint:revive // the test comes first, as everywhere
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	p := &tab{t: t, ctx: ctx, name: name, ended: make(chan struct{})}
	messages := chromedp.Console(ctx) // listens from here on
	go p.listen(messages)
	p.look(s, false)   //nolint:contextcheck // a tab carries its own
	t.Cleanup(func() { //nolint:contextcheck // as above
		p.quiet()
		if t.Failed() {
			p.evidence()
		}
		cancel()
	})
	return p
}

// lastWord is what a test writes to the console to know that it heard all.
const lastWord = "the test ends here"

// listen keeps what the console says: messages of the page, exceptions nobody
// caught, and what the browser reports, failed loads among it.
func (p *tab) listen(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range messages {
		if err != nil {
			return
		}
		if m.Text == lastWord {
			close(p.ended)
			return
		}
		p.mu.Lock()
		p.heard = append(p.heard, fmt.Sprintf("%s (%s)", m, m.URL))
		p.mu.Unlock()
	}
}

// tolerate lets console entries pass that a step of the test itself causes.
func (p *tab) tolerate(pattern string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tolerated = append(p.tolerated, regexp.MustCompile(pattern))
}

// quiet fails the test for everything the console has said.
func (p *tab) quiet() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void]("console.debug('"+lastWord+"')")); err != nil {
		p.t.Errorf("%s: ask the console for its last word: %v", p.name, err)
		return
	}
	select {
	case <-p.ended:
	case <-ctx.Done():
		p.t.Errorf("%s: the console did not come to its end", p.name)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, entry := range p.heard {
		if !p.expected(entry) {
			p.t.Errorf("%s's console: %s", p.name, entry)
		}
	}
}

func (p *tab) expected(entry string) bool {
	for _, pattern := range p.tolerated {
		if pattern.MatchString(entry) {
			return true
		}
	}
	return false
}

// look sets the device's screen and whether it prefers the dark. Nothing moves
// on it, so that what is pressed stays where it is.
func (p *tab) look(s screen, dark bool) {
	p.t.Helper()
	var with []chromedp.EmulateViewportOption
	if s.touch {
		with = append(with, chromedp.EmulatePortrait, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	scheme := map[bool]string{false: "light", true: "dark"}[dark]
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}
	p.do(chromedp.EmulateViewport(s.width, s.height, with...), send(emulation.SetEmulatedMedia, media),
		send(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})) // people do not share a screen
	p.screen = s
}

// offline takes the network away from the tab. The page then reports loads and
// sockets that failed for this one reason, and only this is tolerated.
func (p *tab) offline() {
	p.t.Helper()
	p.tolerate(`net::ERR_INTERNET_DISCONNECTED`)
	p.network(true)
}

// online gives the network back.
func (p *tab) online() {
	p.t.Helper()
	p.network(false)
}

func (p *tab) network(off bool) {
	p.t.Helper()
	var rules []*network.Conditions
	if off {
		rules = []*network.Conditions{{Offline: true, DownloadThroughput: -1, UploadThroughput: -1}}
	}
	p.do(
		send(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: rules}),
		send(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}))
}

func (p *tab) visit(url string) {
	p.t.Helper()
	p.do(chromedp.Navigate(url))
}

func (p *tab) reload() {
	p.t.Helper()
	p.do(chromedp.Reload())
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
}

// until looks again and again, and fails the test when it has not seen what it
// wants in time. An error counts as not yet, since pages come and go.
func (p *tab) until(what string, seen func(context.Context) (bool, error)) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	again := time.NewTicker(40 * time.Millisecond)
	defer again.Stop()
	for {
		ok, err := seen(ctx)
		if ok && err == nil {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			p.t.Fatalf("%s waited in vain %s (last error: %v); the page says:\n%s", p.name, what, err, p.text())
		}
	}
}
