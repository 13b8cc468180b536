package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"parley/client"
)

// Two people and two agents talk in an open room; one person goes through a
// tunnel, and comes out with each line once and in order.
func TestPeopleAndAgentsTalkOnThePage(t *testing.T) {
	const first, second = "Who keeps the light when the keeper sleeps?", "And would you live out there?"
	model := newChat(t, map[string][]string{
		first:  {"The moths, mostly. They ask for nothing but the lamp.", "A spring and a brass wheel, wound up twice a night."},
		second: {"Only with a good bookshelf.", "The stairs alone would keep me fit."},
	})
	server := model.serve(t, t.TempDir())
	browser := chromium(t)
	ada, robin := enter(t, browser, "Ada", desktop), enter(t, browser, "Robin", phone)

	room := ada.opens(server, "Ada", "Lighthouses")
	robin.comesIn(server, room.Code, "Robin")
	ada.sees("Robin comes in")

	ada.say("Ada", first)
	agent := regexp.MustCompile(`(?m)^(?:[^\n]+ and )?[^\n]+ (?:is|are) writing$`)
	robin.until("to see an agent write", func(context.Context) (bool, error) {
		return agent.MatchString(strings.ReplaceAll(robin.text(), "Ada is writing", "")), nil
	})
	answered(t, room, 3)
	robin.say("Robin", "I thought it was the moon.")
	for _, p := range []*tab{ada, robin} {
		p.sees(first, "The moths, mostly", "A spring and a brass wheel", "I thought it was the moon.")
	}
	ada.tells(room)
	ada.audit("the room")

	robin.offline()
	robin.sees("You are offline")
	robin.say("Robin", "Written in a tunnel.")
	robin.sees("sending")
	ada.say("Ada", second)
	answered(t, room, 7)
	ada.sees("Only with a good bookshelf.", "The stairs alone would keep me fit.")
	if got := len(robin.reads()); got != 4 {
		t.Errorf("Robin reads %d lines in the tunnel, want the 4 from before", got)
	}
	robin.online()
	robin.sees(second, "Only with a good bookshelf.")
	robin.has("separator", "New")
	ada.sees("Written in a tunnel.")

	settled(t, ada.host(room))
	for _, p := range []*tab{ada, robin} {
		p.agrees(room)
	}
	if n := len(messages(t, room)); n != 8 {
		t.Errorf("the room has %d lines, want 4 of people and 4 of agents", n)
	}
	if next := robin.after("New"); next != second {
		t.Errorf("Robin's marker stands before %q, want it before %q", next, second)
	}
	ada.picture("open-room-desktop", desktop, true)
}

// opens creates an open room on the page, from the lobby, with two agents.
func (p *tab) opens(server *process, name, topic string) *client.Room {
	p.t.Helper()
	p.mayBeCalled(name)
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
