package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"parley/client"
	"parley/internal/llm/llmtest"
)

// chat is agents that answer each question they know, each once, and are
// silent otherwise.
type chat struct {
	answers map[string][]string // to a question, one for each agent

	mu    sync.Mutex
	given map[string]string // question and agent → the turn that answered
	of    map[string]int    // question → answers given
}

func newChat(t *testing.T, answers map[string][]string) []string {
	t.Helper()
	c := &chat{answers: answers, given: map[string]string{}, of: map[string]int{}}
	return []string{"OPENAI_BASE_URL=" + llmtest.NewServer(t, c.answer).URL}
}

func (c *chat) answer(call llmtest.Call) llmtest.Reply {
	c.mu.Lock()
	defer c.mu.Unlock()
	agent := strings.Split(call.Turn, "/")[1]
	for question, answers := range c.answers {
		key := question + "/" + agent
		if !strings.Contains(call.Prompt.Last(), question) || c.given[key] != "" || c.of[question] == len(answers) {
			continue
		}
		c.given[key] = call.Turn
		c.of[question]++
		return llmtest.Reply{Text: answers[c.of[question]-1]}
	}
	return llmtest.Reply{Text: "[pass]"}
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

// agree waits until a person reads what the room's poll says: every line once,
// in order.
func (p *tab) agree(r *client.Room) {
	p.t.Helper()
	want := messages(p.t, r)
	until := time.Now().Add(patience)
	for {
		got := p.reads()
		if slices.Equal(got, want) {
			return
		}
		if len(got) > len(want) || time.Now().After(until) {
			p.t.Fatalf("%s reads something else than the room's log says (-log +page):\n%s", p.name, cmp.Diff(want, got))
		}
	}
}

// hostOf is the seat of the room's host, by the cookie of their browser.
func hostOf(t *testing.T, p *tab, r *client.Room) *client.Seat {
	t.Helper()
	got, err := chromedp.Call(p.ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range got.Cookies {
		if c.Name == "parley_"+r.Code {
			return (&client.Seat{Token: c.Value}).At(r)
		}
	}
	t.Fatalf("%s has no cookie of room %s", p.name, r.Code)
	return nil
}

// Two people and two agents talk in an open room; one person goes through a
// tunnel, and comes out with each line once and in order.
func TestPeopleAndAgentsTalkOnThePage(t *testing.T) {
	const first, second = "Who keeps the light when the keeper sleeps?", "And would you live out there?"
	env := newChat(t, map[string][]string{
		first:  {"The moths, mostly. They ask for nothing but the lamp.", "A spring and a brass wheel, wound up twice a night."},
		second: {"Only with a good bookshelf.", "The stairs alone would keep me fit."},
	})
	server := start(t, env, "--data", t.TempDir(), "--model", "openai:test", "--log-level", "warn")
	browser := chromium(t)
	ada, ben := enter(t, browser, "Ada", desktop), enter(t, browser, "Ben", phone)

	room := ada.opens(server, "Ada", "Lighthouses")
	ben.visit(server.base + "/r/" + room.Code)
	ben.write("Your name", "Ben")
	ben.press("button", "Come in")
	ben.has("textbox", "Write as Ben")
	ada.sees("Ben comes in")

	ada.say("Ada", first)
	agent := regexp.MustCompile(`(?m)^(?:[^\n]+ and )?[^\n]+ (?:is|are) writing$`)
	ben.until("to see an agent write", func(context.Context) (bool, error) {
		return agent.MatchString(strings.ReplaceAll(ben.text(), "Ada is writing", "")), nil
	})
	answered(t, room, 3)
	ben.say("Ben", "I thought it was the moon.")
	for _, p := range []*tab{ada, ben} {
		p.sees(first, "The moths, mostly", "A spring and a brass wheel", "I thought it was the moon.")
	}
	ada.tells(room)
	ada.audit("the room")
	ada.picture("open-room-desktop-light", desktop, false)

	ben.offline()
	ben.sees("You are offline")
	ben.say("Ben", "Written in a tunnel.")
	ben.sees("sending")
	ada.say("Ada", second)
	answered(t, room, 7)
	ada.sees("Only with a good bookshelf.", "The stairs alone would keep me fit.")
	if got := len(ben.reads()); got != 4 {
		t.Errorf("Ben reads %d lines in the tunnel, want the 4 from before", got)
	}
	ben.online()
	ben.sees(second, "Only with a good bookshelf.")
	ben.has("separator", "New")
	ada.sees("Written in a tunnel.")

	settled(t, hostOf(t, ada, room), 2)
	for _, p := range []*tab{ada, ben} {
		p.agree(room)
	}
	if n := len(messages(t, room)); n != 8 {
		t.Errorf("the room has %d lines, want 4 of people and 4 of agents", n)
	}
	if next := ben.after("New"); next != second {
		t.Errorf("Ben's marker stands before %q, want it before %q", next, second)
	}
	ben.picture("open-room-phone-dark", phone, true)
}

// opens creates an open room on the page, from the lobby, with two agents.
func (p *tab) opens(server *process, name, topic string) *client.Room {
	p.t.Helper()
	p.visit(server.base)
	p.sees("No table is set yet.")
	p.audit("the lobby")
	p.press("link", "Open a room to talk")
	p.write("Your name", name)
	p.write("Topic", topic)
	p.audit("the form")
	p.press("button", "Open the door")
	p.has("dialog", p.title())
	link := p.one("textbox", "Link to this room")
	address, err := of[string](p.ctx, link, `function() { return this.value }`)
	if err != nil {
		p.t.Fatal(err)
	}
	code, ok := strings.CutPrefix(address, server.base+"/r/")
	if !ok {
		p.t.Fatalf("the link to the room is %q", address)
	}
	p.press("button", "Close")
	p.has("textbox", "Write as "+name)
	return server.Room(code)
}

// title is the name of the room, which the tab carries.
func (p *tab) title() string {
	p.t.Helper()
	var title string
	p.until("for the room's title", func(ctx context.Context) (bool, error) {
		page, err := chromedp.Run(ctx, chromedp.Title())
		got := regexp.MustCompile(`^(Room .*) · Parley$`).FindStringSubmatch(page)
		if got != nil {
			title = got[1]
		}
		return got != nil, err
	})
	return title
}

// tells fails the test unless agents, and nobody else, are named as such.
func (p *tab) tells(r *client.Room) {
	p.t.Helper()
	var snapshot struct {
		Players []struct{ Name, Role string } `json:"players"`
	}
	if err := r.Get(p.t.Context(), "", &snapshot); err != nil {
		p.t.Fatal(err)
	}
	for _, player := range snapshot.Players {
		mark := regexp.MustCompile(fmt.Sprintf(`(?m)^%s\s+agent\b`, regexp.QuoteMeta(player.Name)))
		if got := mark.MatchString(p.text()); got != (player.Role == "agent") {
			p.t.Errorf("%s, who is %s, is marked as an agent: %t", player.Name, player.Role, got)
		}
	}
}

// after is the text of the line that follows a separator.
func (p *tab) after(separator string) string {
	p.t.Helper()
	text, err := of[string](p.ctx, p.one("separator", separator), `function() {
		return this.nextElementSibling.querySelector('p:last-of-type').textContent
	}`)
	if err != nil {
		p.t.Fatal(err)
	}
	return text
}
