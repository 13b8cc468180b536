package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/client"
	"parley/internal/llm/llmtest"
)

// names returns the players of a room.
func (h *house) names(r *client.Room) []string {
	h.t.Helper()
	var room struct{ Players []struct{ Name string } }
	if err := r.Get(h.t.Context(), "", &room); err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, p := range room.Players {
		out = append(out, p.Name)
	}
	return out
}

// game starts a game of one person and some agents.
func (h *house) game(settings client.Settings) (host, person *client.Seat) {
	h.t.Helper()
	all := client.Settings{"agents": 2, "pacing": "instant", "silence_seconds": 0, "topic": "tea or coffee"}
	maps.Copy(all, settings)
	r, err := h.Create(h.t.Context(), all)
	if err != nil {
		h.t.Fatal(err)
	}
	person, err = r.Join(h.t.Context(), "")
	if err != nil {
		h.t.Fatal(err)
	}
	return r.Host, person
}

// A vote's prompt has the word, the names, and no others; an answer that names
// nobody is asked for once more, and then drawn.
func TestContractVotes(t *testing.T) {
	var choose func(c llmtest.Call) string
	h := newHouse(t, func(c llmtest.Call) llmtest.Reply {
		if strings.Contains(c.Prompt.Last(), "You may vote for") {
			return llmtest.Reply{Text: choose(c)}
		}
		return llmtest.Reply{Text: "[pass]"}
	})
	for _, test := range []struct {
		name     string
		words    func(person string) string
		reason   string
		attempts []string
	}{
		{"a name", func(p string) string { return "**" + strings.ToLower(p) + ".**" }, "", []string{"answered"}},
		{"in a sentence", func(p string) string { return "I vote for " + p + ", sorry" }, "", []string{"answered"}},
		{"nobody", func(string) string { return "I cannot decide" }, "random", []string{"refused", "refused"}},
	} {
		host, person := h.game(nil)
		choose = func(llmtest.Call) string { return test.words(person.Player) }
		before := h.model.Total()
		h.act(host, "skip")
		turns := h.turns(host, voted(2))
		for _, turn := range turns {
			if turn.State == "voted" && (turn.why() != test.reason || !slices.Equal(turn.outcomes(), test.attempts)) {
				t.Errorf("%s: %+v", test.name, turn)
			}
		}
		players := h.names(host.Room())
		for _, call := range h.model.Calls()[before:] {
			last := call.Prompt.Last()
			if !strings.Contains(last, "You may vote for") {
				continue
			}
			_, who, _ := strings.Cut(last, "You may vote for:")
			self := agentOfCall(t, call)
			for _, name := range players {
				if in := regexp.MustCompile(`\b` + name + `\b`).MatchString(who); in != (name != self) || !strings.Contains(last, "vote") {
					t.Errorf("%s: asked %s: %s", test.name, self, last)
				}
			}
		}
	}
}

// voted says whether n agents have voted.
func voted(n int) func([]turnFull) bool {
	return func(turns []turnFull) bool {
		votes := 0
		for _, turn := range turns {
			if turn.State == "voted" {
				votes++
			}
		}
		return votes == n
	}
}

// Agents vote side by side, and what they have not voted when the vote ends is a
// recorded cancellation: no vote comes after the result.
func TestContractVotesKeepToTheBell(t *testing.T) {
	gate := make(chan struct{})
	h := newHouse(t, func(c llmtest.Call) llmtest.Reply {
		if strings.Contains(c.Prompt.Last(), "You may vote for") {
			return llmtest.Reply{Text: "Player 1", Gate: gate}
		}
		return llmtest.Reply{Text: "[pass]"}
	})
	host, _ := h.game(client.Settings{"agents": 4})
	h.turns(host, ended(4))
	before := h.model.Total()
	h.act(host, "skip")
	if err := h.model.WaitTotal(t.Context(), before+4); err != nil { // none waits for another's answer
		t.Fatal(err)
	}
	h.act(host, "skip")
	close(gate)
	for _, turn := range h.turns(host, ended(8))[4:] {
		if turn.State != "cancelled" || turn.why() != "phase" {
			t.Errorf("a vote that came too late: %+v", turn)
		}
	}
	over := false
	for _, e := range everything(t, host.Room()) {
		if over = over || e.Type == "result"; over && e.Type == "voted" {
			t.Errorf("a vote after the result: %s", e.JSON)
		}
	}
	if !over {
		t.Error("no result")
	}
}

// A model that fails costs its own agent's voice and nobody else's.
func TestContractFailureStaysWithTheAgent(t *testing.T) {
	h := newHouse(t, func(c llmtest.Call) llmtest.Reply {
		if c.Prompt.Model == "bad" {
			return llmtest.Reply{Status: 401}
		}
		return llmtest.Reply{Text: fmt.Sprintf("answer number %d", c.N)}
	})
	host, kim := h.open(client.Settings{"agents": []map[string]any{{"model": "openai:bad"}, {"model": "openai:good"}}})
	for n := range 3 {
		h.say(kim, fmt.Sprint("line ", n))
		h.turns(host, ended(2*(n+1)))
	}
	states := map[string]int{}
	for _, turn := range h.turns(host, ended(6)) {
		states[turn.Attempts[0].Model+" "+turn.State]++
	}
	if states["openai:bad failed"] != 3 || states["openai:good replied"] != 3 {
		t.Errorf("%v", states)
	}
}

