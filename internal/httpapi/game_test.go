package httpapi_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// game is a game in which two people and two outside agents play, with the
// host among the people.
type game struct {
	*world
	code, at, hostToken string
	people, agents      map[string]string // name → token
	host, guest         string            // names
}

func (w *world) game() *game {
	w.t.Helper()
	g := &game{world: w, people: map[string]string{}, agents: map[string]string{}}
	g.code, g.hostToken = w.room(map[string]any{"seats": 2, "agents": 0, "pacing": "instant", "topic": "Tea"})
	g.at = "/v1/rooms/" + g.code
	for range 2 {
		m := w.want(201, "POST", g.at+"/agents", map[string]any{"persona": "zoe-persona"}, token(g.hostToken)).json(w.t)
		g.agents[m["player"].(string)] = m["token"].(string)
	}
	var tok string
	g.host, tok = w.join(g.code, nil, token(g.hostToken))
	g.people[g.host] = tok
	g.guest, tok = w.join(g.code, map[string]any{})
	g.people[g.guest] = tok
	return g
}

func (g *game) claimAndEnd(name string, body map[string]any) {
	g.t.Helper()
	claim := g.want(200, "POST", g.at+"/turns/claim?wait=30", nil, token(g.agents[name])).json(g.t)
	body["lease"] = claim["lease"]
	if body["outcome"] == "voted" && (claim["kind"] != "vote" || len(claim["suspects"].([]any)) != 3) {
		g.t.Errorf("claim of a vote: %v", claim)
	}
	g.want(201, "POST", g.at+"/turns/"+claim["turn"].(string)+"/outcome", body, token(g.agents[name]))
}

func TestVotes(t *testing.T) {
	w := newWorld(t)
	g := w.game()
	host, guest := token(g.people[g.host]), token(g.people[g.guest])
	vote := g.at + "/votes"
	w.unchanged(g.code, func() { w.want(409, "POST", vote, map[string]any{"suspect": g.host}, guest) })
	w.say(g.code, g.people[g.guest], "hello")
	w.want(200, "POST", g.at+"/skip", nil, host)
	var agents []string
	for a := range g.agents {
		agents = append(agents, a)
	}
	w.unchanged(g.code, func() {
		for body, status := range map[string]int{
			``: 400, `{}`: 422, `{"suspect":null}`: 422, `{"suspect":1}`: 422, `{"suspect":"` + g.guest + `"}`: 422, `{"suspect":"Player 99"}`: 404,
			`{"suspect":"` + g.host + `","voter":"x"}`: 422,
		} {
			w.want(status, "POST", vote, body, guest)
		}
		w.want(409, "POST", g.at+"/messages", `{"text":"late"}`, guest)
		w.want(409, "POST", g.at+"/players", `{}`)
		w.want(409, "POST", g.at+"/agents", `{}`, token(g.hostToken))
	})
	w.want(201, "POST", vote, map[string]any{"suspect": agents[0]}, guest)
	w.unchanged(g.code, func() { w.want(409, "POST", vote, map[string]any{"suspect": g.host}, guest) })
	conn := w.mustDial(g.code, 1, host)
	w.write(conn, fmt.Sprintf(`{"type":"vote","suspect":%q,"client_id":"v"}`, agents[0]))
	if a := w.waitFor(conn, "ack"); a["status"] != 201.0 || a["client_id"] != "v" {
		t.Errorf("ack of a vote: %v", a)
	}
	for _, a := range agents {
		g.claimAndEnd(a, map[string]any{"outcome": "voted", "suspect": g.guest})
	}
	if r := w.waitFor(conn, "result"); r["suspect"] == nil || r["winner"] == nil {
		t.Errorf("result: %v", r)
	}
	w.waitFor(conn, "roles")
}

