package main

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"parley/client"
	"parley/internal/llm/llmtest"
	"parley/internal/packs"
)

// chat is agents that answer each question they know, each once, and are
// silent otherwise.
type chat struct {
	*llmtest.Server
	answers map[string][]string // to a question, one for each agent

	mu    sync.Mutex
	given map[string]given // by question and agent
	count map[string]int   // answers given, by question
	gate  <-chan struct{}  // what holds answers back, nil nothing
}

type given struct{ turn, text string }

func newChat(t *testing.T, answers map[string][]string) *chat {
	t.Helper()
	c := &chat{answers: answers, given: map[string]given{}, count: map[string]int{}}
	c.Server = llmtest.NewServer(t, c.answer)
	return c
}

// serve starts a server whose agents they are.
func (c *chat) serve(t *testing.T, data string, args ...string) *process {
	t.Helper()
	args = append([]string{"--data", data, "--model", "openai:test", "--log-level", "warn"}, args...)
	return start(t, []string{"OPENAI_BASE_URL=" + c.URL}, args...)
}

// hold keeps answers back until the gate is closed.
func (c *chat) hold(gate <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gate = gate
}

// answer takes one of the answers to a question for an agent's turn; the turn
// gets the same one however often it asks.
func (c *chat) answer(call llmtest.Call) llmtest.Reply {
	c.mu.Lock()
	defer c.mu.Unlock()
	part := strings.Split(call.Turn, "/") // room, agent, turn, attempt
	agent, turn := part[1], part[2]
	for question, answers := range c.answers {
		if !strings.Contains(call.Prompt.Last(), question) {
			continue
		}
		key, n := question+"/"+agent, c.count[question]
		if _, again := c.given[key]; !again && n < len(answers) {
			c.given[key] = given{turn, answers[n]}
			c.count[question]++
		}
		if c.given[key].turn == turn {
			return llmtest.Reply{Text: c.given[key].text, Gate: c.gate}
		}
	}
	return llmtest.Reply{Text: "[pass]", Gate: c.gate}
}

// messages are the lines of a room, by its poll.
func messages(t *testing.T, r *client.Room) []spoken {
	t.Helper()
	var out []spoken
	for _, e := range everything(t, r) {
		if e.Type == "message" {
			out = append(out, spoken{e.Player, e.Text})
		}
	}
	return out
}

// answered waits until the room has at least n lines.
func answered(t *testing.T, r *client.Room, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for len(messages(t, r)) < n {
		if _, err := r.Events(ctx, "", uint64(len(everything(t, r))), 25); err != nil {
			t.Fatalf("waiting for %d lines of %v: %v", n, messages(t, r), err)
		}
	}
}

// agrees waits until the person reads all that the room's poll has said so
// far, and fails the test as soon as the page holds anything else: a line
// twice, a line missing before another, another order.
func (p *tab) agrees(r *client.Room) {
	p.t.Helper()
	least := len(messages(p.t, r))
	until := time.Now().Add(patience)
	for {
		page := p.reads()
		log := messages(p.t, r)
		missing := len(page) < least
		if diff := cmp.Diff(log[:min(len(log), len(page))], page); diff != "" || (missing && time.Now().After(until)) {
			p.t.Fatalf("%s reads %d lines, the room's log has %d; they differ (-log +page) in:\n%s", p.name, len(page), len(log), diff)
		}
		if !missing {
			return
		}
	}
}

// host is the seat of the room's host, by the cookie in their browser.
func (p *tab) host(r *client.Room) *client.Seat {
	p.t.Helper()
	got, err := chromedp.Call(p.ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range got.Cookies {
		if c.Name == "parley_"+r.Code {
			return (&client.Seat{Token: c.Value}).At(r)
		}
	}
	p.t.Fatalf("%s has no cookie of room %s", p.name, r.Code)
	return nil
}

// mayBeCalled fails for a name that a room may draw for one of its agents.
func (p *tab) mayBeCalled(name string) {
	p.t.Helper()
	all, err := packs.Default()
	if err != nil {
		p.t.Fatal(err)
	}
	for _, persona := range all.Personas("en") {
		if persona.Name == name {
			p.t.Fatalf("%s is an agent's name, too", name)
		}
	}
}

// comesIn takes a seat in an open room, by its link. A phone's keyboard stays
// away, since it would cover the room.
func (p *tab) comesIn(server *process, code, name string) {
	p.t.Helper()
	p.mayBeCalled(name)
	p.visit(server.base + "/r/" + code)
	p.write("Your name", name)
	p.press("button", "Come in")
	p.has("textbox", "Write as "+name)
	if p.screen.touch && eval[bool](p, `new Promise((yes) => setTimeout(() => yes(document.activeElement.id === 'say'), 100))`) {
		p.t.Errorf("%s's keyboard comes up without being asked for", p.name)
	}
}