// agentOfCall reads the agent's name off the turn's header.
func agentOfCall(t *testing.T, c llmtest.Call) string {
	t.Helper()
	part := strings.Split(c.Turn, "/")
	if len(part) != 4 || !strings.HasPrefix(part[1], "Player%20") {
		t.Fatalf("header %q", c.Turn)
	}
	return strings.ReplaceAll(part[1], "%20", " ")
}

// Every series of the contract's table is there after a game and a chat, and
// counts what its name says.
func TestContractMetrics(t *testing.T) {
	gate := make(chan struct{})
	h := newHouse(t, gated(gate))
	host, kim := h.busy(client.Settings{"agents": 1, "hops": 0})
	h.say(kim, "the second")
	h.say(kim, "the third")
	close(gate)
	h.turns(host, ended(2))
	got := h.metrics()
	for series, want := range map[string]string{
		`parley_triggers_total`:                                            "3",
		`parley_triggers_coalesced_total`:                                  "2",
		`parley_turns_total{outcome="replied"}`:                            "2",
		`parley_model_calls_total{model="openai:test",outcome="answered"}`: "2",
		`parley_model_calls_wasted_total{reason="refused"}`:                "0",
		`parley_rooms{status="running"}`:                                   "1",
		`parley_rooms{status="waiting"}`:                                   "0",
		`parley_rooms{status="closed"}`:                                    "0",
		`parley_connections{transport="ws"}`:                               "0",
		`parley_connections{transport="sse"}`:                              "0",
		`parley_triggers_suppressed_total{limit="hops"}`:                   "0",
		`parley_duplicates_prevented_total{at="start"}`:                    "0",
		`parley_duplicates_prevented_total{at="commit"}`:                   "0",
	} {
		if got[series] != want {
			t.Errorf("%s is %q, want %s", series, got[series], want)
		}
	}
	for _, name := range []string{"parley_commit_seconds", "parley_commit_wait_seconds"} {
		for _, part := range []string{"_sum", "_count", `_bucket{le="+Inf"}`} {
			if got[name+part] == "" {
				t.Errorf("no %s%s", name, part)
			}
		}
	}
}

func (h *house) metrics() map[string]string {
	h.t.Helper()
	status, body := h.request("GET", "/metrics", "", nil)
	if status != http.StatusOK {
		h.t.Fatalf("metrics: %d %s", status, body)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(body)) {
		if i := strings.LastIndexByte(line, ' '); i > 0 && !strings.HasPrefix(line, "#") {
			out[line[:i]] = strings.TrimSpace(line[i:])
		}
	}
	return out
}

// A whole game, as its events tell it: in the order of the contract, with the
// fields of the contract, from 1 on without a gap.
func TestContractAGameInEvents(t *testing.T) {
	h := newHouse(t, func(c llmtest.Call) llmtest.Reply {
		if _, who, is := strings.Cut(c.Prompt.Last(), "You may vote for: "); is {
			name, _, _ := strings.Cut(who, ",")
			return llmtest.Reply{Text: name}
		}
		return llmtest.Reply{Text: fmt.Sprintf("answer number %d", c.N)}
	})
	host, person := h.game(client.Settings{"reveal_seconds": 5, "hops": 1})
	h.say(person, "tea, and you?")
	h.turns(host, ended(2))
	h.act(host, "pause")
	h.act(host, "resume")
	h.act(host, "skip")
	others := slices.DeleteFunc(h.names(host.Room()), func(n string) bool { return n == person.Player })
	if err := person.Vote(t.Context(), others[0]); err != nil {
		t.Fatal(err)
	}
	h.turns(host, voted(2))
	h.act(host, "skip")
	want := map[string][]string{
		"joined": {"player"}, "phase": {"phase", "round", "topic", "ends_at"}, "message": {"player", "text"}, "voted": {"player"},
		"result": {"round", "votes", "tally", "suspect", "suspect_role", "winner", "game_winner"}, "roles": {"roles"}, "paused": nil, "resumed": nil,
	}
	var order []string
	for i, e := range everything(t, host.Room()) {
		var fields map[string]any
		if err := json.Unmarshal(e.JSON, &fields); err != nil {
			t.Fatal(err)
		}
		for _, f := range append([]string{"seq", "type", "at"}, want[e.Type]...) {
			if _, is := fields[f]; !is {
				t.Errorf("%s has no %s: %s", e.Type, f, e.JSON)
			}
		}
		if e.Seq != uint64(i+1) {
			t.Errorf("event %d has seq %d", i+1, e.Seq)
		}
		word := e.Type
		if e.Phase != "" {
			word = e.Phase
		}
		if len(order) == 0 || order[len(order)-1] != word {
			order = append(order, word)
		}
	}
	if got := strings.Join(order, " "); got != "waiting joined discussion message paused resumed voting voted result reveal roles closed" {
		t.Errorf("the game went %s", got)
	}
	var view struct{ Status, Phase string }
	if err := host.Room().Get(t.Context(), "", &view); err != nil || view.Status != "closed" || view.Phase != "closed" {
		t.Errorf("%+v, %v", view, err)
	}
}