// TestNothingTellsRoles looks at every answer that a player can get before the
// reveal for anything that tells what somebody is.
func TestNothingTellsRoles(t *testing.T) {
	w := newWorld(t)
	g := w.game()
	var seen []string
	look := func() {
		for _, o := range [][]option{nil, {token(g.people[g.guest])}, {token(g.people[g.host])}} {
			for _, path := range []string{"", "/me", "/events", "/turns", "/transcript", "/transcript?format=csv"} {
				seen = append(seen, string(w.do("GET", g.at+path, nil, o...).body))
			}
			for name := range g.agents {
				seen = append(seen, string(w.do("POST", g.at+"/agents/"+strings.ReplaceAll(name, " ", "%20")+"/nudge", nil, o...).body))
			}
			seen = append(seen, string(w.do("POST", g.at+"/agents", nil, o...).body))
		}
		seen = append(seen, string(w.do("GET", "/v1/rooms", nil).body))
	}
	look()
	for _, player := range []string{g.host, g.guest} {
		w.say(g.code, g.people[player], "I am "+player)
	}
	for a := range g.agents {
		g.claimAndEnd(a, map[string]any{"outcome": "replied", "text": "So am I, " + a})
	}
	look()
	w.want(200, "POST", g.at+"/skip", nil, token(g.people[g.host]))
	look()
	for _, body := range seen {
		for _, tell := range []string{`"role"`, `"roles"`, "zoe-persona", "persona\"", "builtin", "secretmodel", `"agent"`, `"person"`, `"turns"`, `"model"`} {
			if strings.Contains(body, tell) {
				t.Errorf("an answer before the reveal holds %s: %s", tell, body)
			}
		}
	}
	// Frames of agents and people have the same fields in the same order.
	shapes := map[string]string{}
	for _, e := range w.byPoll(g.code, 0) {
		var f map[string]any
		if err := json.Unmarshal([]byte(e), &f); err != nil || f["type"] != "message" {
			continue
		}
		shape := e
		for _, v := range []any{f["player"], f["text"], f["at"]} {
			shape = strings.ReplaceAll(shape, fmt.Sprintf("%q", v), "?")
		}
		shape = strings.Replace(shape, fmt.Sprintf(`"seq":%.0f`, f["seq"]), "?", 1)
		shapes[shape] = e
	}
	if len(shapes) != 1 {
		t.Errorf("messages differ in shape: %v", shapes)
	}
	for _, path := range []string{"/turns", "/transcript"} {
		w.want(409, "GET", g.at+path, nil, token(g.people[g.host]))
		w.want(200, "GET", g.at+path, nil, token(g.hostToken))
	}
	w.want(409, "POST", g.at+"/agents/x/nudge", nil, token(g.people[g.host]))
	w.want(404, "POST", g.at+"/agents/x/nudge", nil, token(g.hostToken))
	w.want(200, "POST", g.at+"/skip", nil, token(g.people[g.host]))
	w.want(200, "GET", g.at+"/turns", nil, token(g.people[g.host]))
}

func TestTranscript(t *testing.T) {
	w := newWorld(t)
	g := w.game()
	w.say(g.code, g.people[g.guest], `=HYPERLINK("http://evil")`)
	for a := range g.agents {
		g.claimAndEnd(a, map[string]any{"outcome": "replied", "text": "From " + a})
	}
	w.want(200, "POST", g.at+"/skip", nil, token(g.hostToken))
	w.want(201, "POST", g.at+"/votes", map[string]any{"suspect": g.host}, token(g.people[g.guest]))
	w.want(200, "POST", g.at+"/skip", nil, token(g.hostToken))
	r := w.want(200, "GET", g.at+"/transcript", nil, token(g.hostToken))
	var rows []map[string]any
	for line := range strings.Lines(string(r.body)) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		rows = append(rows, row)
	}
	find := func(kind, player string) map[string]any {
		i := slices.IndexFunc(rows, func(r map[string]any) bool { return r["type"] == kind && r["player"] == player })
		if i < 0 {
			t.Fatalf("no %s of %s in %s", kind, player, r.body)
		}
		return rows[i]
	}
	for a := range g.agents {
		if m := find("message", a); m["role"] != "agent" || m["hop"] == nil || m["turn"] == nil {
			t.Errorf("message: %v", m)
		}
		if m := find("turn", a); m["outcome"] != "replied" || m["seq"] != nil || m["covers"] == nil {
			t.Errorf("turn: %v", m)
		}
	}
	if m := find("message", g.guest); m["role"] != "person" || m["hop"] != 0.0 {
		t.Errorf("message: %v", m)
	}
	if m := find("voted", g.guest); m["suspect"] != g.host {
		t.Errorf("vote: %v", m)
	}
	c := w.want(200, "GET", g.at+"/transcript?format=csv", nil, token(g.hostToken))
	cells, err := csv.NewReader(strings.NewReader(string(c.body))).ReadAll()
	if err != nil || len(cells) != len(rows)+1 {
		t.Fatalf("CSV has %d rows, JSON lines %d: %v", len(cells), len(rows), err)
	}
	if !strings.Contains(string(c.body), `"'=HYPERLINK(`) {
		t.Errorf("a formula was not made harmless: %s", c.body)
	}
	seqs := 0
	for _, row := range rows {
		if row["seq"] != nil {
			seqs++
		}
	}
	if seqs != len(w.byPoll(g.code, 0)) {
		t.Errorf("%d rows with a seq, %d events", seqs, len(w.byPoll(g.code, 0)))
	}
	w.want(422, "GET", g.at+"/transcript?format=xml", nil, token(g.hostToken))
}

// TestHostWhoPlaysSeatsNoAgent keeps a host who plays from learning the name
// of an agent by seating it.
func TestHostWhoPlaysSeatsNoAgent(t *testing.T) {
	w := newWorld(t)
	code, hostToken := w.room(map[string]any{"seats": 2, "agents": 1})
	_, playing := w.join(code, nil, token(hostToken))
	w.unchanged(code, func() { w.want(409, "POST", "/v1/rooms/"+code+"/agents", nil, token(playing)) })
	w.want(201, "POST", "/v1/rooms/"+code+"/agents", nil, token(hostToken))
}
