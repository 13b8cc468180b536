package httpapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/httpapi"
)

func TestCreateDefaults(t *testing.T) {
	w := newWorld(t)
	r := w.want(201, "POST", "/v1/rooms", map[string]any{})
	m := r.json(t)
	code, hostToken := m["code"].(string), m["host_token"].(string)
	room := m["room"].(map[string]any)
	for field, want := range map[string]any{
		"code": code, "title": "Room " + code, "mode": "imitation", "status": "waiting", "phase": "waiting", "round": 0.0, "ends_at": nil,
		"seq": 1.0, "people": 0.0, "seats": 1.0, "locked": false,
	} {
		if room[field] != want {
			t.Errorf("room.%s is %v, want %v", field, room[field], want)
		}
	}
	if topic := room["topic"].(string); !strings.HasPrefix(topic, "Topic ") {
		t.Errorf("topic %q is not from the pack", topic)
	}
	if !strings.HasPrefix(hostToken, code+".") {
		t.Errorf("host token does not name the room")
	}
	cookie := r.header.Get("Set-Cookie")
	for _, part := range []string{"parley_" + code + "=" + hostToken, "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("cookie %q lacks %q", cookie, part)
		}
	}
	if strings.Contains(cookie, "Secure") {
		t.Errorf("cookie over plain HTTP is Secure: %q", cookie)
	}
	secure := w.want(201, "POST", "/v1/rooms", map[string]any{}, header("X-Forwarded-Proto", "https")).header.Get("Set-Cookie")
	if !strings.Contains(secure, "Secure") {
		t.Errorf("cookie over HTTPS is not Secure: %q", secure)
	}
	got := w.want(200, "GET", "/v1/rooms/"+strings.ToLower(code), nil).json(t)
	if got["code"] != code {
		t.Errorf("lower case code: got room %v", got["code"])
	}
}

func TestCreateRefusals(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		name, body string
		status     int
		field      string
	}{
		{"empty", ``, 400, ""},
		{"malformed", `{"mode"`, 400, ""},
		{"garbage after", `{} x`, 400, ""},
		{"two values", `{}{}`, 400, ""},
		{"not UTF-8", "{\"title\":\"\xff\"}", 400, ""},
		{"null", `null`, 422, "body"},
		{"list", `[]`, 422, "body"},
		{"word", `"x"`, 422, "body"},
		{"unknown field", `{"colour":1}`, 422, "colour"},
		{"other case", `{"Title":"x"}`, 422, "Title"},
		{"twice", `{"seats":1,"seats":2}`, 422, "seats"},
		{"null field", `{"seats":null}`, 422, "seats"},
		{"string number", `{"seats":"3"}`, 422, "seats"},
		{"fraction", `{"seats":1.5}`, 422, "seats"},
		{"exponent", `{"seats":2e0}`, 422, "seats"},
		{"huge", `{"seats":1e999}`, 422, "seats"},
		{"long integer", `{"seats":99999999999999999999999}`, 422, "seats"},
		{"negative huge", `{"hops":-1e999}`, 422, "hops"},
		{"list for number", `{"seats":[1]}`, 422, "seats"},
		{"mode", `{"mode":"chess"}`, 422, "mode"},
		{"mode type", `{"mode":1}`, 422, "mode"},
		{"seats in a game", `{"seats":13,"agents":0}`, 422, "seats"},
		{"no seats", `{"seats":0}`, 422, "seats"},
		{"seats in open", `{"mode":"open","seats":1001}`, 422, "seats"},
		{"too many together", `{"seats":9,"agents":4}`, 422, "agents"},
		{"alone", `{"seats":1,"agents":0}`, 422, "agents"},
		{"agents", `{"agents":17,"mode":"open"}`, 422, "agents"},
		{"agents type", `{"agents":"4"}`, 422, "agents"},
		{"agents fraction", `{"agents":1.5}`, 422, "agents"},
		{"agents object", `{"agents":{}}`, 422, "agents"},
		{"persona", `{"agents":[{},{"persona":"nobody"}]}`, 422, "agents[1].persona"},
		{"model", `{"agents":[{"model":"gpt-9000"}]}`, 422, "agents[0].model"},
		{"agent's field", `{"agents":[{"name":"x"}]}`, 422, "agents[0].name"},
		{"agent's null", `{"agents":[null]}`, 422, "agents[0]"},
		{"agent's type", `{"agents":[{"model":7}]}`, 422, "agents[0].model"},
		{"long title", `{"title":"` + strings.Repeat("ä", 81) + `"}`, 422, "title"},
		{"control in title", `{"title":"a\u0000b"}`, 422, "title"},
		{"long topic", `{"topic":"` + strings.Repeat("x", 281) + `"}`, 422, "topic"},
		{"discussion", `{"discussion_seconds":9}`, 422, "discussion_seconds"},
		{"discussion", `{"discussion_seconds":3601}`, 422, "discussion_seconds"},
		{"voting", `{"voting_seconds":4}`, 422, "voting_seconds"},
		{"voting", `{"voting_seconds":601}`, 422, "voting_seconds"},
		{"reveal", `{"reveal_seconds":4}`, 422, "reveal_seconds"},
		{"rounds", `{"rounds":0}`, 422, "rounds"},
		{"rounds", `{"rounds":11}`, 422, "rounds"},
		{"visibility", `{"visibility":"secret"}`, 422, "visibility"},
		{"overlap", `{"overlap":"queue"}`, 422, "overlap"},
		{"pacing", `{"pacing":"slow"}`, 422, "pacing"},
		{"hops", `{"hops":21}`, 422, "hops"},
		{"hops", `{"hops":-1}`, 422, "hops"},
		{"replies", `{"replies_per_minute":0}`, 422, "replies_per_minute"},
		{"replies", `{"replies_per_minute":601}`, 422, "replies_per_minute"},
		{"calls", `{"calls":1000001}`, 422, "calls"},
		{"silence", `{"silence_seconds":601}`, 422, "silence_seconds"},
		{"password type", `{"password":12345678}`, 422, "password"},
		{"language", `{"language":"xx"}`, 422, "language"},
		{"deep", `{"agents":` + strings.Repeat("[", 3000) + strings.Repeat("]", 3000) + `}`, 422, "body"},
	} {
		t.Run(tt.name+" "+tt.field, func(t *testing.T) {
			w.t = t
			r := w.want(tt.status, "POST", "/v1/rooms", tt.body)
			if tt.field != "" {
				wantField(t, r, tt.field)
			}
			if strings.Contains(string(r.body), "12345678") {
				t.Errorf("the password is echoed: %s", r.body)
			}
		})
	}
	w.t = t
	w.want(415, "POST", "/v1/rooms", `{}`, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") })
	w.want(415, "POST", "/v1/rooms", `{}`, func(r *http.Request) { r.Header.Set("Content-Type", "application/json; charset=latin1") })
	w.want(413, "POST", "/v1/rooms", `{"title":"`+strings.Repeat("x", 64<<10)+`"}`)
	if list := w.want(200, "GET", "/v1/rooms", nil).json(t); len(list["rooms"].([]any)) != 0 {
		t.Errorf("rooms were made: %v", list)
	}
}

