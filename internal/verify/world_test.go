package verify

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/room"
)

// world drives a room by its real rules and keeps its log.
type world struct {
	t      testing.TB
	s      *room.State
	now    time.Time
	chance uint64
	log    []room.Record
}

func newWorld(tb testing.TB, c room.Config) *world {
	tb.Helper()
	w := &world{t: tb, s: &room.State{}, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	c.Code, c.Title, c.CreatedAt = "ABC234", "Room ABC234", w.now
	w.do(room.Create{Config: c, HostToken: "host"})
	return w
}

// config is a room's with the defaults of the contract.
func config(mode room.Mode, overlap room.Overlap) room.Config {
	return room.Config{
		Mode: mode, Overlap: overlap, Seats: 3, Discussion: 180, Voting: 60, Reveal: 30, Rounds: 1,
		Pacing: room.PaceInstant, Hops: 3, RepliesPerMinute: 12, Calls: 2000, SilenceSeconds: 20,
		Topics: []string{"tea"}, Agents: []room.AgentSpec{{Name: "Ada"}, {Name: "Bob"}},
	}
}

func (w *world) try(c room.Command) (room.Decision, error) {
	w.t.Helper()
	w.chance++
	m := room.Moment{At: w.now, Chance: w.chance * 0x9e3779b97f4a7c15}
	d, err := room.Decide(w.s, m, c)
	if err != nil || len(d.Events) == 0 {
		return d, err
	}
	rec := room.NewRecord(w.s, m, c, d.Events)
	rec.ID, rec.Node = fmt.Sprintf("r%d", rec.Ordinal), "n1"
	w.log = append(w.log, copied(w.t, rec))
	if err := w.s.ApplyRecord(rec); err != nil {
		w.t.Fatalf("the rules made a record that does not fold: %v", err)
	}
	return d, nil
}

func (w *world) do(c room.Command) room.Decision {
	w.t.Helper()
	d, err := w.try(c)
	if err != nil {
		w.t.Fatalf("%s: %v", c.Cause(), err)
	}
	return d
}

func (w *world) wait(d time.Duration) { w.now = w.now.Add(d) }

func (w *world) join(names ...string) {
	w.t.Helper()
	for _, n := range names {
		w.do(room.Join{Name: n, Token: "t" + n, Host: n == names[0]})
	}
}

func (w *world) begin(agent string) string {
	w.t.Helper()
	return w.do(room.BeginTurn{Agent: agent, Model: "builtin", Node: "n1", Deadline: w.now.Add(time.Minute)}).Turn
}

// reply has an agent take a turn and say something.
func (w *world) reply(agent, text string) {
	w.t.Helper()
	turn := w.begin(agent)
	w.wait(time.Second)
	w.do(room.Answer{Turn: turn, Attempt: 1, Text: text, PromptTokens: 9, CompletionTokens: 3})
}

// names returns the players of a role in the order of their announcement.
func (w *world) names(role room.Role) []string {
	var out []string
	for _, p := range w.s.Players() {
		if p.Role == role {
			out = append(out, p.Name)
		}
	}
	return out
}

func copied(tb testing.TB, rec room.Record) room.Record {
	tb.Helper()
	b, err := json.Marshal(rec)
	if err != nil {
		tb.Fatal(err)
	}
	var out room.Record
	if err := json.Unmarshal(b, &out); err != nil {
		tb.Fatal(err)
	}
	return out
}

func judged(log []room.Record) Report {
	r := NewRoom("ABC234")
	for _, rec := range log {
		r.Record(rec)
	}
	return r.Finish()
}

// talk is an open room in which most things happen that can.
func talk(tb testing.TB, overlap room.Overlap) *world {
	tb.Helper()
	w := newWorld(tb, config(room.Open, overlap))
	w.join("Eve", "Dan")
	w.wait(time.Second)
	w.do(room.Say{Player: "Eve", Text: "Hello?", ClientID: "c1"})
	w.reply("Ada", "Hello Eve.")
	turn := w.begin("Bob")
	w.do(room.Say{Player: "Dan", Text: "Anybody?", ClientID: "c1"})
	if overlap == room.Interrupt {
		w.begin("Bob")
		w.do(room.FailAttempt{Turn: turn, Attempt: 2, Outcome: room.CallTimeout, RetryAt: w.now.Add(time.Second)})
		w.wait(time.Second)
		w.begin("Bob")
		w.do(room.Answer{Turn: turn, Attempt: 3, Text: "Here.", Due: w.now.Add(2 * time.Second)})
	} else {
		w.do(room.FailAttempt{Turn: turn, Attempt: 1, Outcome: room.CallTimeout, RetryAt: w.now.Add(time.Second)})
		w.wait(time.Second)
		w.begin("Bob")
		w.do(room.Answer{Turn: turn, Attempt: 2, Text: "Here.", Due: w.now.Add(2 * time.Second)})
	}
	w.wait(2 * time.Second)
	w.do(room.Tick{Attended: true})
	for range 20 {
		for _, r := range first(w.s.Ready(w.now)) {
			turn := w.begin(r.Agent)
			w.do(room.Answer{Turn: turn, Attempt: 1, Pass: true})
		}
		w.wait(21 * time.Second)
		w.do(room.Tick{Attended: true})
	}
	w.do(room.Say{Player: "Eve", Text: "Bye."})
	w.begin("Ada")
	w.do(room.Pause{})
	w.wait(time.Minute)
	w.do(room.Resume{})
	w.do(room.Nudge{Agent: "Bob"})
	w.do(room.Leave{Player: "Eve"})
	return w
}

// crowded is a room under strict in which more is said than an agent may have
// waiting.
func crowded(tb testing.TB) *world {
	tb.Helper()
	w := newWorld(tb, config(room.Open, room.Strict))
	w.join("Eve")
	for i := range 103 {
		w.do(room.Say{Player: "Eve", Text: fmt.Sprintf("Line %d.", i)})
	}
	w.reply("Ada", "One at a time!")
	return w
}

func first[A, B any](a A, _ B) A { return a }

// game plays a game of two rounds with three people and two agents up to its
// reveal; the first round's vote is a tie.
func game(tb testing.TB) *world {
	tb.Helper()
	c := config(room.Imitation, room.Coalesce)
	c.Rounds, c.Topics = 2, []string{"tea", "rain"}
	w := newWorld(tb, c)
	w.join("", "", "")
	for range 2 {
		people, agents := playing(w, room.Person), playing(w, room.Agent)
		w.wait(time.Second)
		w.do(room.Say{Player: people[0], Text: fmt.Sprintf("Round %d.", w.s.Round)})
		for i, a := range agents {
			w.reply(a, fmt.Sprintf("Number %d of round %d.", i, w.s.Round))
		}
		w.do(room.Pause{})
		w.wait(time.Hour)
		w.do(room.Resume{})
		w.wait(3 * time.Minute)
		w.do(room.Tick{})
		w.wait(time.Second)
		everyone := append(slices.Clip(people), agents...)
		for i, a := range agents {
			turn := w.begin(a)
			w.do(room.Answer{Turn: turn, Attempt: 1, Suspect: everyone[i], Due: w.now.Add(time.Second)})
		}
		w.wait(time.Second)
		w.do(room.Tick{})
		w.do(room.Tick{})
		for i, p := range people {
			w.do(room.Cast{Player: p, Suspect: everyone[(i+1)%len(everyone)]})
		}
	}
	return w
}

func playing(w *world, role room.Role) []string {
	var out []string
	for _, p := range w.s.Players() {
		if p.Role == role && p.InPlay() {
			out = append(out, p.Name)
		}
	}
	return out
}

func TestGoodLogs(t *testing.T) {
	t.Parallel()
	for _, overlap := range []room.Overlap{room.Coalesce, room.Strict, room.Interrupt, room.Drop} {
		w := talk(t, overlap)
		sound(t, string(overlap), w)
		w.do(room.End{})
		sound(t, string(overlap), w)
	}
	sound(t, "overflow", crowded(t))
	w := game(t)
	sound(t, "game", w)
	w.wait(time.Minute)
	w.do(room.Tick{})
	if w.s.Phase != room.PhaseClosed {
		t.Fatalf("the game is in %s", w.s.Phase)
	}
	rep := sound(t, "game", w)
	if rep.PendingTriggers != 0 || rep.OpenTurns != 0 {
		t.Errorf("a closed room has %d triggers pending and %d turns open", rep.PendingTriggers, rep.OpenTurns)
	}
}

func sound(t *testing.T, name string, w *world) Report {
	t.Helper()
	rep := judged(w.log)
	for _, f := range rep.Faults {
		t.Errorf("%s: %s", name, f)
	}
	if !rep.OK() {
		t.Errorf("%s: the report is not OK: %+v", name, rep)
	}
	if w.s.Triggers != uint64(rep.Triggers) {
		t.Errorf("%s: %d triggers; the rules count %d", name, rep.Triggers, w.s.Triggers)
	}
	if rep.PendingTriggers != w.s.Pending() || rep.OpenTurns != len(w.s.OpenTurns()) {
		t.Errorf("%s: %d pending, %d open; the rules have %d and %d",
			name, rep.PendingTriggers, rep.OpenTurns, w.s.Pending(), len(w.s.OpenTurns()))
	}
	return rep
}
