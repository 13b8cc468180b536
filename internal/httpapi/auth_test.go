package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
)

func cookie(code, tok string) option { return header("Cookie", "parley_"+code+"="+tok) }

// TestTokens asks for everything with every kind of token.
func TestTokens(t *testing.T) {
	w := newWorld(t)
	code, hostToken := w.open()
	other, otherHost := w.open()
	_, ann := w.join(code, map[string]any{"name": "Ann"})
	_, bob := w.join(other, map[string]any{"name": "Bob"})
	agent := w.want(201, "POST", "/v1/rooms/"+code+"/agents", map[string]any{}, token(hostToken)).json(t)["token"].(string)
	gone, goneToken := w.join(code, map[string]any{"name": "Gone"})
	w.want(204, "DELETE", "/v1/rooms/"+code+"/players/"+gone, nil, token(hostToken))
	_, left := w.join(code, map[string]any{"name": "Left"})
	w.want(204, "DELETE", "/v1/rooms/"+code+"/players/me", nil, token(left))
	unknown := code + "." + strings.Repeat("A", 32)

	at := "/v1/rooms/" + code
	reads := []string{"GET " + at, "GET " + at + "/events", "GET " + at + "/me"}
	seat := []string{"POST " + at + "/messages", "POST " + at + "/votes", "POST " + at + "/typing", "DELETE " + at + "/players/me"}
	hosts := []string{
		"POST " + at + "/start", "POST " + at + "/pause", "POST " + at + "/resume", "POST " + at + "/skip", "POST " + at + "/end",
		"DELETE " + at + "/players/Ann", "POST " + at + "/agents", "POST " + at + "/agents/x/nudge", "GET " + at + "/turns", "GET " + at + "/transcript",
	}
	agents := []string{"POST " + at + "/turns/claim", "POST " + at + "/turns/x-1/outcome"}
	all := append(append(append(append([]string{}, reads...), seat...), hosts...), agents...)
	refused := func(status int, what []string, o ...option) {
		t.Helper()
		for _, request := range what {
			method, path, _ := strings.Cut(request, " ")
			var body any
			switch {
			case strings.HasSuffix(path, "/messages"):
				body = map[string]any{"text": "hello"}
			case strings.HasSuffix(path, "/votes"):
				body = map[string]any{"suspect": "Ann"}
			case strings.HasSuffix(path, "/outcome"):
				body = map[string]any{"lease": "x", "outcome": "silent"}
			}
			w.unchanged(code, func() {
				r := w.want(status, method, path, body, o...)
				if status == 401 && r.header.Get("WWW-Authenticate") == "" {
					t.Errorf("%s: 401 without WWW-Authenticate", request)
				}
			})
		}
	}
	writes := all[len(reads):]
	refused(401, writes)
	refused(401, all, token(unknown))
	refused(401, all, token("nonsense"))
	refused(401, all, token(strings.ToLower(hostToken[:6])+hostToken[6:]))
	refused(401, all, header("Authorization", "Basic YTpi"))
	refused(401, all, header("Authorization", ""))
	refused(401, all, token(ann), header("Authorization", "Bearer "+ann))
	refused(401, all, token("22222Z."+strings.Repeat("A", 32)))
	refused(401, all, token(other+"."+strings.Repeat("A", 32)))
	refused(403, all, token(bob))
	refused(403, all, token(otherHost))
	refused(403, all, token(goneToken))
	refused(403, all, token(left))
	refused(403, hosts, token(ann))
	refused(403, agents, token(ann))
	refused(403, seat, token(agent))
	refused(403, hosts, token(agent))
	refused(403, seat, token(hostToken))
	refused(403, agents, token(hostToken))
	refused(401, writes, cookie(code, unknown))
	refused(401, writes, cookie(code, "nonsense"))
	refused(401, writes, cookie(other, bob))
	refused(403, writes, cookie(code, goneToken))
	refused(401, []string{"GET /v1/rooms"}, token(unknown))
	refused(401, []string{"GET /v1/rooms"}, token("nonsense"))
	refused(401, []string{"GET /v1/rooms/nowhere"}, token("nonsense"))
	refused(404, []string{"GET /v1/rooms/22222Z"}, token(ann))

	// Reading is public: an old cookie is no hindrance, and no help.
	for _, c := range []string{unknown, "nonsense", goneToken, left} {
		w.want(200, "GET", at, nil, cookie(code, c))
		if me := w.want(200, "GET", at+"/me", nil, cookie(code, c)).json(t); me["player"] != nil || me["host"] != false {
			t.Errorf("an old cookie is somebody: %v", me)
		}
	}
	// The header beats the cookie.
	if me := w.want(200, "GET", at+"/me", nil, cookie(code, hostToken), token(ann)).json(t); me["player"] != "Ann" || me["host"] != false {
		t.Errorf("me with Ann's header and the host's cookie: %v", me)
	}
	if me := w.want(200, "GET", at+"/me", nil, cookie(code, hostToken)).json(t); me["player"] != nil || me["host"] != true {
		t.Errorf("me with the host's cookie: %v", me)
	}
	w.want(201, "POST", at+"/messages", map[string]any{"text": "by cookie"}, cookie(code, ann))
	w.want(200, "GET", "/v1/rooms", nil, token(ann))
}

