package httpapi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/room"
)

func (w *world) config(code string) (c room.Config) {
	w.t.Helper()
	if err := w.host.Inspect(w.t.Context(), code, func(s *room.State) { c = s.Config }); err != nil {
		w.t.Fatal(err)
	}
	return c
}

// A host sets the next table: it is as the last one, and its people find it.
func TestFollows(t *testing.T) {
	w := newWorld(t)
	code, hostToken := w.room(map[string]any{
		"title": "Friday", "topic": "Tea", "seats": 2, "agents": []any{map[string]any{"model": "openai:secretmodel"}, map[string]any{}},
		"discussion_seconds": 77, "voting_seconds": 11, "reveal_seconds": 13, "rounds": 2, "visibility": "unlisted", "password": "sesame",
		"pacing": "instant", "silence_seconds": 0,
	})
	_, guest := w.join(code, map[string]any{"password": "sesame"})
	_, stranger := w.room(map[string]any{})
	for _, tt := range []struct {
		status  int
		follows string
		options []option
	}{
		{422, "nope", []option{token(hostToken)}},
		{422, "IIIIII", []option{token(hostToken)}},
		{404, "ZZZZZZ", []option{header("Cookie", "parley_ZZZZZZ=x")}},
		{401, code, nil},
		{403, code, []option{token(guest)}},
		{403, code, []option{token(stranger)}},
	} {
		w.want(tt.status, "POST", "/v1/rooms", map[string]any{"follows": tt.follows}, tt.options...)
	}
	at := "/v1/rooms/" + code
	if next, told := w.want(200, "GET", at, nil, token(guest)).json(t)["next"]; told {
		t.Errorf("a room that nothing follows has a next one: %v", next)
	}

	made := w.want(201, "POST", "/v1/rooms", map[string]any{"follows": strings.ToLower(code), "title": "Friday · 2", "seats": 9}, header("Cookie", "parley_"+code+"="+hostToken)).json(t)
	next := made["code"].(string)
	if got := w.want(200, "GET", at, nil, token(guest)).json(t)["next"]; got != next {
		t.Errorf("the guest finds %v, want %s", got, next)
	}
	was, is := w.config(code), w.config(next)
	if is.Follows != code || len(is.Agents) != 2 || is.Agents[0].Model != "openai:secretmodel" || len(is.Topics) != 2 {
		t.Errorf("the next room is %+v", is)
	}
	is.Code, is.Title, is.Follows, is.Topics, is.Agents, is.CreatedAt = was.Code, was.Title, was.Follows, was.Topics, was.Agents, was.CreatedAt
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("the next room differs in (-first +next):\n%s", diff)
	}
	view := made["room"].(map[string]any)
	for field, want := range map[string]any{"title": "Friday · 2", "mode": "imitation", "seats": 2.0, "locked": true} {
		if view[field] != want {
			t.Errorf("%s is %v, want %v", field, view[field], want)
		}
	}
	if topic := view["topic"].(string); !strings.HasPrefix(topic, "Topic ") {
		t.Errorf("the topic %q is not drawn anew", topic)
	}
	w.want(403, "POST", "/v1/rooms/"+next+"/players", map[string]any{"password": "guess"})
	w.join(next, map[string]any{"password": "sesame"})
	if rooms := w.want(200, "GET", "/v1/rooms?status=waiting", nil).json(t)["rooms"].([]any); len(rooms) != 1 {
		t.Errorf("the lobby lists %v, want the stranger's room alone", rooms)
	}

	w.want(200, "POST", at+"/end", nil, token(hostToken))
	later := w.want(201, "POST", "/v1/rooms", map[string]any{"follows": code}, token(hostToken)).json(t)["code"]
	if got := w.want(200, "GET", at, nil, token(guest)).json(t)["next"]; got != later {
		t.Errorf("of two that follow the guest finds %v, want the younger one, %v", got, later)
	}
}
