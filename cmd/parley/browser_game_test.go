package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/client"
)

// table is a game on the page: three people, four agents and a projector.
type table struct {
	t      *testing.T
	server *process
	room   *client.Room

	hana, pia, noel *tab // the host at a desk, on a phone, on a narrow phone
	wall            *tab
	names           map[*tab]string // drawn by the server
	topic           string
	agents          []string
}

func (g *table) people() []*tab { return []*tab{g.hana, g.pia, g.noel} }

// A whole game from the lobby to the next one. Pia reloads in each phase, and
// Noel is offline through the whole vote. The clocks are long, so that nothing
// hangs on how fast the machine is: Hana, the host, ends each phase.
func TestGameOnThePage(t *testing.T) {
	server := start(t, nil, "--data", t.TempDir(), "--log-level", "warn")
	browser := chromium(t)
	g := &table{
		t: t, server: server, names: map[*tab]string{},
		hana: enter(t, browser, "Hana", desktop), pia: enter(t, browser, "Pia", phone), noel: enter(t, browser, "Noel", narrow),
		wall: enter(t, browser, "Wall", desktop),
	}
	g.set()
	g.sit()
	g.talk()
	g.vote()
	g.reveal()
	g.count()
	g.close()
	g.again()
}

// set makes the game on the page, with Hana at the table.
func (g *table) set() {
	p := g.hana
	p.visit(g.server.base)
	p.press("link", "Set up a game")
	p.press("button", "Agents +")
	p.press("radio", "10 min")
	for range 4 {
		p.press("button", "Time to vote +")
	}
	p.press("DisclosureTriangle", "Language, name, visibility, password")
	p.write("Name of the room", "Friday night")
	p.audit("the form of a game")
	p.press("button", "Open the door")
	p.sees("You have a seat", "1 of 3 seats taken")
	code, err := of[string](p.ctx, p.one("textbox", "Link to this room"), `function() { return this.value.split('/').pop() }`)
	if err != nil {
		g.t.Fatal(err)
	}
	g.room = g.server.Room(code)
	g.names[p] = p.seat()
}

var willBe = regexp.MustCompile(`You will be (Player \d+)`)

// seat is the name that somebody who waits will have in the game.
func (p *tab) seat() string {
	p.t.Helper()
	p.sees("You will be Player")
	return willBe.FindStringSubmatch(p.text())[1]
}

// sit fills the table: Pia comes by the link, Noel with one press in the lobby.
// The last seat starts the game.
func (g *table) sit() {
	g.wall.visit(g.server.base + "/watch/" + g.room.Code)
	g.wall.has("heading", "Take a seat")
	g.wall.sees("1 of 3 seats taken", g.room.Code)

	g.pia.visit(g.server.base + "/r/" + g.room.Code)
	g.pia.sees("You are invited", "When the bell rings, vote")
	g.pia.audit("the invitation", phone)
	g.pia.press("button", "Take a seat")
	g.names[g.pia] = g.pia.seat()
	g.pia.reload()
	if again := g.pia.seat(); again != g.names[g.pia] {
		g.t.Errorf("after a reload Pia will be %s, was %s", again, g.names[g.pia])
	}
	g.hana.sees("2 of 3 seats taken")
	g.wall.sees("2 of 3 seats taken")
	g.hana.has("image", "QR code of the link to this room")
	g.hana.audit("the waiting room")
	g.wall.audit("the projector of a table that fills", desktop)
	g.hana.picture("waiting-desktop", desktop, false)

	g.noel.visit(g.server.base)
	g.noel.sees("Friday night", "2 of 3 seated")
	g.noel.picture("lobby-desktop", desktop, false)
	g.noel.picture("lobby-phone", phone, true)
	g.noel.press("link", "Friday night Game 2 of 3 seated Take a seat")
}

type snapshot struct {
	Phase   string `json:"phase"`
	Topic   string `json:"topic"`
	Players []struct{ Name, Role string }
}

func (g *table) now() snapshot {
	g.t.Helper()
	var s snapshot
	if err := g.room.Get(g.t.Context(), "", &s); err != nil {
		g.t.Fatal(err)
	}
	return s
}

var writesAs = regexp.MustCompile(`^Write as (Player \d+)$`)