// TestHostPlays gives host's rights to a player who joins with the host's token.
func TestHostPlays(t *testing.T) {
	w := newWorld(t)
	for _, by := range []func(code, tok string) option{func(_, tok string) option { return token(tok) }, cookie} {
		code, hostToken := w.open()
		at := "/v1/rooms/" + code
		name, tok := w.join(code, map[string]any{"name": "Ann"}, by(code, hostToken))
		if me := w.want(200, "GET", at+"/me", nil, token(tok)).json(t); me["player"] != name || me["host"] != true {
			t.Fatalf("me: %v", me)
		}
		w.want(200, "POST", at+"/pause", nil, token(tok))
		_, bob := w.join(code, map[string]any{"name": "Bob"}, token(tok))
		if me := w.want(200, "GET", at+"/me", nil, token(bob)).json(t); me["host"] != false {
			t.Errorf("a seat taken with a player's token has the host's rights")
		}
		w.want(204, "DELETE", at+"/players/me", nil, token(tok))
		if me := w.want(200, "GET", at+"/me", nil, token(bob)).json(t); me["host"] != true {
			t.Errorf("hosting did not pass on")
		}
		w.want(200, "POST", at+"/resume", nil, token(hostToken))
	}
}

func TestPassword(t *testing.T) {
	w := newWorld(t)
	code, hostToken := w.open(map[string]any{"password": "geheim"})
	at := "/v1/rooms/" + code
	w.unchanged(code, func() {
		for _, body := range []any{map[string]any{"name": "Ann"}, map[string]any{"name": "Ann", "password": "Geheim"}, map[string]any{"name": "Ann", "password": ""}} {
			w.want(403, "POST", at+"/players", body)
		}
		for _, path := range []string{at, at + "/events", at + "/ws"} {
			w.want(401, "GET", path, nil)
			w.want(401, "GET", path, nil, cookie(code, "nonsense"))
		}
		w.want(401, "GET", at+"/events", nil, header("Accept", "text/event-stream"))
	})
	_, ann := w.join(code, map[string]any{"name": "Ann", "password": "geheim"})
	w.want(200, "GET", at, nil, token(ann))
	w.want(200, "GET", at, nil, cookie(code, ann))
	w.want(200, "GET", at+"/events", nil, token(hostToken))
	for e, err := range w.log.Read(t.Context(), code, 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"geheim", hostToken, ann} {
			if s := string(mustJSON(t, e.Record)); strings.Contains(s, secret) {
				t.Errorf("the log holds a secret: %s", s)
			}
		}
	}
	w.want(204, "DELETE", at+"/players/Ann", nil, token(hostToken))
	w.want(403, "GET", at, nil, token(ann))
	w.want(401, "GET", at, nil, cookie(code, ann))
}

func TestJoin(t *testing.T) {
	w := newWorld(t)
	code, _ := w.open(map[string]any{"seats": 2})
	at := "/v1/rooms/" + code + "/players"
	for _, tt := range []struct {
		body   string
		status int
		field  string
	}{
		{``, 422, "name"},
		{`{}`, 422, "name"},
		{`{"name":""}`, 422, "name"},
		{`{"name":" \u200b "}`, 422, "name"},
		{`{"name":null}`, 422, "name"},
		{`{"name":7}`, 422, "name"},
		{`{"name":"` + strings.Repeat("x", 41) + `"}`, 422, "name"},
		{`{"name":"a\u0007"}`, 422, "name"},
		{`{"name":"x","role":"agent"}`, 422, "role"},
		{`{"name":`, 400, ""},
	} {
		w.unchanged(code, func() {
			r := w.want(tt.status, "POST", at, tt.body)
			if tt.field != "" {
				wantField(t, r, tt.field)
			}
		})
	}
	first := w.want(201, "POST", at, `{"name":"Änn"}`)
	m := first.json(t)
	if m["player"] != "Änn" || m["after"] != 1.0 {
		t.Errorf("joined: %v", m)
	}
	if c := first.header.Get("Set-Cookie"); !strings.Contains(c, "parley_"+code+"="+m["token"].(string)) {
		t.Errorf("cookie %q", c)
	}
	w.unchanged(code, func() { w.want(409, "POST", at, `{"name":"ÄNN"}`) })
	w.want(201, "POST", at, `{"name":"Bob"}`)
	w.unchanged(code, func() { w.want(409, "POST", at, `{"name":"Cyd"}`) })
	w.want(204, "DELETE", at+"/me", nil, token(m["token"].(string)))
	w.unchanged(code, func() { w.want(409, "POST", at, `{"name":"änn"}`) })
	w.want(201, "POST", at, `{"name":"Cyd"}`)
	w.unchanged(code, func() { w.want(401, "DELETE", at+"/me", nil) })
}

