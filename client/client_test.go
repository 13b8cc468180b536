package client_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/client"
)

// A refusal is a *ProblemError, whatever stands between client and server.
func TestRefusals(t *testing.T) {
	url, stop := serve()
	defer stop()
	room := client.New(url, nil).Room("AAAAAA")
	_, err := room.Join(t.Context(), "Kim")
	if p := new(client.ProblemError); !errors.As(err, &p) || p.Status != http.StatusNotFound || p.Detail == "" {
		t.Errorf("an unknown room: %v", err)
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<html>bad gateway</html>", http.StatusBadGateway)
	}))
	defer proxy.Close()
	if _, err := client.New(proxy.URL, nil).Create(t.Context(), nil); client.Status(err) != http.StatusBadGateway {
		t.Errorf("a proxy's error: %v", err)
	}
	if client.Status(errors.New("other")) != 0 {
		t.Error("an error of another kind has a status")
	}
	if _, err := client.New("http://127.0.0.1:1", nil).Create(t.Context(), nil); err == nil || client.Status(err) != 0 {
		t.Errorf("nobody there: %v", err)
	}
}

// Names stand in paths as they are, whatever is in them, and settings that are
// nil get the defaults.
func TestNamesInPaths(t *testing.T) {
	var paths []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.Method+" "+r.URL.EscapedPath())
		w.WriteHeader(http.StatusNoContent)
	}))
	defer s.Close()
	seat := (&client.Seat{Token: "t"}).At(client.New(s.URL+"/", nil).Room("AAAAAA"))
	if err := seat.Act(t.Context(), "agents", "Ann/../Bob ?", "nudge"); err != nil {
		t.Fatal(err)
	}
	if turn, err := seat.Claim(t.Context(), 0, 60); turn != nil || err != nil {
		t.Errorf("no turn is %v, %v", turn, err)
	}
	if got := strings.Join(paths, "\n"); got != "POST /v1/rooms/AAAAAA/agents/Ann%2F..%2FBob%20%3F/nudge\nPOST /v1/rooms/AAAAAA/turns/claim" {
		t.Errorf("%s", got)
	}
}

// FuzzAnswers decodes whatever a server may send.
func FuzzAnswers(f *testing.F) {
	var status int
	var body string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	f.Cleanup(s.Close)
	f.Add(200, `{"events":[{"seq":1,"type":"message"}],"next":1}`)
	f.Add(200, `{"events":[null,7]}`)
	f.Add(409, `{"status":"x"}`)
	f.Add(409, `{"status":0}`)
	f.Add(201, `{"seq":-1}`)
	f.Fuzz(func(t *testing.T, code int, text string) {
		if code < 200 || code > 599 || code == 204 || code == 304 {
			return
		}
		status, body = code, text
		room := client.New(s.URL, nil).Room("AAAAAA")
		if _, err := room.Events(context.Background(), "", 0, 0); code >= 400 && client.Status(err) == 0 {
			t.Errorf("status %d is %v", code, err)
		}
		seat := (&client.Seat{Token: "t"}).At(room)
		if _, err := seat.Say(context.Background(), "x", ""); code >= 400 && err == nil {
			t.Errorf("status %d is no error", code)
		}
	})
}