func wantField(t *testing.T, r reply, field string) {
	t.Helper()
	var p httpapi.Problem
	if err := json.Unmarshal(r.body, &p); err != nil {
		t.Fatal(err)
	}
	for _, e := range p.Errors {
		if e.Field == field && e.Message != "" {
			return
		}
	}
	t.Errorf("errors do not name %q: %s", field, r.body)
}

func TestCreateAgents(t *testing.T) {
	w := newWorld(t)
	for _, agents := range []any{2, []map[string]any{{"persona": "ida-persona", "model": "openai:secretmodel"}, {}}} {
		code, _ := w.open(map[string]any{"agents": agents})
		room := w.want(200, "GET", "/v1/rooms/"+code, nil).json(t)
		names := map[any]bool{}
		for _, p := range room["players"].([]any) {
			player := p.(map[string]any)
			names[player["name"]] = true
			if player["role"] != "agent" {
				t.Errorf("role %v", player["role"])
			}
		}
		if len(names) != 2 {
			t.Errorf("agents %v have names %v", agents, names)
		}
	}
	code, _ := w.open(map[string]any{"agents": 16})
	if got := len(w.want(200, "GET", "/v1/rooms/"+code, nil).json(t)["players"].([]any)); got != 16 {
		t.Errorf("%d agents with names of their own, want 16", got)
	}
}

func TestLobby(t *testing.T) {
	made := time.Now()
	w := newWorld(t, func(c *httpapi.Config) {
		c.Now = func() time.Time { made = made.Add(time.Millisecond); return made } // one request after the other
	})
	var codes []string
	for range 5 {
		code, _ := w.room(map[string]any{"agents": 1})
		codes = append(codes, code)
	}
	w.room(map[string]any{"visibility": "unlisted"})
	locked, _ := w.open(map[string]any{"password": "geheim"})
	var seen []string
	path := "/v1/rooms?limit=2&status=waiting"
	for next := path; next != ""; {
		page := w.want(200, "GET", next, nil).json(t)
		for _, r := range page["rooms"].([]any) {
			seen = append(seen, r.(map[string]any)["code"].(string))
		}
		next = ""
		if c, more := page["next"].(string); more {
			next = path + "&cursor=" + c
		}
	}
	slices.Reverse(codes) // newest first
	if !slices.Equal(seen, codes) {
		t.Errorf("the lobby shows %v of %v", seen, codes)
	}
	running := w.want(200, "GET", "/v1/rooms?status=running", nil).json(t)["rooms"].([]any)
	if len(running) != 1 || running[0].(map[string]any)["locked"] != true || running[0].(map[string]any)["code"] != locked {
		t.Errorf("running rooms: %v", running)
	}
	for query, field := range map[string]string{
		"limit=0": "limit", "limit=101": "limit", "limit=x": "limit", "limit=-1": "limit", "limit=1.0": "limit", "limit=": "limit", "status=odd": "status",
		"page=2": "page", "limit=1&limit=2": "limit", "cursor=%00": "cursor", "cursor=nonsense": "cursor", "a=%zz": "query",
	} {
		wantField(t, w.want(422, "GET", "/v1/rooms?"+query, nil), field)
	}
}

