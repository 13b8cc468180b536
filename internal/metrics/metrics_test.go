package metrics_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/internal/metrics"
	"parley/room"
)

// What one agent and one person do is counted once, what would have been done
// twice is counted as prevented, and rooms that are gone are not counted.
func TestCountersFollowTheLog(t *testing.T) {
	m := metrics.New()
	h := host.New(host.Config{
		Log: memlog.New(memlog.Options{}), Node: "node", Logger: slog.New(slog.DiscardHandler),
		Observe: m.Observe, IdleAfter: time.Millisecond,
	})
	m.Rooms(h)
	do := func(c room.Command) host.Result {
		res, err := h.Submit(t.Context(), "ROOMAA", c)
		if refused := (&room.Error{}); err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
		return res
	}
	do(room.Create{Config: room.Config{
		Code: "ROOMAA", Mode: room.Open, Seats: 2, Overlap: room.Coalesce, Pacing: room.PaceInstant, Hops: 1, RepliesPerMinute: 600, Calls: 100,
		Agents: []room.AgentSpec{{Name: "Ada", Model: "builtin"}, {Name: "Bob", Model: "builtin"}}, CreatedAt: time.Now().UTC(),
	}})
	do(room.Join{Name: "Kim", Token: "k"})
	do(room.Say{Player: "Kim", Text: "one"})
	do(room.Say{Player: "Kim", Text: "two"})
	begin := room.BeginTurn{Agent: "Ada", Model: "builtin", Node: "node", Deadline: time.Now().Add(time.Hour)}
	turn := do(begin).Turn
	do(begin)
	do(room.FailAttempt{Turn: turn, Attempt: 1, Outcome: room.CallTimeout})
	do(begin)
	answer := room.Answer{Turn: turn, Attempt: 2, Text: "three"}
	do(answer)
	do(answer)

	for series, want := range map[string]string{
		`parley_triggers_total`:                                        "4",
		`parley_triggers_coalesced_total`:                              "2",
		`parley_triggers_suppressed_total{limit="hops"}`:               "1",
		`parley_turns_total{outcome="replied"}`:                        "1",
		`parley_duplicates_prevented_total{at="start"}`:                "1",
		`parley_duplicates_prevented_total{at="commit"}`:               "1",
		`parley_model_calls_total{model="builtin",outcome="timeout"}`:  "1",
		`parley_model_calls_total{model="builtin",outcome="answered"}`: "1",
		`parley_model_calls_wasted_total{reason="timeout"}`:            "1",
		`parley_commit_seconds_count`:                                  "8",
		`parley_rooms{status="running"}`:                               "1",
	} {
		if got := scrape(m)[series]; got != want {
			t.Errorf("%s is %q, want %s", series, got, want)
		}
	}
	if err := h.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := scrape(m)["parley_rooms_in_memory"]; got != "0" {
		t.Errorf("%s rooms in memory after the host has closed", got)
	}
}

// Which model a turn calls is forgotten with its room.
func TestForget(t *testing.T) {
	m := metrics.New()
	observe := func(code string, e room.Event) {
		m.Observe(host.Observation{Room: code, Record: &room.Record{Room: code, Events: []room.Event{e}}})
	}
	for _, code := range []string{"FORGOT", "ROOMAA"} {
		observe(code, room.TurnBegan{Turn: "t1", Agent: "Ada", Model: "builtin", Attempt: 1})
	}
	m.Forget("FORGOT")
	for _, code := range []string{"FORGOT", "ROOMAA"} {
		observe(code, room.AttemptFailed{Turn: "t1", Agent: "Ada", Call: room.Call{Attempt: 1, Outcome: room.CallTimeout}})
	}
	if got := scrape(m)[`parley_model_calls_total{model="builtin",outcome="timeout"}`]; got != "1" {
		t.Errorf("%q calls counted, want that of the room that is remembered", got)
	}
}

// scrape returns the value of each series.
func scrape(m *metrics.Metrics) map[string]string {
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	out := map[string]string{}
	for line := range strings.Lines(w.Body.String()) {
		if i := strings.LastIndexByte(line, ' '); i > 0 {
			out[line[:i]] = strings.TrimSpace(line[i:])
		}
	}
	return out
}
