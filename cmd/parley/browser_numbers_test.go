package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// row is what a row of an exported transcript tells of a game.
type row struct {
	Type, Player, Role, Phase string
	At                        time.Time
	Votes, Roles              map[string]string
}

// transcribed is a room's transcript, as its host exports it.
func transcribed(t *testing.T, base, code, token string) []row {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/v1/rooms/"+code+"/transcript?format=jsonl", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("the transcript: %s", res.Status)
	}
	var out []row
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		var r row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		out = append(out, r)
	}
	return out
}

// sums are the numbers of a game by their names on the page, and of each player.
type sums struct {
	All     map[string]string
	Players map[string][]string // lines, first line, right, fooled, suspected
}

// counted derives a game's numbers from its transcript.
func counted(rows []row) sums {
	type player struct{ lines, first, right, fooled, suspected int }
	players, roles := map[string]*player{}, map[string]string{}
	for _, r := range rows {
		if r.Type == "joined" {
			players[r.Player], roles[r.Player] = &player{first: -1}, r.Role
		}
	}
	var begun time.Time
	var rounds, lines, right, fooled int
	for _, r := range rows {
		switch {
		case r.Type == "phase" && r.Phase == "discussion" && begun.IsZero():
			begun = r.At
		case r.Type == "message":
			lines++
			p := players[r.Player]
			if p.lines++; p.first < 0 {
				p.first = int(math.Round(r.At.Sub(begun).Seconds()))
			}
		case r.Type == "result":
			rounds++
			for voter, suspect := range r.Votes {
				if roles[voter] != "person" {
					continue
				}
				players[suspect].suspected++
				if roles[suspect] == "agent" {
					right++
					players[voter].right++
				} else {
					fooled++
					players[voter].fooled++
				}
			}
		}
	}
	out := sums{map[string]string{
		"Rounds": strconv.Itoa(rounds), "Lines": strconv.Itoa(lines), "Right votes": strconv.Itoa(right), "Fooled votes": strconv.Itoa(fooled),
	}, map[string][]string{}}
	for name, p := range players {
		cells := []string{strconv.Itoa(p.lines), fmt.Sprintf("%d s", p.first), strconv.Itoa(p.right), strconv.Itoa(p.fooled), strconv.Itoa(p.suspected)}
		if p.first < 0 {
			cells[1] = "–"
		}
		if roles[name] == "agent" {
			cells[2], cells[3] = "–", "–"
		}
		out.Players[name] = cells
	}
	return out
}

// count holds the numbers on everybody's page to the exported transcript.
func (g *table) count() {
	g.t.Helper()
	want := counted(transcribed(g.t, g.server.base, g.room.Code, g.hana.host(g.room).Token))
	if want.All["Right votes"] != "2" || want.All["Fooled votes"] != "0" || want.All["Rounds"] != "1" {
		g.t.Errorf("the transcript comes to %v, where two people found an agent", want.All)
	}
	for _, p := range append(g.people(), g.wall) {
		p.has("heading", "The game in numbers")
		got := eval[sums](p, `({
			All: Object.fromEntries([...document.querySelectorAll('.sums > div')].map((d) => [...d.children].map((c) => c.innerText.trim()))),
			Players: Object.fromEntries([...document.querySelectorAll('table.numbers tbody tr')].map((tr) => [...tr.children].map((c) => c.innerText.trim())).map(([name, ...cells]) => [name, cells])),
		})`)
		if diff := cmp.Diff(want, got); diff != "" {
			g.t.Errorf("%s's numbers differ (-transcript +page):\n%s", p.name, diff)
		}
	}
}
