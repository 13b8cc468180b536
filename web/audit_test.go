package web_test

import (
	"os"
	"strings"
)

// audit looks for barriers with axe-core, by day and by night, and takes the
// screen's pictures at phone and desktop size.
func (p *tab) audit(screen string) {
	p.t.Helper()
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		p.t.Fatal(err)
	}
	for _, night := range []bool{false, true} {
		scheme := map[bool]string{false: "day", true: "night"}[night]
		p.dark(night)
		p.still()
		p.do(nothing(string(axe)))
		found := eval[[]string](p, `axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations
			.filter((v) => v.impact === 'serious' || v.impact === 'critical')
			.map((v) => v.id + ': ' + v.help + ': ' + v.nodes.map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | ')))`)
		for _, barrier := range found {
			p.t.Errorf("%s, %s: %s", screen, scheme, barrier)
		}
		p.size(390, 844)
		p.still()
		p.picture(screen + "-phone-" + scheme)
		p.size(1280, 800)
		p.still()
		p.picture(screen + "-desk-" + scheme)
	}
	p.dark(false)
	for _, size := range [][2]int64{{360, 640}, {390, 844}, {640, 400}, {1280, 800}} { // the third is a desktop page at twice its size
		p.size(size[0], size[1])
		p.fits(screen)
	}
}

// fits fails when the page is wider than the screen, or a control is too small
// for a thumb.
func (p *tab) fits(screen string) {
	p.t.Helper()
	p.still()
	if over := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		wide := eval[[]string](p, `[...document.querySelectorAll('body *')].filter((el) => el.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map((el) => el.tagName + '.' + (el.className.baseVal ?? el.className))`)
		p.t.Errorf("%s: %d px wider than the screen: %s", screen, over, strings.Join(wide, ", "))
	}
	small := eval[[]string](p, `[...document.querySelectorAll('button, a.button, summary, .choice-item, .switch')].filter((el) => el.checkVisibility())
		.filter((el) => { const b = el.getBoundingClientRect(); return b.width > 0 && (b.height < 43.5 || b.width < 43.5) }).map((el) => el.textContent.trim() + ' ' + el.getBoundingClientRect().height)`)
	if len(small) > 0 {
		p.t.Errorf("%s: smaller than a thumb: %s", screen, strings.Join(small, ", "))
	}
}

// still waits for whatever moves to have moved.
func (p *tab) still() {
	p.t.Helper()
	p.until(`document.getAnimations().every((a) => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)`)
}
