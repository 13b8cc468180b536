package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"parley/client"
)

// stop is where the focus is: what a screen reader says of it, and whether
// eyes can find it.
type stop struct {
	Role, Name string
	Seen       bool
}

// nowhere is the page itself: what has the focus when nothing has it, and once
// on each way round.
var nowhere = stop{Role: "none"}

func (s stop) String() string { return fmt.Sprintf("%s %q", s.Role, s.Name) }

// focus says what has the keyboard.
func (p *tab) focus(ctx context.Context) (stop, error) {
	active, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "document.activeElement"})
	if err != nil {
		return stop{}, err
	}
	no := false
	tree, err := chromedp.Call(ctx, accessibility.GetPartialAXTree,
		accessibility.GetPartialAXTreeParams{ObjectID: active.Result.ObjectID, FetchRelatives: &no})
	if err != nil || len(tree.Nodes) == 0 {
		return stop{}, err
	}
	n := tree.Nodes[0]
	at := stop{Role: word(n.Role), Name: word(n.Name)}
	at.Seen, err = of[bool](ctx, n.BackendDOMNodeID, `function() {
		const b = this.getBoundingClientRect();
		const inside = b.bottom > 0 && b.right > 0 && b.top < innerHeight && b.left < innerWidth;
		const ring = [this, this.nextElementSibling].some((el) => el && getComputedStyle(el).outlineStyle !== 'none' && parseFloat(getComputedStyle(el).outlineWidth) >= 2);
		return inside && ring;
	}`)
	return at, err
}

func word(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var s string
	if err := json.Unmarshal([]byte(v.Value), &s); err != nil {
		return ""
	}
	return s
}

// tabTo goes from one control to the next until the one it wants has the
// focus. Every control on the way has to have a name and to show its focus.
func (p *tab) tabTo(role, name string) {
	p.t.Helper()
	var way []string
	for range 40 {
		p.do(chromedp.KeyEvent("\t"))
		p.still()
		at, err := p.focus(p.ctx)
		if err != nil {
			p.t.Fatal(err)
		}
		if at.Role == role && at.Name == name {
			if !at.Seen {
				p.t.Errorf("nobody sees that the %s has the focus", at)
			}
			return
		}
		if at != nowhere && (at.Name == "" || !at.Seen) {
			p.t.Errorf("on the way to the %s %q: the %s shows no focus, or has no name", role, name, at)
		}
		way = append(way, at.String())
	}
	p.t.Fatalf("no Tab leads to the %s %q, only to %s", role, name, strings.Join(way, ", "))
}

// rests waits until the focus is where the next key makes sense.
func (p *tab) rests(role, name string) {
	p.t.Helper()
	var at stop
	p.until(fmt.Sprintf("for the focus to be on the %s %q", role, name), func(ctx context.Context) (bool, error) {
		var err error
		at, err = p.focus(ctx)
		return at.Role == role && at.Name == name, err
	})
}

// From the lobby into a room and to a line, without a pointer.
func TestKeysAloneAreEnough(t *testing.T) {
	server := start(t, nil, "--data", t.TempDir(), "--log-level", "warn")
	room, err := server.Create(t.Context(), client.Settings{"mode": "open", "title": "By keys alone", "agents": 0, "seats": 5})
	if err != nil {
		t.Fatal(err)
	}
	kim := enter(t, chromium(t), "Kim", desktop)
	kim.visit(server.base)
	kim.sees("By keys alone")

	kim.do(chromedp.KeyEvent("\t"))
	kim.rests("link", "Skip to the conversation")
	kim.tabTo("textbox", "Room code")
	kim.do(chromedp.KeyEvent(strings.ToLower(room.Code) + "\r"))
	kim.has("textbox", "Your name")

	kim.tabTo("textbox", "Your name")
	kim.do(chromedp.KeyEvent("Kim\r"))
	kim.has("textbox", "Write as Kim")
	kim.rests("textbox", "Write as Kim")
	kim.do(chromedp.KeyEvent("No mouse was harmed.\r"))
	answered(t, room, 1)
	kim.agrees(room)
	kim.rests("textbox", "Write as Kim")

	kim.tabTo("button", "Menu")
	kim.do(chromedp.KeyEvent("\r"))
	kim.has("dialog", "By keys alone")
	kim.do(chromedp.KeyEvent("\x1b"))
	kim.lacks("dialog", "By keys alone")
	kim.rests("button", "Menu")
}

// What a console can say is heard, or an empty one would prove nothing.
func TestTheConsoleIsHeard(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><title>noise</title><link rel="icon" href="data:,"><img src="/missing.png"><script>
			console.warn('a warning'); console.error('an error'); Promise.reject(new Error('a rejection'));
			fetch('http://127.0.0.1:1/').catch(() => {}); new WebSocket('ws://' + location.host + '/socket'); throw new Error('an exception')</script>`)
	}))
	t.Cleanup(server.Close)
	p := enter(t, chromium(t), "Noa", desktop)
	p.visit(server.URL)
	for _, want := range []string{"a warning", "an error", "a rejection", "an exception", "missing.png", "127.0.0.1:1", "/socket"} {
		p.until("to hear of "+want, func(context.Context) (bool, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			return strings.Contains(strings.Join(p.heard, "\n"), want), nil
		})
	}
	p.tolerate("")
}
