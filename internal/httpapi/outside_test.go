package httpapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// gateway is an agent from outside in a room with Ann.
//
//nolint:revive // a room and all who are in it
func (w *world) gateway() (code, hostToken, ann, agent string) {
	w.t.Helper()
	code, hostToken = w.open()
	_, ann = w.join(code, map[string]any{"name": "Ann"})
	m := w.want(201, "POST", "/v1/rooms/"+code+"/agents", map[string]any{"persona": "zoe-persona"}, token(hostToken)).json(w.t)
	if m["player"] != "Zoe" {
		w.t.Errorf("agent: %v", m)
	}
	return code, hostToken, ann, m["token"].(string)
}

func TestOutsideAgent(t *testing.T) {
	w := newWorld(t)
	code, hostToken, ann, agent := w.gateway()
	at := "/v1/rooms/" + code
	w.want(204, "POST", at+"/turns/claim", nil, token(agent))
	for i := range 60 {
		w.say(code, ann, fmt.Sprint("line ", i))
	}
	r := w.want(200, "POST", at+"/turns/claim?lease=600&wait=0", nil, token(agent))
	claim := r.json(t)
	covers, events := claim["covers"].([]any), claim["events"].([]any)
	if len(covers) != 60 || len(events) != 63 || claim["kind"] != "message" || claim["persona"] != "zoe-persona" || claim["player"] != "Zoe" {
		t.Fatalf("claim: %s", r.body)
	}
	if covers[0] != 4.0 || covers[59] != 63.0 {
		t.Errorf("covers %v", covers)
	}
	deadline, err := time.Parse("2006-01-02T15:04:05.000Z", claim["deadline"].(string))
	if err != nil || time.Until(deadline) < 9*time.Minute || time.Until(deadline) > 10*time.Minute {
		t.Errorf("deadline %v: %v", deadline, err)
	}
	w.want(204, "POST", at+"/turns/claim", nil, token(agent))

	turn, lease := claim["turn"].(string), claim["lease"].(string)
	end := at + "/turns/" + turn + "/outcome"
	w.unchanged(code, func() {
		for body, status := range map[string]int{
			``:                          400,
			`{}`:                        422,
			`{"lease":"` + lease + `"}`: 422,
			`{"lease":"` + lease + `","outcome":"won"}`:                                                422,
			`{"lease":"` + lease + `","outcome":"replied"}`:                                            422,
			`{"lease":"` + lease + `","outcome":"replied","text":" "}`:                                 422,
			`{"lease":"` + lease + `","outcome":"replied","text":"` + strings.Repeat("x", 1001) + `"}`: 422,
			`{"lease":"` + lease + `","outcome":"voted"}`:                                              422,
			`{"lease":"nonsense","outcome":"silent"}`:                                                  422,
			`{"lease":"` + lease[:len(lease)-2] + `AA","outcome":"silent"}`:                            422,
			`{"lease":7,"outcome":"silent"}`:                                                           422,
			`{"lease":"` + lease + `","outcome":"failed","reason":"` + strings.Repeat("x", 300) + `"}`: 422,
			`{"lease":"` + lease + `","outcome":"silent","extra":1}`:                                   422,
		} {
			w.want(status, "POST", end, body, token(agent))
		}
		w.want(409, "POST", at+"/turns/Zoe-99/outcome", map[string]any{"lease": lease, "outcome": "silent"}, token(agent))
		for query, field := range map[string]string{"lease=4": "lease", "lease=601": "lease", "wait=31": "wait", "x=1": "x"} {
			wantField(t, w.want(422, "POST", at+"/turns/claim?"+query, nil, token(agent)), field)
		}
	})
	answer := map[string]any{"lease": lease, "outcome": "replied", "text": "Hello Ann", "suspect": nil, "reason": nil}
	first := w.want(201, "POST", end, answer, token(agent)).json(t)
	if first["seq"] != 64.0 {
		t.Errorf("answered: %v", first)
	}
	w.unchanged(code, func() {
		if again := w.want(200, "POST", end, answer, token(agent)).json(t); again["seq"] != 64.0 {
			t.Errorf("again: %v", again)
		}
		answer["text"] = "Something else"
		w.want(409, "POST", end, answer, token(agent))
		w.want(409, "POST", end, map[string]any{"lease": lease, "outcome": "silent"}, token(agent))
	})
	turns := w.want(200, "GET", at+"/turns", nil, token(hostToken)).json(t)["turns"].([]any)
	if tn := turns[0].(map[string]any); len(turns) != 1 || tn["state"] != "replied" || tn["reply_seq"] != 64.0 || len(tn["covers"].([]any)) != 60 {
		t.Errorf("turns: %v", turns)
	}
	for _, tt := range []struct {
		body  map[string]any
		state string
	}{
		{map[string]any{"outcome": "silent"}, "silent"},
		{map[string]any{"outcome": "failed", "reason": "no GPU"}, "failed"},
	} {
		w.say(code, ann, "and "+tt.state)
		claim := w.want(200, "POST", at+"/turns/claim?wait=30", nil, token(agent)).json(t)
		tt.body["lease"] = claim["lease"]
		path := at + "/turns/" + claim["turn"].(string) + "/outcome"
		if m := w.want(201, "POST", path, tt.body, token(agent)).json(t); m["seq"] != nil {
			t.Errorf("%s: %v", tt.state, m)
		}
		w.unchanged(code, func() { w.want(200, "POST", path, tt.body, token(agent)) })
	}
	all := w.want(200, "GET", at+"/turns", nil, token(hostToken)).json(t)["turns"].([]any)
	if tn := all[2].(map[string]any); tn["state"] != "failed" || tn["reason"] != "no GPU" {
		t.Errorf("failed turn: %v", tn)
	}
	w.want(200, "POST", at+"/end", nil, token(hostToken))
	w.want(204, "POST", at+"/turns/claim?wait=30", nil, token(agent))
	w.want(409, "POST", end, map[string]any{"lease": lease, "outcome": "silent"}, token(agent))
}

