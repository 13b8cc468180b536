package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog/sqlitelog"
	"parley/internal/llm"
	"parley/internal/verify"
	"parley/room"
)

// restarted is a node on a log in a file, which can be stopped and started.
type restarted struct {
	sitting
	dir string
	log *sqlitelog.Log
}

func (r *restarted) start() {
	r.t.Helper()
	var err error
	logger := slog.New(slog.DiscardHandler)
	if r.log, err = sqlitelog.Open(context.Background(), r.dir, sqlitelog.Options{Logger: logger}); err != nil {
		r.t.Fatal(err)
	}
	if r.node, err = newNode(&settings{Model: llm.Builtin, Limits: "off", ModelCalls: 8}, r.log, nil, logger); err != nil {
		r.t.Fatal(err)
	}
	if err := r.node.host.Start(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *restarted) stop() {
	r.t.Helper()
	if err := r.node.stop(context.Background(), 0); err != nil {
		r.t.Fatal(err)
	}
	if err := r.log.Close(); err != nil {
		r.t.Fatal(err)
	}
}

// downFor restarts the node, which is gone for a while, and demands that the
// room is what it was, but for what agents did at the start that was due by then.
func (r *restarted) downFor(d time.Duration) room.View {
	r.t.Helper()
	before := r.view()
	r.stop()
	<-time.After(d)
	r.start()
	after := r.view()
	kept := slices.EqualFunc(before.Players, after.Players, func(b, a room.ViewPlayer) bool {
		return a.Name == b.Name && a.Present == b.Present && a.Eliminated == b.Eliminated && (a.Voted || !b.Voted)
	})
	if after.Phase != before.Phase || after.Seq < before.Seq || !kept || after.People != before.People ||
		(before.EndsAt == nil) != (after.EndsAt == nil) || (before.EndsAt != nil && *after.EndsAt != *before.EndsAt) {
		r.t.Fatalf("before the restart %+v, after it %+v", before, after)
	}
	return after
}

func (r *restarted) view() (v room.View) {
	r.t.Helper()
	if err := json.Unmarshal(r.request(http.MethodGet, "", "", nil).Body.Bytes(), &v); err != nil {
		r.t.Fatal(err)
	}
	return v
}

// until waits for the end of the phase that a view shows and demands that the
// next one began just then.
func (r *restarted) until(v room.View, next room.Phase) {
	r.t.Helper()
	ends, err := time.Parse(time.RFC3339, *v.EndsAt)
	if err != nil {
		r.t.Fatal(err)
	}
	<-time.After(time.Until(ends) + 10*time.Millisecond)
	synctest.Wait()
	var page struct {
		Events []struct {
			Type, Phase string
			At          time.Time
		}
	}
	if err := json.Unmarshal(r.request(http.MethodGet, "/events", "", nil).Body.Bytes(), &page); err != nil {
		r.t.Fatal(err)
	}
	for _, e := range page.Events {
		if e.Type == "phase" && e.Phase == string(next) {
			if late := e.At.Sub(ends); late < 0 || late > 5*time.Millisecond {
				r.t.Errorf("%s was to begin at %s and did %v later", next, *v.EndsAt, late)
			}
			return
		}
	}
	r.t.Fatalf("no %s after %s", next, *v.EndsAt)
}

// join takes a seat and returns its name and token.
func (r *restarted) join() (name, token string) {
	r.t.Helper()
	var seat struct{ Player, Token string }
	if err := json.Unmarshal(r.request(http.MethodPost, "/players", "", map[string]any{}).Body.Bytes(), &seat); err != nil {
		r.t.Fatal(err)
	}
	return seat.Player, seat.Token
}

// wants demands a status.
func (r *restarted) wants(status int, path, token string, body any) {
	r.t.Helper()
	if w := r.request(http.MethodPost, path, token, body); w.Code != status {
		r.t.Fatalf("POST %s: %d, want %d: %s", path, w.Code, status, w.Body)
	}
}

// TestRestartInEveryPhase stops the node and starts it again in each phase of a
// game, in a time of its own: seats, lines, votes and the clock are as they
// were, and the game goes on to its end at its times.
func TestRestartInEveryPhase(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r := &restarted{sitting: sitting{t: t}, dir: dir}
		r.start()
		var made struct{ Code string }
		err := json.Unmarshal(r.request(http.MethodPost, "", "", map[string]any{
			"seats": 2, "agents": 2, "discussion_seconds": 60, "voting_seconds": 60, "reveal_seconds": 20,
		}).Body.Bytes(), &made)
		if err != nil {
			t.Fatal(err)
		}
		r.code = made.Code
		ann, first := r.join()
		if v := r.downFor(time.Minute); v.Phase != room.PhaseWaiting || v.People != 1 {
			t.Fatalf("waiting: %+v", v)
		}
		bob, second := r.join()

		<-time.After(10 * time.Second)
		r.wants(http.StatusCreated, "/messages", first, map[string]string{"text": "hello", "client_id": "1"})
		v := r.downFor(15 * time.Second)
		r.wants(http.StatusOK, "/messages", first, map[string]string{"text": "hello", "client_id": "1"})
		r.wants(http.StatusCreated, "/messages", second, map[string]string{"text": "hello yourself"})
		r.until(v, room.PhaseVoting)

		r.wants(http.StatusCreated, "/votes", first, map[string]string{"suspect": bob})
		v = r.downFor(2 * time.Second)
		r.wants(http.StatusConflict, "/votes", first, map[string]string{"suspect": bob})
		r.until(v, room.PhaseReveal)
		if w := r.request(http.MethodPost, "/votes", second, map[string]string{"suspect": ann}); w.Code != http.StatusConflict {
			t.Errorf("a vote in the reveal: %d %s", w.Code, w.Body)
		}

		r.until(r.downFor(5*time.Second), room.PhaseClosed)
		if v := r.downFor(time.Second); v.Status != room.StatusClosed {
			t.Errorf("closed: %+v", v)
		}
		r.sound()
		r.stop()
	})
}

// sound demands that the log keeps the guarantees, with a vote of each agent.
func (r *restarted) sound() {
	r.t.Helper()
	check := verify.NewRoom(r.code)
	votes := 0
	for rec, err := range r.node.host.Records(r.t.Context(), r.code) {
		if err != nil {
			r.t.Fatal(err)
		}
		check.Record(rec)
		for _, e := range rec.Events {
			if e, ok := e.(room.VoteCast); ok && e.Turn != "" {
				votes++
			}
		}
	}
	if report := check.Finish(); !report.OK() || votes != 2 {
		r.t.Errorf("%d agents voted; %+v", votes, report)
	}
}
