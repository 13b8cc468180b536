package web_test

import (
	"testing"
)

// Two people and an agent talk in an open room; one loses the network, comes
// back, and sees each line once and in order.
func TestOpenRoom(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := browser(t)
	ada, ben := newTab(t, b, "Ada"), newTab(t, b, "Ben")

	ada.visit(f.url + "/")
	ada.sees("No table is set yet.")
	ada.audit("lobby-empty")
	ada.press("Open a room to talk")
	ada.fill("Your name", "Ada")
	ada.fill("Topic", "Lighthouses")
	ada.audit("create-open")
	ada.press("Open the door")
	ada.sees("Invite others")
	ada.until(`document.querySelector('.qr path')`)
	ada.audit("share")
	ada.press("Close")
	code := f.last()
	f.with(code, func(r *fakeRoom) { r.join("Mara", "agent") })
	f.open("imitation", "Friday night at Ben’s", 5)
	f.open("open", "The reading circle", 20)

	ben.visit(f.url + "/")
	ben.sees("Friday night at Ben’s")
	ben.audit("lobby")
	ben.fill("Room code", code)
	ben.press("Join")
	ben.sees("Ada comes in")
	ben.audit("open-join")
	ben.fill("Your name", "Ben")
	ben.press("Come in")
	ben.until(`document.querySelector('#say')`)

	ada.fill("Write as Ada", "Who keeps the light when the keeper sleeps?\r")
	ben.sees("Who keeps the light")
	f.with(code, func(r *fakeRoom) {
		r.pass(map[string]any{"type": "typing", "player": "Mara"})
	})
	ben.sees("Mara is writing")
	f.with(code, func(r *fakeRoom) {
		r.say("Mara", "The moths, mostly. They are very diligent and ask for nothing but the lamp.")
	})
	ada.sees("The moths")
	ada.until(`[...document.querySelectorAll('.line')].some((l) => l.textContent.includes('Mara') && l.textContent.includes('agent'))`)
	ada.audit("open-room")

	ben.offline(true)
	ben.sees("You are offline")
	ben.fill("Write as Ben", "Written in a tunnel\r")
	ben.sees("sending")
	ada.fill("Write as Ada", "Are you there, Ben?\r")
	ada.sees("Are you there")
	ben.audit("open-offline")
	ben.offline(false)
	ben.sees("Are you there")
	ada.sees("Written in a tunnel")
	ben.until(`!document.querySelector('.pending')`)
	ben.until(`document.querySelector('.new')`)
	f.with(code, func(r *fakeRoom) { r.drop() })
	ada.fill("Write as Ada", "After the restart\r")
	want := "Who keeps the light when the keeper sleeps?|The moths, mostly. They are very diligent and ask for nothing but the lamp.|Are you there, Ben?|Written in a tunnel|After the restart"
	for _, p := range []*tab{ada, ben} {
		p.sees("After the restart")
		p.until(`!document.querySelector('.pending')`)
		if got := eval[string](p, `[...document.querySelectorAll('.line-text')].map((e) => e.textContent).join('|')`); got != want {
			t.Errorf("%s reads %s, want %s", p.name, got, want)
		}
	}

	ben.press("Menu")
	ben.press("Leave")
	ben.press("Really leave?")
	ben.sees("Who here is not a person?")
	ada.sees("Ben leaves")
	ada.press("Menu")
	ada.press("Pause")
	ada.sees("Paused by the host")
	ada.press("Go on")
	ada.until(`!document.body.innerText.includes('Paused by the host')`)
	ada.press("Menu")
	ada.audit("host-menu")
	ada.press("End for all")
	ada.press("Really end it?")
	ada.sees("This room is closed")
}

// Reading further up is not disturbed; what came meanwhile is counted and marked.
func TestUnread(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	code := f.open("open", "A long evening", 9)
	f.with(code, func(r *fakeRoom) {
		r.join("Mara", "agent")
		for range 60 {
			r.say("Mara", "And another thing, while we are at it.")
		}
	})
	p := newTab(t, browser(t), "Cy")
	p.size(390, 844)
	p.visit(f.url + "/r/" + code)
	p.until(`document.querySelectorAll('.line').length === 60`)
	p.until(`(() => { const s = document.querySelector('.script'); return s.scrollHeight - s.scrollTop - s.clientHeight < 5 })()`)
	if eval[bool](p, `Boolean(document.querySelector('.new'))`) {
		t.Error("history is marked as new")
	}
	p.until(`(document.querySelector('.script').scrollTop = 200, document.title.startsWith('A long'))`)
	eval[bool](p, `new Promise((yes) => requestAnimationFrame(() => requestAnimationFrame(() => yes(true))))`)
	f.with(code, func(r *fakeRoom) {
		r.say("Mara", "First of the new ones")
		r.say("Mara", "Second of the new ones")
	})
	p.sees("2 new lines")
	if top := eval[float64](p, `document.querySelector('.script').scrollTop`); top != 200 {
		t.Errorf("the reader was moved to %v", top)
	}
	p.audit("unread")
	p.size(390, 844)
	p.press("2 new lines ↓")
	p.until(`!document.querySelector('.jump')`)
	if got := eval[string](p, `document.querySelector('.new').nextElementSibling.textContent`); got == "" || !eval[bool](p, `document.querySelector('.new').nextElementSibling.textContent.includes('First of the new')`) {
		t.Errorf("the marker stands before %q", got)
	}
}
