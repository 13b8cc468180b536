package httpapi_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
)

// voters is a game of four people and an agent whose program stays away.
type voters struct {
	*world
	at, host, agent string
	names, tokens   []string
}

func (w *world) voters() *voters {
	w.t.Helper()
	code, host := w.room(map[string]any{"seats": 4, "agents": 0, "rounds": 3, "pacing": "instant", "topic": "Tea"})
	v := &voters{world: w, at: "/v1/rooms/" + code, host: host}
	v.agent = w.want(201, "POST", v.at+"/agents", nil, token(host)).json(w.t)["token"].(string)
	return v
}

func (v *voters) seat(n int) {
	v.t.Helper()
	for range n {
		name, tok := v.join(v.at[len("/v1/rooms/"):], nil)
		v.names, v.tokens = append(v.names, name), append(v.tokens, tok)
	}
}

func (v *voters) skip() {
	v.t.Helper()
	v.want(200, "POST", v.at+"/skip", nil, token(v.host))
}

// records is what the room's log holds, to the last byte.
func (v *voters) records() string {
	v.t.Helper()
	var b strings.Builder
	for e, err := range v.log.Read(v.t.Context(), v.at[len("/v1/rooms/"):], 0) {
		if err != nil {
			v.t.Fatal(err)
		}
		b.Write(mustJSON(v.t, e.Record))
	}
	return b.String()
}

// refused demands that a request, and the same as a frame of the player's
// socket, is refused with a status and a reason, and that nothing changes.
func (v *voters) refused(status int, reason, tok string, body map[string]any) {
	v.t.Helper()
	before := v.records()
	path, kind := v.at+"/votes", "vote"
	if _, line := body["text"]; line {
		path, kind = v.at+"/messages", "message"
	}
	if got := v.want(status, "POST", path, body, token(tok)).json(v.t)["detail"].(string); !strings.Contains(got, reason) {
		v.t.Errorf("%s %v is refused because %q, want %q", kind, body, got, reason)
	}
	if status != 403 && v.want(200, "GET", v.at, nil).json(v.t)["status"] != "closed" {
		conn := v.mustDial(v.at[len("/v1/rooms/"):], 1, token(tok))
		frame := map[string]any{"type": kind, "client_id": "x"}
		maps.Copy(frame, body)
		v.write(conn, string(mustJSON(v.t, frame)))
		e := v.waitFor(conn, "error")
		if detail, _ := e["detail"].(string); e["status"] != float64(status) || !strings.Contains(detail, reason) || e["client_id"] != "x" {
			v.t.Errorf("the frame %v is answered by %v, want %d %q", frame, e, status, reason)
		}
		_ = conn.CloseNow()
	}
	if after := v.records(); after != before {
		v.t.Errorf("%s %v, refused, changed the log by %s", kind, body, strings.TrimPrefix(after, before))
	}
}

func vote(name string) map[string]any { return map[string]any{"suspect": name} }
func line(text string) map[string]any { return map[string]any{"text": text} }

// TestVotesAndLinesThatAreNone gives every vote and line that the rules refuse,
// in every phase of a game of several rounds.
func TestVotesAndLinesThatAreNone(t *testing.T) {
	w := newWorld(t)
	v := w.voters()
	v.seat(3)
	a, b, c := v.tokens[0], v.tokens[1], v.tokens[2]
	v.refused(409, "no discussion", a, line("early"))
	v.refused(409, "no vote", a, vote(v.names[1]))
	v.seat(1)
	dead := v.tokens[3]
	v.refused(409, "no vote", a, vote(v.names[1]))
	v.skip()

	v.refused(409, "no discussion", a, line("late"))
	v.refused(422, "", a, vote(v.names[0]))
	v.refused(404, "no player", a, vote("Player 99"))
	v.forged()
	for _, tok := range []string{a, b, c} {
		w.want(201, "POST", v.at+"/votes", vote(v.names[3]), token(tok))
		v.refused(409, "voted already", tok, vote(v.names[3]))
		v.refused(409, "voted already", tok, vote(v.names[0]))
	}
	v.skip()

	v.refused(409, "voted out", dead, line("I am innocent"))
	v.refused(409, "no vote", a, vote(v.names[1]))
	v.skip()
	v.refused(409, "voted out", dead, vote(v.names[0]))
	v.refused(409, "not in play", a, vote(v.names[3]))
	w.want(204, "DELETE", v.at+"/players/me", nil, token(c))
	v.refused(403, "left", c, vote(v.names[0]))
	v.refused(409, "not in play", a, vote(v.names[2]))
	v.skip()
	v.skip()
	v.skip()

	if phase := w.want(200, "GET", v.at, nil).json(t)["phase"]; phase != "reveal" {
		t.Fatalf("after three rounds the phase is %v", phase)
	}
	v.refused(409, "no vote", a, vote(v.names[1]))
	v.refused(409, "no discussion", a, line("good game"))
	w.want(200, "POST", v.at+"/end", nil, token(v.host))
	v.refused(409, "closed", a, vote(v.names[1]))
	v.refused(409, "closed", a, line("hello?"))
}

// forged votes by tokens that are nobody's, another's or no person's.
func (v *voters) forged() {
	v.t.Helper()
	other, _ := v.open()
	_, elsewhere := v.join(other, map[string]any{"name": "Ann"})
	before := v.records()
	body := vote(v.names[1])
	v.want(401, "POST", v.at+"/votes", body)
	v.want(401, "POST", v.at+"/votes", body, token(v.tokens[0][:len(v.tokens[0])-4]+"AAAA"))
	v.want(403, "POST", v.at+"/votes", body, token(elsewhere))
	v.want(403, "POST", v.at+"/votes", body, token(v.agent))
	v.want(403, "POST", v.at+"/votes", body, token(v.host))
	v.want(422, "POST", v.at+"/votes", map[string]any{"suspect": v.names[1], "player": v.names[2]}, token(v.tokens[0]))
	if v.records() != before {
		v.t.Error("a forged vote changed the log")
	}
	var view struct{ Players []struct{ Voted bool } }
	if err := json.Unmarshal(v.want(200, "GET", v.at, nil).body, &view); err != nil {
		v.t.Fatal(err)
	}
	for _, p := range view.Players {
		if p.Voted {
			v.t.Error("a forged vote is shown as one")
		}
	}
}
