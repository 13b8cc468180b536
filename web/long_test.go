package web_test

import (
	"fmt"
	"math"
	"testing"
)

// A room of a thousand lines: the last ones are drawn, earlier ones come on
// request without moving what is read, and a new line draws itself alone.
func TestLongRoom(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	code := f.open("open", "A very long evening", 9)
	f.with(code, func(r *fakeRoom) {
		r.join("Mara", "agent")
		r.join("Ida", "agent")
		for i := range 1000 {
			r.say([]string{"Mara", "Ida"}[i%2], fmt.Sprintf("Line %d of many.", i))
		}
	})
	p := newTab(t, browser(t), "patient")
	p.size(390, 844)
	p.visit(f.url + "/r/" + code)
	p.until(`document.querySelectorAll('.line').length === 200`)

	const place = `[...document.querySelectorAll('.line')].find((l) => l.textContent.includes('Line 800 of')).getBoundingClientRect().top`
	p.until(`(document.querySelector('.script').scrollTop = 0, document.querySelector('.script').scrollTop === 0)`)
	p.still()
	before := eval[float64](p, place)
	eval[bool](p, `(new MutationObserver((_, watch) => { window.aloud = document.querySelector('.lines').ariaLive; watch.disconnect() })
		.observe(document.querySelector('.lines'), { childList: true }), true)`)
	p.press("Show earlier lines")
	p.until(`document.querySelectorAll('.line').length === 400`)
	p.still()
	if after := eval[float64](p, place); math.Abs(after-before) > 1 {
		t.Errorf("what is read was %v from the top, and is %v", before, after)
	}

	if aloud := eval[string](p, "window.aloud"); aloud != "off" {
		t.Errorf("earlier lines come in %s", aloud)
	}
	p.until(`document.querySelector('.lines').ariaLive === 'polite'`)

	// Each line of another speaker shows its time: who draws it asks for that.
	eval[bool](p, `(() => { const all = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format');
		window.drawn = 0;
		Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', { get() { window.drawn++; return all.get.call(this); } }); return true })()`)
	for i := range 3 {
		f.with(code, func(r *fakeRoom) { r.say([]string{"Mara", "Ida"}[i%2], fmt.Sprintf("New line %d.", i)) })
		p.until(fmt.Sprintf(`document.querySelector('.lines').lastElementChild.textContent.includes('New line %d.')`, i))
	}
	f.with(code, func(r *fakeRoom) { r.pass(map[string]any{"type": "typing", "player": "Mara"}) })
	p.sees("Mara is writing")
	if drawn := eval[int](p, "window.drawn"); drawn != 3 {
		t.Errorf("three new lines drew %d", drawn)
	}
	if lines := eval[int](p, `document.querySelectorAll('.line').length`); lines != 403 {
		t.Errorf("%d lines are drawn for whoever reads further up, want 403", lines)
	}
}
