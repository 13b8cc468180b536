package web_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A whole game, from the form to the next table.
func TestGame(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := browser(t)
	host, guest, wall := newTab(t, b, "host"), newTab(t, b, "guest"), newTab(t, b, "wall")

	host.visit(f.url + "/?new=game")
	host.audit("create-game")
	host.fill("Topic", "Promises")
	host.press("Open the door")
	host.sees("You will be Player 2")
	host.sees("1 of 3 seats taken")
	host.until(`document.querySelector('.qr path')`)
	code := f.last()

	wall.visit(f.url + "/watch/" + code)
	wall.until(`document.querySelector('.qr path')`)
	wall.audit("watch-waiting")
	guest.visit(f.url + "/r/" + code)
	guest.audit("invited")
	guest.press("Take a seat")
	guest.sees("You will be Player 5")
	guest.until(`document.activeElement.textContent === 'You will be Player 5'`)
	host.sees("2 of 3 seats taken")
	host.audit("waiting")

	host.press("Start now")
	for _, p := range []*tab{host, guest, wall} {
		p.sees("Is a promise made to a machine a promise?")
	}
	f.with(code, func(r *fakeRoom) {
		r.say("Player 9", "depends who is listening, honestly")
		r.say("Player 3", "I promised my toaster I would clean it. I feel nothing. Well, a little.")
		r.say("Player 6", "A promise binds the one who makes it, so yes.")
	})
	guest.fill("Write as Player 5", "I keep them to my plants, and they never thanked me either\r")
	host.sees("never thanked me")
	f.with(code, func(r *fakeRoom) { r.pass(map[string]any{"type": "typing", "player": "Player 6"}) })
	guest.sees("Player 6 is writing")
	guest.audit("discussion")
	wall.audit("watch-discussion")
	host.press("Menu")
	host.audit("host-menu-game")
	host.press("Pause")
	host.sees("Paused by the host")
	host.press("Go on")
	host.until(`!document.body.innerText.includes('Paused by the host')`)
	guest.visit(f.url + "/r/" + code)
	guest.sees("never thanked me")

	f.with(code, func(r *fakeRoom) { r.enter("voting", 1, time.Minute) })
	guest.sees("Choose one")
	guest.audit("voting")
	vote(t, guest, "Player 6")
	guest.sees("Your vote for Player 6 is sealed")
	guest.sees("1 of 5 have voted")
	guest.audit("voted")
	guest.visit(f.url + "/r/" + code)
	guest.sees("Your vote is sealed")
	vote(t, host, "Player 9")
	wall.sees("2 of 5 have voted")
	wall.audit("watch-voting")

	f.with(code, func(r *fakeRoom) {
		r.append(map[string]any{
			"type": "result", "round": 1, "suspect": "Player 6", "suspect_role": "agent", "winner": "people", "game_winner": "people",
			"votes": map[string]string{"Player 2": "Player 9", "Player 5": "Player 6", "Player 3": "Player 6", "Player 6": "Player 2", "Player 9": "Player 6"},
			"tally": map[string]int{"Player 6": 3, "Player 9": 1, "Player 2": 1},
		})
		r.enter("reveal", 1, time.Minute)
		r.append(map[string]any{"type": "roles", "roles": map[string]string{"Player 2": "person", "Player 5": "person", "Player 3": "agent", "Player 6": "agent", "Player 9": "agent"}})
	})
	for _, p := range []*tab{host, guest, wall} {
		p.sees("The people win")
		p.sees("Player 6 was accused with 3 of 5 votes, and is an agent.")
	}
	guest.sees("suspected Player 6: right")
	guest.until(`document.querySelector('.threads desc').textContent.includes('Player 5 voted for Player 6.')`)
	guest.audit("reveal")
	wall.audit("watch-reveal")
	eval[bool](guest, `(document.querySelector('#votes').scrollIntoView(), true)`)
	guest.picture("reveal-votes-desk")
	guest.size(390, 844)
	eval[bool](guest, `(document.querySelector('#votes').scrollIntoView(), true)`)
	guest.picture("reveal-votes-phone")
	f.with(code, func(r *fakeRoom) { r.enter("closed", 1, 0) })

	host.press("Play again")
	host.sees("You will be Player 2")
	if next := f.last(); next == code {
		t.Error("no new room was made")
	}
	guest.press("The next table is set: sit down")
	guest.sees("You will be Player 5")
	guest.until(`location.search === ''`)
	wall.until(`location.pathname === '/watch/` + f.last() + `'`)
	wall.sees("2 of 3 seats taken")
}

