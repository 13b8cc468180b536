package main

import (
	"os"
	"path/filepath"

	"github.com/chromedp/chromedp"
)

var (
	phone   = screen{width: 390, height: 844, touch: true}
	narrow  = screen{width: 360, height: 640, touch: true}
	desktop = screen{width: 1280, height: 800}
)

// audit looks for barriers with axe-core, by day and by night, on a phone and
// on a desktop or on the screens named, and for anything that sticks out of the
// screen.
func (p *tab) audit(where string, on ...screen) {
	p.t.Helper()
	if on == nil {
		on = []screen{phone, desktop}
	}
	axe, err := os.ReadFile(filepath.Join("..", "..", "web", "testdata", "axe", "axe.min.js"))
	if err != nil {
		p.t.Fatal(err)
	}
	p.do(chromedp.Evaluate[chromedp.Void](string(axe)))
	before := p.screen
	for _, s := range on {
		s.touch = before.touch // the page is not loaded anew
		for _, dark := range []bool{false, true} {
			p.look(s, dark)
			p.still()
			found := eval[[]string](p, `axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations
				.filter((v) => v.impact === 'serious' || v.impact === 'critical')
				.map((v) => v.id + ': ' + v.help + ': ' + v.nodes.map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | ')))`)
			for _, barrier := range found {
				p.t.Errorf("%s, %d px, dark %t: %s", where, s.width, dark, barrier)
			}
		}
		if over := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			p.t.Errorf("%s: %d px wider than a screen of %d px", where, over, s.width)
		}
	}
	p.look(before, false)
}

// still waits until the page has taken on what look has set: colours change
// over a moment even where motion is reduced.
func (p *tab) still() {
	p.t.Helper()
	eval[bool](p, `document.fonts.ready.then(() => new Promise((yes) => {
		const look = () => requestAnimationFrame(() => requestAnimationFrame(() =>
			document.getAnimations().some((a) => a.playState === 'running' && a.effect.getTiming().iterations !== Infinity) ? look() : yes(true)));
		look();
	}))`)
}