// talk is the discussion: everybody speaks, and agents do.
func (g *table) talk() {
	g.hana.has("timer", "")
	s := g.now()
	g.topic = s.Topic
	if s.Phase != "discussion" || len(s.Players) != 7 || g.topic == "" {
		g.t.Fatalf("the game began with %+v", s)
	}
	for _, p := range append(g.people(), g.wall) {
		p.has("heading", g.topic)
		p.has("timer", "")
	}
	g.names[g.noel] = g.noel.player()
	known := slices.Collect(maps.Values(g.names))
	for _, player := range s.Players {
		if player.Role != "" {
			g.t.Errorf("%s is given away as %s", player.Name, player.Role)
		}
		if !slices.Contains(known, player.Name) {
			g.agents = append(g.agents, player.Name)
		}
	}
	if len(g.agents) != 4 {
		g.t.Fatalf("of %+v the people are %v", s.Players, known)
	}
	lines := map[*tab]string{
		g.hana: "My grandmother would have had a rule about this.", g.pia: "Depends who is asking, no?", g.noel: "Honestly I never know what to say first.",
	}
	for _, p := range g.people() {
		p.say(g.names[p], lines[p])
	}
	for _, p := range append(g.people(), g.wall) {
		p.sees(lines[g.hana], lines[g.pia], lines[g.noel])
	}
	g.pia.reload()
	g.pia.has("textbox", "Write as "+g.names[g.pia])
	enough := 2
	if picturing() {
		enough = 5
	}
	g.hear(enough)
	g.pia.picture("discussion-phone", phone, false)
	g.wall.picture("projector", desktop, false)
	g.pia.audit("the discussion")
	g.wall.audit("the projector of a discussion", desktop)
	for _, p := range append(g.people(), g.wall) {
		p.agrees(g.room)
	}
}

// player is the name that somebody writes under.
func (p *tab) player() string {
	p.t.Helper()
	field := p.one("textbox", "")
	label, err := of[string](p.ctx, field, `function() { return this.labels[0].textContent }`)
	if err != nil {
		p.t.Fatal(err)
	}
	name := writesAs.FindStringSubmatch(label)
	if name == nil {
		p.t.Fatalf("%s writes in a field named %q", p.name, label)
	}
	return name[1]
}

// hear waits until agents have said n lines.
func (g *table) hear(n int) {
	g.t.Helper()
	for after, heard := uint64(0), 0; heard < n; {
		page, err := g.room.Events(g.t.Context(), "", after, 25)
		if err != nil {
			g.t.Fatal(err)
		}
		for _, e := range page {
			after = e.Seq
			if e.Type == "phase" && e.Phase == "voting" {
				g.t.Fatalf("the discussion ended after %d lines of agents, want %d", heard, n)
			}
			if e.Type == "message" && slices.Contains(g.agents, e.Player) {
				heard++
			}
		}
	}
}

// vote is the ballot: Hana and Pia suspect the same agent, Noel is away.
func (g *table) vote() {
	g.noel.offline()
	g.noel.sees("You are offline")
	g.hana.press("button", "Menu")
	g.hana.confirm("Ring for the vote", "Really, for all?")
	g.hana.sees("Who is not a person?")

	g.wall.sees("Who is not a person?")
	g.pia.has("radio", g.agents[0])
	g.pia.reload()
	g.pia.lacks("radio", g.names[g.pia]) // not for oneself
	g.pia.picture("voting-phone", phone, true)
	g.pia.audit("the ballot")
	for _, p := range []*tab{g.hana, g.pia} {
		p.press("radio", g.agents[0])
		p.press("button", "Vote for "+g.agents[0])
		p.sees("Your vote for " + g.agents[0] + " is sealed.")
		p.lacks("radio", g.agents[1])
	}
	g.pia.reload()
	g.pia.sees("Your vote is sealed.")
	for _, p := range []*tab{g.hana, g.pia, g.wall} {
		p.sees("6 of 7 have voted")
	}
	if strings.Contains(g.noel.text(), "Who is not a person?") {
		g.t.Error("Noel, who is offline, sees the vote")
	}
	g.hana.press("button", "Menu")
	g.hana.confirm("Close the vote", "Really, for all?")
}

// outcome is what the room's poll says of the game's end.
type outcome struct {
	Votes       map[string]string `json:"votes"`
	Tally       map[string]int    `json:"tally"`
	Suspect     string            `json:"suspect"`
	SuspectRole string            `json:"suspect_role"`
	GameWinner  string            `json:"game_winner"`
	Roles       map[string]string `json:"roles"`
}

func (g *table) outcome() outcome {
	g.t.Helper()
	var out outcome
	for _, e := range everything(g.t, g.room) {
		if e.Type == "result" || e.Type == "roles" {
			if err := json.Unmarshal(e.JSON, &out); err != nil {
				g.t.Fatal(err)
			}
		}
	}
	return out
}

