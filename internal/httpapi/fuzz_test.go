package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/httpapi"
	"parley/room"
)

// fuzzed serves one request and demands that it is answered in order.
func fuzzed(t *testing.T, api http.Handler, r *http.Request) int {
	t.Helper()
	rec := httptest.NewRecorder()
	api.ServeHTTP(rec, r)
	if rec.Code >= 500 || rec.Code < 200 {
		t.Fatalf("status %d: %s", rec.Code, rec.Body)
	}
	if rec.Code >= 400 {
		checkProblem(t, reply{rec.Code, rec.Header(), rec.Body.Bytes()})
	}
	return rec.Code
}

func serverOf(tb testing.TB, w *world) *httpapi.Server {
	tb.Helper()
	api, err := httpapi.New(w.cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return api
}

func FuzzCreate(f *testing.F) {
	api := serverOf(f, newWorld(f))
	for _, body := range []string{
		``, `{}`, `null`, `[]`, `{"mode":"open","seats":1000,"agents":[{"persona":"zoe-persona"},{}]}`, `{"seats":1e0}`, `{"agents":-0}`,
		`{"title":"\ud800","topic":"\u0000"}`, `{"agents":[[[]]]}`, `{"seats":1,"seats":2}`, `{"hops":-0.0}`, `{"calls":1e309}`, "\xef\xbb\xbf{}", `{"":{"":""}}`,
	} {
		f.Add(body, "application/json")
	}
	f.Add(`{}`, "application/json; charset=\"utf-8")
	f.Fuzz(func(t *testing.T, body, kind string) {
		r := httptest.NewRequest(http.MethodPost, "/v1/rooms", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		fuzzed(t, api, r)
	})
}

func FuzzMessage(f *testing.F) {
	w := newWorld(f)
	api := serverOf(f, w)
	code, _ := w.open()
	_, ann := w.join(code, map[string]any{"name": "Ann"})
	for _, body := range []string{`{"text":"hello"}`, `{"text":"x","client_id":"1"}`, `{"text":"\u2028\u202e"}`, `{"text":null}`, `{"text":{}}`, `{"TEXT":"x"}`, `"text"`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, "/v1/rooms/"+code+"/messages", strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+ann)
		before := seqOf(t, w, code)
		status := fuzzed(t, api, r)
		if after := seqOf(t, w, code); (after != before) != (status == 201) {
			t.Fatalf("status %d, seq %d to %d", status, before, after)
		}
	})
}

func seqOf(t *testing.T, w *world, code string) (seq uint64) {
	t.Helper()
	if err := w.host.Inspect(t.Context(), code, func(s *room.State) { seq = s.Seq }); err != nil {
		t.Fatal(err)
	}
	return seq
}

func FuzzRequest(f *testing.F) {
	w := newWorld(f)
	api := serverOf(f, w)
	code, host := w.open()
	f.Add("GET", "/v1/rooms/"+code+"/events", "after=1&wait=0", "Bearer "+host)
	f.Add("DELETE", "/v1/rooms/"+code+"/players/%2e%2e%2f", "", "Bearer "+code+".x")
	f.Add("GET", "/v1/rooms/"+strings.ToLower(code)+"/turns", "a=%zz;b", "Bearer")
	f.Add("POST", "/v1/rooms/"+code+"/turns/claim", "lease=5", "bearer "+host)
	f.Add("OPTIONS", "*", "", "")
	f.Add("GET", "/v1/rooms", "status=waiting&limit=100&cursor=MjAyNi0xMS0yNlQyMzo0Mjo0My43NTdaIFhDS0paWg", "")
	f.Fuzz(func(t *testing.T, method, path, query, authorization string) {
		if strings.Contains(query, "wait") {
			return // a request that waits is no use here
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Method, r.URL.Path, r.URL.RawQuery = method, path, query
		r.Header.Set("Authorization", authorization)
		fuzzed(t, api, r)
	})
}

// FuzzBody sends bodies to the operations that FuzzCreate and FuzzMessage leave
// out, each with a token that may do it.
func FuzzBody(f *testing.F) {
	w := newWorld(f)
	api := serverOf(f, w)
	code, hostToken, ann, agent := w.gateway()
	w.say(code, ann, "hello")
	claim := w.want(200, "POST", "/v1/rooms/"+code+"/turns/claim?lease=600", nil, token(agent)).json(f)
	outcome := "/turns/" + claim["turn"].(string) + "/outcome"
	lease := `{"lease":"` + claim["lease"].(string) + `",`
	operations := []struct{ path, token string }{
		{"/players", ""}, {"/votes", ann}, {"/agents", hostToken}, {outcome, agent}, {"/typing", ann}, {"/agents/Zoe/nudge", hostToken},
	}
	for i, body := range []string{
		`{"name":"Bob","password":"x"}`, `{"suspect":"Zoe"}`, `{"persona":"zoe-persona"}`, lease + `"outcome":"replied","text":""}`, `{}`, ``,
		lease + `"outcome":"voted","suspect":"Ann"}`, lease + `"outcome":"failed","reason":"\u0000"}`, `{"lease":"","outcome":"silent"}`,
	} {
		f.Add(uint8(i), body)
	}
	f.Fuzz(func(t *testing.T, which uint8, body string) {
		op := operations[int(which)%len(operations)]
		r := httptest.NewRequest(http.MethodPost, "/v1/rooms/"+code+op.path, strings.NewReader(body))
		if op.token != "" {
			r.Header.Set("Authorization", "Bearer "+op.token)
		}
		before := seqOf(t, w, code)
		status := fuzzed(t, api, r)
		if after := seqOf(t, w, code); after != before && status != 201 {
			t.Fatalf("%s: status %d, seq %d to %d", op.path, status, before, after)
		}
	})
}

func FuzzFrame(f *testing.F) {
	api := serverOf(f, newWorld(f))
	for _, frame := range []string{
		`{"type":"message","text":"x","client_id":"1"}`, `{"type":"vote","suspect":"Player 1"}`, `{"type":"typing"}`, `{"type":"typing","text":5}`,
		`null`, ``, `[]`, `{"type":["message"]}`, `{"client_id":{}}`, `{"type":"message","type":"vote"}`,
	} {
		f.Add([]byte(frame))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, same := api.PlainFrame(b); !same {
			t.Errorf("%q is plain, and the schema makes something else of it", b)
		}
		kind, status := api.Frame(b)
		if (kind == "") == (status == 0) || (status != 0 && status != 400 && status != 422) {
			t.Fatalf("type %q, status %d", kind, status)
		}
	})
}
