package web_test

import (
	"strings"
	"testing"
	"time"
)

// Refusals are said in words near the field, never as the server put them.
func TestProblems(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := newTab(t, browser(t), "knocker")
	p.allow = "Failed to load resource"

	p.visit(f.url + "/")
	p.fill("Room code", "nope")
	p.press("Join")
	p.sees("A code has six letters and digits")
	p.visit(f.url + "/r/ZZZZZZ")
	p.sees("There is no room at this address")
	p.audit("lost")
	p.visit(f.url + "/r/not-a-code")
	p.sees("Nobody here.")

	locked := f.open("open", "Behind the door", 5)
	f.with(locked, func(r *fakeRoom) {
		r.password = "sesame"
		r.join("Ada", "person")
	})
	p.visit(f.url + "/r/" + locked)
	p.sees("Knock, knock.")
	p.fill("Password", "guess")
	p.press("Come in")
	p.sees("That is not the password")
	p.audit("locked")
	p.fill("Password", "sesame")
	p.press("Come in")
	p.until(`document.getElementById('join-name')`)
	p.fill("Your name", "Ada")
	p.press("Come in")
	p.sees("That name is taken in this room")
	p.fill("Your name", "Bea")
	p.press("Come in")
	p.sees("Ada comes in")
	p.until(`document.querySelector('#say')`)
	f.with(locked, func(r *fakeRoom) {
		r.seated[1].present = false
		r.append(map[string]any{"type": "left", "player": "Bea"})
	})
	p.sees("You are no longer in this room")

	small := f.open("open", "A small room", 1)
	f.with(small, func(r *fakeRoom) { r.join("Ada", "person") })
	p.visit(f.url + "/r/" + small)
	p.fill("Your name", "Bea")
	p.press("Come in")
	p.sees("All seats are taken")

	p.visit(f.url + "/?new=game")
	p.fill("Topic", "refused")
	p.press("Open the door")
	p.until(`document.querySelector('#topic[aria-invalid=true] ~ .problem').textContent.startsWith('A topic has at most')`)

	full := f.open("imitation", "A full table", 1)
	f.with(full, func(r *fakeRoom) { r.people = 1 })
	p.visit(f.url + "/r/" + full)
	p.press("Take a seat")
	p.sees("All seats are taken")
	if text := eval[string](p, "document.body.innerText"); strings.Contains(text, "raw detail") {
		t.Errorf("the server's words are shown: %s", text)
	}
}

// Whoever sat at a locked table sits down at the next one by one press: the
// password is the same, and is not asked for again.
func TestNextLockedTable(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := newTab(t, browser(t), "regular")
	p.allow = "Failed to load resource"
	var tables [2]string
	for i := range tables {
		tables[i] = f.open("imitation", "The back room", 3)
		f.with(tables[i], func(r *fakeRoom) { r.password = "sesame" })
	}
	p.visit(f.url + "/r/" + tables[0])
	p.fill("Password", "sesame")
	p.press("Come in")
	p.sees("You will be Player 2")
	f.with(tables[0], func(r *fakeRoom) {
		r.begin("Doors", "Player 3")
		r.enter("reveal", 1, time.Minute)
		r.append(map[string]any{"type": "roles", "roles": map[string]string{"Player 2": "person", "Player 3": "agent"}})
		r.enter("closed", 1, 0)
	})
	p.sees("you can sit down here")
	f.with(tables[0], func(r *fakeRoom) { r.next = tables[1] })
	p.press("The next table is set: sit down")
	p.sees("You will be Player 2")
	p.until(`location.pathname + location.search === '/r/` + tables[1] + `'`)
	f.with(tables[1], func(r *fakeRoom) {
		if r.people != 1 {
			t.Errorf("%d people sit at the next table", r.people)
		}
	})
}

// Who takes the last seat while the page still reads what was said has it: the
// game begins at once, and no later look would tell.
func TestLastSeatWhileThePageLoads(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := newTab(t, browser(t), "last")
	code := f.open("imitation", "The quick table", 1)
	f.with(code, func(r *fakeRoom) { r.late = true })
	p.visit(f.url + "/r/" + code + "?sit")
	p.until(`document.querySelector('textarea, input[type=text]')?.labels[0]?.textContent === 'Write as Player 2'`)
}

// A line that comes after the bell is not lost: it can be sent again or dropped.
func TestRefusedLine(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := newTab(t, browser(t), "late")
	p.allow = "Failed to load resource"
	p.visit(f.url + "/?new=open")
	p.fill("Your name", "Late")
	p.press("Open the door")
	p.press("Close")
	f.with(f.last(), func(r *fakeRoom) { r.phase = "reveal" })
	p.fill("Write as Late", "Wait for me\r")
	p.sees("Too late: nobody may speak just now.")
	p.audit("refused-line")
	f.with(f.last(), func(r *fakeRoom) { r.phase = "open" })
	p.press("Send again")
	p.until(`!document.querySelector('.pending') && document.querySelector('.lines').textContent.includes('Wait for me')`)
}

// The acknowledgement of a line is lost with the connection, or the connection
// dies without a word: the line is sent again under its client_id, and stands
// there once.
func TestLostAck(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	b := browser(t)
	for _, how := range []string{"cut", "hang"} {
		p := newTab(t, b, how)
		p.visit(f.url + "/?new=open")
		p.fill("Your name", "Una")
		p.press("Open the door")
		p.press("Close")
		code := f.last()
		f.with(code, func(r *fakeRoom) { r.deaf = how })
		p.fill("Write as Una", "Only once\r")
		p.until(`document.querySelector('.lines').textContent.includes('Only once')`)
		p.until(`!document.querySelector('.pending') && !sessionStorage.getItem('parley.outbox.` + code + `')`)
		f.with(code, func(r *fakeRoom) {
			if r.taken < 2 {
				t.Errorf("%s: the line was sent %d times, want it again after the loss", how, r.taken)
			}
			if n := len(r.events); n != 3 {
				t.Errorf("%s: %d events, want the room, Una and her line", how, n)
			}
		})
	}
}

// Where no WebSocket gets through, the page polls, and writes by requests.
func TestPolling(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.mute = true
	p := newTab(t, browser(t), "behind a proxy")
	p.allow = "WebSocket"
	code := f.open("open", "Long way", 5)
	p.visit(f.url + "/r/" + code)
	p.fill("Your name", "Pia")
	p.press("Come in")
	f.with(code, func(r *fakeRoom) { r.join("Mara", "agent") })
	p.sees("Mara comes in")
	p.fill("Write as Pia", "Smoke signals\r")
	p.until(`!document.querySelector('.pending') && document.querySelector('.lines').textContent.includes('Smoke signals')`)
	f.with(code, func(r *fakeRoom) { r.say("Mara", "Received.") })
	p.sees("Received.")
	f.with(code, func(r *fakeRoom) { r.enter("closed", 0, 0) })
	p.sees("This room is closed")
}

// A number that is missing is fetched.
func TestGap(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := newTab(t, browser(t), "attentive")
	code := f.open("open", "Holes", 5)
	p.visit(f.url + "/r/" + code)
	p.until(`document.querySelector('.lines[aria-live=polite]')`)
	f.with(code, func(r *fakeRoom) {
		r.skip = 2
		r.say("Mara", "one")
		r.say("Mara", "two")
		r.say("Mara", "three")
	})
	p.until(`[...document.querySelectorAll('.line-text')].map((e) => e.textContent).join() === 'one,two,three'`)
}