// vote chooses by keyboard alone and seals.
func vote(t *testing.T, p *tab, name string) {
	t.Helper()
	p.until(`document.querySelector('input[name=suspect]')`)
	p.do(chromedp.Focus(chromedp.CSS(`input[name=suspect][value="`+name+`"]`)), chromedp.KeyEvent(" "))
	p.sees("Vote for " + name)
	p.press("Vote for " + name)
}

// One press from the lobby to a game of several rounds, on a phone, in German.
func TestPlayNow(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := newTab(t, browser(t), "solo")
	p.size(390, 844)
	p.visit(f.url + "/")
	p.press("Settings")
	p.press("Deutsch")
	p.sees("Einstellungen")
	p.audit("settings")
	p.size(390, 844)
	p.press("Schließen")
	p.press("Jetzt spielen")
	p.sees("1 von 1 Plätzen besetzt")
	f.with(f.last(), func(r *fakeRoom) {
		if r.language != "de" {
			t.Errorf("the room was made in %q", r.language)
		}
		r.begin("Was ist ein Zuhause?", "Player 3", "Player 6", "Player 9", "Player 10")
		r.append(map[string]any{"type": "result", "round": 1, "suspect": "Player 3", "suspect_role": "agent", "winner": "people", "votes": map[string]string{"Player 2": "Player 3"}, "tally": map[string]int{"Player 3": 1}})
		r.enter("discussion", 2, 40*time.Second)
	})
	p.sees("Runde 1 geht an die Menschen")
	p.sees("Runde 2: Das Gespräch geht weiter")
	p.audit("second-round")
	if lang := eval[string](p, `document.documentElement.lang`); lang != "de" {
		t.Errorf("lang is %q", lang)
	}
}

// Twelve at the table: on the smallest phone, and on one held on its side, the
// seal can be pressed and nothing lies over it.
func TestLargeCompany(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := newTab(t, browser(t), "crowded")
	code := f.open("imitation", "A title that is rather long for a phone", 3)
	p.visit(f.url + "/r/" + code)
	p.press("Take a seat")
	p.sees("You will be Player 2")
	p.dark(false)
	f.with(code, func(r *fakeRoom) {
		r.begin("If you could move one public holiday to another season, which one would it be, and who would be angriest about it?",
			"Player 1", "Player 3", "Player 4", "Player 6", "Player 7", "Player 8", "Player 9", "Player 10", "Player 11", "Player 12", "Player 13")
		r.say("Player 3", "A line to be seen.")
	})
	p.sees("A line to be seen.")
	f.with(code, func(r *fakeRoom) { r.enter("voting", 1, time.Minute) })
	p.until(`document.querySelectorAll('input[name=suspect]').length === 11`)
	for _, size := range [][2]int64{{360, 640}, {844, 390}, {1280, 800}} {
		p.size(size[0], size[1])
		p.fits("large company")
		p.until(`(() => { const b = document.querySelector('.ballot-foot button'); if (innerHeight < 480) b.scrollIntoView({ block: 'nearest' });
			const r = b.getBoundingClientRect(); return [.1, .3, .5, .7, .9].every((part) => b === document.elementFromPoint(r.x + r.width * part, r.y + r.height / 2)) })()`)
	}
	vote(t, p, "Player 13")
	p.sees("Your vote for Player 13 is sealed")
}
