package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// send makes a step of one command of the protocol.
func send[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, command, params)
		return chromedp.Void{}, err
	}
}

// all returns what stands in the accessibility tree under this role and name.
// What is hidden, or lies behind a dialog, is not in it.
func (p *tab) all(ctx context.Context, role, name string) ([]cdp.BackendNodeID, error) {
	page, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "document"})
	if err != nil {
		return nil, err
	}
	found, err := chromedp.Call(ctx, accessibility.QueryAXTree,
		accessibility.QueryAXTreeParams{ObjectID: page.Result.ObjectID, Role: role, AccessibleName: name})
	if err != nil {
		return nil, err
	}
	var out []cdp.BackendNodeID
	for _, n := range found.Nodes {
		if !n.Ignored {
			out = append(out, n.BackendDOMNodeID)
		}
	}
	return out, nil
}

// one waits for an element of this role and name.
func (p *tab) one(role, name string) cdp.BackendNodeID {
	p.t.Helper()
	var got cdp.BackendNodeID
	p.until(fmt.Sprintf("for a %s named %q", role, name), func(ctx context.Context) (bool, error) {
		nodes, err := p.all(ctx, role, name)
		if err != nil || len(nodes) == 0 {
			return false, err
		}
		got = nodes[0]
		return true, nil
	})
	return got
}

// has waits for an element of this role and name.
func (p *tab) has(role, name string) {
	p.t.Helper()
	p.one(role, name)
}

// lacks waits until there is no element of this role and name.
func (p *tab) lacks(role, name string) {
	p.t.Helper()
	p.until(fmt.Sprintf("for no %s named %q", role, name), func(ctx context.Context) (bool, error) {
		nodes, err := p.all(ctx, role, name)
		return len(nodes) == 0, err
	})
}

// of calls a JavaScript function on an element and returns its result.
func of[T any](ctx context.Context, node cdp.BackendNodeID, function string) (T, error) {
	var out T
	object, err := chromedp.Call(ctx, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: node})
	if err != nil {
		return out, err
	}
	yes := true
	res, err := chromedp.Call(ctx, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		FunctionDeclaration: function, ObjectID: object.Object.ObjectID, ReturnByValue: &yes, AwaitPromise: &yes,
	})
	if err != nil {
		return out, err
	}
	if res.ExceptionDetails != nil {
		return out, errors.New(res.ExceptionDetails.Text)
	}
	err = json.Unmarshal([]byte(res.Result.Value), &out)
	return out, err
}

// eval returns what a JavaScript expression or promise comes to.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %.200s: %v", p.name, expression, err)
	}
	return v
}

// spot says where an element is to be pressed: where it, or a label of it, is
// what a finger would meet, and has come to rest.
const spot = `async function() {
	if (this.disabled) return null;
	const frame = () => new Promise((yes) => requestAnimationFrame(yes));
	for (const el of [...(this.labels ?? []), this]) {
		el.scrollIntoView({ block: 'nearest' });
		const before = el.getBoundingClientRect();
		await frame();
		const b = el.getBoundingClientRect();
		if (b.x !== before.x || b.y !== before.y || b.width < 4 || b.height < 4) continue;
		const at = { x: b.x + b.width / 2, y: b.y + b.height / 2 };
		const hit = document.elementFromPoint(at.x, at.y);
		if (hit && el.contains(hit)) return at;
	}
	return null;
}`

// press clicks or taps the element of this role and name.
func (p *tab) press(role, name string) {
	p.t.Helper()
	p.until(fmt.Sprintf("to press the %s %q", role, name), func(ctx context.Context) (bool, error) { return p.click(ctx, role, name) })
}

// click presses what has this role and name, and reports whether it was there.
func (p *tab) click(ctx context.Context, role, name string) (bool, error) {
	nodes, err := p.all(ctx, role, name)
	if err != nil || len(nodes) == 0 {
		return false, err
	}
	at, err := of[*struct{ X, Y float64 }](ctx, nodes[0], spot)
	if err != nil || at == nil {
		return false, err
	}
	press := chromedp.MouseClickXY(at.X, at.Y)
	if p.screen.touch {
		press = chromedp.TapXY(at.X, at.Y)
	}
	return true, chromedp.Do(ctx, press)
}

// confirm presses a button that asks before it acts, and answers. It presses anew
// when nothing has been asked for a while: the question goes with the focus.
func (p *tab) confirm(name, sure string) {
	p.t.Helper()
	const again = 50
	looked := 0
	p.until(fmt.Sprintf("to confirm %q", name), func(ctx context.Context) (bool, error) {
		if done, err := p.click(ctx, "button", sure); done || err != nil {
			return done, err
		}
		if looked++; looked%again != 1 {
			return false, nil
		}
		_, err := p.click(ctx, "button", name)
		return false, err
	})
}

// write puts a text in the field of this label, as keys.
func (p *tab) write(label, text string) {
	p.t.Helper()
	p.press("textbox", label)
	field := p.one("textbox", label)
	p.until("to have "+label+" in focus", func(ctx context.Context) (bool, error) {
		return of[bool](ctx, field, `function() { if (document.activeElement !== this) return false; this.select(); return true }`)
	})
	p.do(chromedp.KeyEvent(text))
	p.until("for what was written", func(ctx context.Context) (bool, error) {
		got, err := of[string](ctx, field, `function() { return this.value }`)
		return got == text, err
	})
}

// say writes a line and sends it, by its key or, on a phone, by its button.
func (p *tab) say(who, text string) {
	p.t.Helper()
	p.write("Write as "+who, text)
	if p.screen.touch {
		p.press("button", "Send")
		return
	}
	p.do(chromedp.KeyEvent("\r"))
}

// sees waits for texts to be on the page, all at once.
func (p *tab) sees(texts ...string) {
	p.t.Helper()
	p.until(fmt.Sprintf("to see %q", texts), func(ctx context.Context) (bool, error) {
		page, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
		for _, text := range texts {
			if !strings.Contains(page, text) {
				return false, err
			}
		}
		return true, err
	})
}

// text is what the page says now.
func (p *tab) text() string {
	page, err := chromedp.Run(p.ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
	if err != nil {
		return err.Error()
	}
	return page
}

// spoken is a line as somebody reads it.
type spoken struct{ Player, Text string }

// reads returns the conversation on the page, as it stands there.
func (p *tab) reads() []spoken {
	p.t.Helper()
	log := p.one("log", "What is being said")
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	lines, err := of[[]spoken](ctx, log, `function() {
		return [...this.querySelectorAll('article')].map((line) => ({
			Player: line.querySelector('p > span').textContent, Text: line.querySelector('p:last-of-type').textContent }))
	}`)
	if err != nil {
		p.t.Fatalf("%s: read the conversation: %v", p.name, err)
	}
	return lines
}