func TestMessages(t *testing.T) {
	w := newWorld(t)
	code, hostToken := w.open()
	at := "/v1/rooms/" + code
	_, ann := w.join(code, map[string]any{"name": "Ann"})
	for _, tt := range []struct {
		body   string
		status int
		field  string
	}{
		{``, 400, ""},
		{`{}`, 422, "text"},
		{`{"text":null}`, 422, "text"},
		{`{"text":"   "}`, 422, "text"},
		{`{"text":7}`, 422, "text"},
		{`{"text":["x"]}`, 422, "text"},
		{`{"text":"` + strings.Repeat("x", 1001) + `"}`, 422, "text"},
		{`{"text":"a\u0000"}`, 422, "text"},
		{`{"text":"a","client_id":""}`, 422, "client_id"},
		{`{"text":"a","client_id":"` + strings.Repeat("x", 65) + `"}`, 422, "client_id"},
		{`{"text":"a","client_id":"ä"}`, 422, "client_id"},
		{`{"text":"a","client_id":7}`, 422, "client_id"},
		{`{"text":"a","player":"Bob"}`, 422, "player"},
		{`{"text":"a"`, 400, ""},
		{`{"text":"` + strings.Repeat("x", 65<<10) + `"}`, 413, ""},
	} {
		w.unchanged(code, func() {
			r := w.want(tt.status, "POST", at+"/messages", tt.body, token(ann))
			if tt.field != "" {
				wantField(t, r, tt.field)
			}
		})
	}
	r := w.want(201, "POST", at+"/messages", `{"text":"  two\n\tlines  ","client_id":"c 1"}`, token(ann)).json(t)
	if r["seq"] != 3.0 {
		t.Errorf("posted: %v", r)
	}
	w.unchanged(code, func() {
		if r := w.want(200, "POST", at+"/messages", `{"text":"again","client_id":"c 1"}`, token(ann)).json(t); r["seq"] != 3.0 {
			t.Errorf("again: %v", r)
		}
	})
	events := w.want(200, "GET", at+"/events?after=2", nil).json(t)["events"].([]any)
	if m := events[0].(map[string]any); m["text"] != "two\n\tlines" || m["player"] != "Ann" || m["type"] != "message" || m["at"] == "" || len(m) != 5 {
		t.Errorf("event: %v", m)
	}
	w.want(201, "POST", at+"/messages", map[string]any{"text": strings.Repeat("ä", 1000)}, token(ann))
	w.want(204, "POST", at+"/typing", nil, token(ann))
	w.want(204, "POST", at+"/typing", `{}`, token(ann))
	w.want(422, "POST", at+"/typing", `{"x":1}`, token(ann))
	w.want(200, "POST", at+"/pause", nil, token(hostToken))
	w.unchanged(code, func() {
		w.want(409, "POST", at+"/messages", `{"text":"x"}`, token(ann))
		w.want(409, "POST", at+"/pause", nil, token(hostToken))
		w.want(409, "POST", at+"/start", nil, token(hostToken))
		w.want(409, "POST", at+"/skip", nil, token(hostToken))
		w.want(404, "DELETE", at+"/players/Nobody", nil, token(hostToken))
		w.want(404, "POST", at+"/agents/Ann/nudge", nil, token(hostToken))
	})
	w.want(200, "POST", at+"/end", nil, token(hostToken))
	w.unchanged(code, func() {
		for _, request := range []string{"POST /messages", "POST /votes", "POST /players", "POST /end", "POST /pause", "POST /resume", "POST /skip", "POST /start", "POST /agents"} {
			method, path, _ := strings.Cut(request, " ")
			tok := map[bool]string{true: ann, false: hostToken}[path == "/messages" || path == "/votes"]
			body := map[string]any{"/messages": `{"text":"x"}`, "/votes": `{"suspect":"Bob"}`, "/players": `{"name":"Bob"}`}[path]
			w.want(409, method, at+path, body, token(tok))
		}
		w.want(200, "POST", at+"/messages", `{"text":"again","client_id":"c 1"}`, token(ann))
	})
}

// TestRemovedAtOnce refuses a token from the moment of its removal, also when
// it was in use just before.
func TestRemovedAtOnce(t *testing.T) {
	w := newWorld(t)
	code, hostToken := w.open()
	_, ann := w.join(code, map[string]any{"name": "Ann"})
	body := map[string]any{"text": "x", "client_id": "1"}
	w.want(201, "POST", "/v1/rooms/"+code+"/messages", body, token(ann))
	w.want(200, "POST", "/v1/rooms/"+code+"/messages", body, token(ann))
	w.want(204, "DELETE", "/v1/rooms/"+code+"/players/Ann", nil, token(hostToken))
	w.want(403, "POST", "/v1/rooms/"+code+"/messages", body, token(ann))
	w.want(403, "GET", "/v1/rooms/"+code, nil, token(ann))
	w.want(403, http.MethodPost, "/v1/rooms/"+code+"/typing", nil, token(ann))
}