func TestUnknownPaths(t *testing.T) {
	w := newWorld(t)
	code, _ := w.open()
	for _, tt := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/nowhere", 404, ""},
		{"GET", "/v1", 404, ""},
		{"GET", "/v1/", 404, ""},
		{"GET", "/v1/rooms/", 404, ""},
		{"GET", "/v1//rooms", 404, ""},
		{"GET", "/v1/./rooms", 404, ""},
		{"GET", "/assets", 404, ""},
		{"GET", "/assets/", 404, ""},
		{"GET", "/assets/index.html", 404, ""},
		{"GET", "/assets/../main.js", 404, ""},
		{"GET", "/index.html", 404, ""},
		{"GET", "/v1/rooms/ABC", 404, ""},
		{"GET", "/v1/rooms/ABCDE0", 404, ""},
		{"GET", "/v1/rooms/22222Z", 404, ""},
		{"POST", "/v1/rooms/22222Z/players", 404, ""},
		{"GET", "/v1/rooms/22222Z/events", 404, ""},
		{"GET", "/v1/rooms/22222Z/ws", 404, ""},
		{"PUT", "/v1/rooms", 405, "GET, HEAD, POST"},
		{"DELETE", "/v1/rooms/" + code, 405, "GET, HEAD"},
		{"GET", "/v1/rooms/" + code + "/messages", 405, "POST"},
		{"POST", "/healthz", 405, "GET, HEAD"},
		{"OPTIONS", "/v1/rooms", 405, "GET, HEAD, POST"},
		{"BREW", "/nowhere", 404, ""},
	} {
		r := w.want(tt.status, tt.method, tt.path, nil)
		if got := r.header.Get("Allow"); got != tt.allow {
			t.Errorf("%s %s allows %q, want %q", tt.method, tt.path, got, tt.allow)
		}
	}
}

func TestOperator(t *testing.T) {
	w := newWorld(t, func(c *httpapi.Config) { c.OperatorToken = "op-secret" })
	w.want(200, "GET", "/healthz", nil)
	w.want(200, "GET", "/readyz", nil)
	w.want(200, "GET", "/metrics", nil)
	for _, h := range []string{"X-Forwarded-For", "Forwarded", "X-Forwarded-Proto", "X-Real-IP", "Via"} {
		w.want(403, "GET", "/metrics", nil, header(h, "127.0.0.1"))
		w.want(200, "GET", "/metrics", nil, header(h, "127.0.0.1"), token("op-secret"))
		w.want(403, "GET", "/metrics", nil, header(h, "127.0.0.1"), token("op-secreT"))
	}
	if err := w.log.Close(); err != nil {
		t.Fatal(err)
	}
	r := w.want(503, "GET", "/readyz", nil)
	if r.header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
	w.want(200, "GET", "/healthz", nil)
	if w.want(503, "POST", "/v1/rooms", `{}`).header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
}

func TestOrigins(t *testing.T) {
	w := newWorld(t, func(c *httpapi.Config) { c.AllowOrigins = []string{"https://Friend.example:443"} })
	own := w.http.URL
	for _, method := range []string{"GET", "POST"} {
		ok := map[string]int{"GET": 200, "POST": 201}[method]
		var body any
		if method == "POST" {
			body = `{}`
		}
		w.want(ok, method, "/v1/rooms", body, header("Origin", own))
		friend := w.want(ok, method, "/v1/rooms", body, header("Origin", "https://friend.example"))
		if friend.header.Get("Access-Control-Allow-Origin") != "https://friend.example" || friend.header.Get("Access-Control-Allow-Credentials") != "true" {
			t.Errorf("CORS headers for a friend: %v", friend.header)
		}
		for _, foreign := range []string{"https://evil.example", "null", "http://friend.example", "https://friend.example.evil", "file://", strings.Replace(own, "http:", "https:", 1), own + "0"} {
			r := w.want(403, method, "/v1/rooms", body, header("Origin", foreign))
			if r.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("CORS headers for %s", foreign)
			}
		}
	}
	preflight := []option{header("Access-Control-Request-Method", "POST")}
	r := w.want(204, "OPTIONS", "/v1/rooms", nil, append(preflight, header("Origin", "https://friend.example"))...)
	if !strings.Contains(r.header.Get("Access-Control-Allow-Headers"), "Authorization") || !strings.Contains(r.header.Get("Access-Control-Allow-Methods"), "DELETE") {
		t.Errorf("preflight: %v", r.header)
	}
	w.want(403, "OPTIONS", "/v1/rooms", nil, append(preflight, header("Origin", "https://evil.example"))...)
}