// TestClaimWaits wakes a program that waits, and gives a turn to one of two.
func TestClaimWaits(t *testing.T) {
	w := newWorld(t)
	code, _, ann, agent := w.gateway()
	answers := make(chan reply, 2)
	for range 2 {
		go func() { answers <- w.do("POST", "/v1/rooms/"+code+"/turns/claim?wait=2", nil, token(agent)) }()
	}
	w.say(code, ann, "hello")
	first, second := <-answers, <-answers
	if first.status+second.status != 404 {
		t.Errorf("two claims got %d and %d", first.status, second.status)
	}
}

// TestLeaseBelongsToItsAgent refuses an agent that answers for another.
func TestLeaseBelongsToItsAgent(t *testing.T) {
	w := newWorld(t)
	code, hostToken, ann, zoe := w.gateway()
	m := w.want(201, "POST", "/v1/rooms/"+code+"/agents", nil, token(hostToken)).json(t)
	if m["player"] == "Zoe" {
		t.Fatal("two agents with one name")
	}
	other := m["token"].(string)
	w.say(code, ann, "hello")
	claim := w.want(200, "POST", "/v1/rooms/"+code+"/turns/claim", nil, token(zoe)).json(t)
	w.unchanged(code, func() {
		body := map[string]any{"lease": claim["lease"], "outcome": "replied", "text": "I am Zoe"}
		w.want(422, "POST", "/v1/rooms/"+code+"/turns/"+claim["turn"].(string)+"/outcome", body, token(other))
		w.want(422, "POST", "/v1/rooms/"+code+"/agents", map[string]any{"persona": "nobody"}, token(hostToken))
		w.want(422, "POST", "/v1/rooms/"+code+"/agents", map[string]any{"name": "x"}, token(hostToken))
	})
}
