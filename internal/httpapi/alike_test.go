package httpapi_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// changing is what differs between two answers that are alike: names, times,
// numbers that count, the sizes that follow from them, and rooms' own words.
var changing = regexp.MustCompile(`Player[ %20]*\d+|\d{4}-\d\d-\d\dT[\d:.]+Z|"seq":\d+|Room [A-Z0-9]{6}|"code":"[A-Z0-9]{6}"`)

// alike writes an answer so that two of them can be compared.
func alike(r reply) string {
	var head []string
	for name := range r.header {
		if name != "Date" && name != "Content-Length" {
			head = append(head, name+": "+strings.Join(r.header.Values(name), ", "))
		}
	}
	slices.Sort(head)
	return fmt.Sprintf("%d\n%s\n%s", r.status, strings.Join(head, "\n"), changing.ReplaceAllString(string(r.body), "…"))
}

// an agent of the game.
func (g *game) anAgent() string {
	for name := range g.agents {
		return name
	}
	return ""
}

// TestAnswersAboutAgentsAndPeopleAreAlike asks the same of an agent and of a
// person, as a guest and as a host who plays: status, headers and words are the
// same, and so is what everybody sees of it.
func TestAnswersAboutAgentsAndPeopleAreAlike(t *testing.T) {
	w := newWorld(t)
	answers := map[string][]string{}
	for _, person := range []bool{false, true} {
		g := w.game()
		subject, guest, host := g.anAgent(), token(g.people[g.guest]), token(g.people[g.host])
		if person {
			subject = g.guest
		}
		ask := func(what string, r reply) { answers[what] = append(answers[what], alike(r)) }
		at := url.PathEscape(subject)
		post := func(path string, body any, o option) reply { return w.do(http.MethodPost, g.at+path, body, o) }
		suspect := map[string]any{"suspect": subject}

		ask("a vote in the discussion", post("/votes", suspect, host))
		ask("a nudge by a host who plays", post("/agents/"+at+"/nudge", nil, host))
		ask("a nudge by a guest", post("/agents/"+at+"/nudge", nil, guest))
		ask("a removal by a guest", w.do(http.MethodDelete, g.at+"/players/"+at, nil, guest))
		ask("turns for a host who plays", w.do(http.MethodGet, g.at+"/turns", nil, host))
		w.want(200, "POST", g.at+"/skip", nil, host)
		ask("a vote", post("/votes", suspect, host))
		ask("a vote again", post("/votes", suspect, host))

		ask("a removal by the host", w.do(http.MethodDelete, g.at+"/players/"+at, nil, host))
		ask("a removal again", w.do(http.MethodDelete, g.at+"/players/"+at, nil, host))
		ask("a vote for who has gone", post("/votes", suspect, host))
		events := w.byPoll(g.code, 0)
		answers["what all see of it"] = append(answers["what all see of it"], changing.ReplaceAllString(events[len(events)-1], "…"))
		lobby := w.want(200, "GET", "/v1/rooms?limit=1", nil).json(t)["rooms"].([]any)[0].(map[string]any)
		answers["the lobby"] = append(answers["the lobby"], fmt.Sprint(lobby["people"], lobby["seats"], lobby["players"], lobby["status"]))
		view := w.want(200, "GET", g.at, nil).json(t)
		var shown []string
		for _, p := range view["players"].([]any) {
			shown = append(shown, fmt.Sprint(p.(map[string]any)["present"], p.(map[string]any)["voted"], len(p.(map[string]any))))
		}
		slices.Sort(shown)
		answers["the room without it"] = append(answers["the room without it"], fmt.Sprint(view["people"], view["seats"], shown))
	}
	for what, two := range answers {
		if two[0] != two[1] {
			t.Errorf("%s tells an agent from a person:\n%s\nand\n%s", what, two[0], two[1])
		}
	}
	if len(answers) != 13 {
		t.Errorf("%d questions were asked", len(answers))
	}
}