// reveal is the end: all see the same, Noel too, who comes back to it.
func (g *table) reveal() {
	g.hana.has("heading", "Who was who")
	g.noel.online()
	end := g.outcome()
	g.check(end)
	for _, p := range append(g.people(), g.wall) {
		p.sees("Who was who")
		p.unfolds(g.room, end)
	}
	g.noel.sees("did not vote")
	g.pia.reload()
	g.pia.unfolds(g.room, end)
	g.hana.audit("the reveal")
	g.wall.audit("the projector of a reveal", desktop)
	for _, p := range []*tab{g.hana, g.noel} {
		p.reload() // folds what was unfolded
		p.has("heading", winners(end))
	}
	g.noel.picture("reveal-phone", phone, true)
	votes := g.hana.one("heading", "Who suspected whom")
	if _, err := of[bool](g.hana.ctx, votes, `function() { this.scrollIntoView(); return true }`); err != nil {
		g.t.Fatal(err)
	}
	g.hana.picture("reveal-desktop", desktop, false)
}

func winners(end outcome) string { return "The " + end.GameWinner + " win" }

// check holds the end to what was done.
func (g *table) check(end outcome) {
	g.t.Helper()
	for _, p := range g.people() {
		if end.Roles[g.names[p]] != "person" {
			g.t.Errorf("%s was %s, who is revealed as %q", p.name, g.names[p], end.Roles[g.names[p]])
		}
	}
	count := map[string]int{}
	for _, suspect := range end.Votes {
		count[suspect]++
	}
	if !maps.Equal(count, end.Tally) {
		g.t.Errorf("the votes %v come to %v", end.Votes, end.Tally)
	}
	if end.Votes[g.names[g.hana]] != g.agents[0] || end.Votes[g.names[g.pia]] != g.agents[0] || end.Votes[g.names[g.noel]] != "" {
		g.t.Errorf("Hana and Pia voted for %s and Noel for nobody; the result has %v", g.agents[0], end.Votes)
	}
	for _, agent := range g.agents {
		if end.Roles[agent] != "agent" || end.Votes[agent] == "" {
			g.t.Errorf("%s is revealed as %q, and voted for %q", agent, end.Roles[agent], end.Votes[agent])
		}
	}
}

// unfolds looks at all that the reveal shows.
func (p *tab) unfolds(r *client.Room, end outcome) {
	p.t.Helper()
	p.has("heading", winners(end))
	article := map[string]string{"agent": "and is an agent.", "person": "but is a person."}
	p.sees(fmt.Sprintf("%s was accused with %d of %d votes, %s", end.Suspect, end.Tally[end.Suspect], len(end.Votes), article[end.SuspectRole]))
	for name, role := range end.Roles {
		card := eval[string](p, fmt.Sprintf(`[...document.querySelectorAll('section[aria-labelledby=cast] li')].find((li) => li.querySelector('p').firstChild.textContent.trim() === %q)?.innerText ?? ''`, name))
		if !strings.Contains(card, map[string]string{"agent": "an agent", "person": "a person"}[role]) || !strings.Contains(card, end.Votes[name]) {
			p.t.Errorf("%s reads of %s, who is %s and voted for %q: %q", p.name, name, role, end.Votes[name], card)
		}
	}
	p.press("DisclosureTriangle", "The same in words")
	for voter, suspect := range end.Votes {
		p.sees(voter + " voted for " + suspect + ".")
	}
	p.press("DisclosureTriangle", "Read the conversation again")
	p.agrees(r)
}

// close ends the room for all; what was revealed stays, on a reload too.
func (g *table) close() {
	g.hana.press("button", "Menu")
	g.hana.confirm("End for all", "Really end it?")
	g.pia.sees("Closed")
	g.pia.reload()
	g.pia.sees("Closed", "Who was who")
	g.pia.audit("the closed room", phone)
}

// again sets the next table: the others sit down at it by one press each, and
// the projector follows.
func (g *table) again() {
	first := g.room.Code
	g.hana.press("button", "Play again")
	g.hana.sees("You have a seat", "Friday night · 2", "1 of 3 seats taken")
	g.wall.sees("Friday night · 2", "Take a seat")
	g.pia.press("link", "The next table is set: sit down")
	g.pia.sees("You have a seat", "2 of 3 seats taken")
	g.noel.press("link", "The next table is set: sit down")
	for _, p := range g.people() {
		p.has("timer", "")
		p.has("textbox", "Write as "+p.player())
	}
	if at := g.hana.text(); strings.Contains(at, first) {
		g.t.Errorf("the next game has the room of the first: %s", at)
	}
}
