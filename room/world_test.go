package room_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/room"
)

// nine is when every test's room is made.
func nine() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }

// world is a room with its log, as a node keeps it, and a clock turned by hand.
type world struct {
	state   *room.State
	records []room.Record
	now     time.Time
	chance  uint64 // of the next command; it counts up
}

func newWorld() *world { return &world{state: &room.State{}, now: nine(), chance: 1} }

// try decides a command and folds in what came of it.
func (w *world) try(c room.Command) (room.Decision, error) {
	m := room.Moment{At: w.now, Chance: w.chance}
	w.chance++
	d, err := room.Decide(w.state, m, c)
	if err != nil || len(d.Events) == 0 {
		return d, err
	}
	r := room.NewRecord(w.state, m, c, d.Events)
	r.ID, r.Node = "id", "n1"
	w.records = append(w.records, r)
	return d, w.state.ApplyRecord(r)
}

// do is try for a command that must succeed.
func (w *world) do(tb testing.TB, c room.Command) room.Decision {
	tb.Helper()
	d, err := w.try(c)
	if err != nil {
		tb.Fatalf("%s: %v", c.Cause(), err)
	}
	return d
}

// refused checks that a command is refused with that kind.
func (w *world) refused(tb testing.TB, kind room.Kind, c room.Command) {
	tb.Helper()
	if _, err := w.try(c); kindOf(err) != kind {
		tb.Fatalf("%s: got error %v, want one of kind %s", c.Cause(), err, kind)
	}
}

// wait turns the clock.
func (w *world) wait(seconds int) { w.now = w.now.Add(time.Duration(seconds) * time.Second) }

// begin starts an agent's attempt, which is given a minute.
func (w *world) begin(tb testing.TB, agent string) string {
	tb.Helper()
	return w.do(tb, w.beginning(agent)).Turn
}

func (w *world) beginning(agent string) room.BeginTurn {
	p, ok := w.state.Player(agent)
	return room.BeginTurn{Agent: agent, Model: "m", Node: "n1", Deadline: w.now.Add(time.Minute), Outside: ok && p.Outside}
}

func kindOf(err error) room.Kind {
	if e, ok := err.(*room.Error); ok { //nolint:errorlint // Decide promises this very type
		return e.Kind
	}
	return ""
}

// openConfig is an open room with the agents named.
func openConfig(agents ...string) room.Config {
	c := room.Config{
		Code: "ABCDEF", Title: "Tea", Mode: room.Open, Seats: 10, Agents: []room.AgentSpec{}, Overlap: room.Coalesce, Pacing: room.PaceInstant,
		Hops: 3, RepliesPerMinute: 12, Calls: 100, SilenceSeconds: 20, Rounds: 1, CreatedAt: nine(),
	}
	for _, a := range agents {
		c.Agents = append(c.Agents, room.AgentSpec{Name: a, Model: "m"})
	}
	return c
}

// gameConfig is a game of that many people, agents and rounds.
func gameConfig(seats, agents, rounds int) room.Config {
	c := openConfig()
	c.Mode, c.Seats, c.Topics = room.Imitation, seats, []string{"Tea or coffee?"}
	c.Discussion, c.Voting, c.Reveal, c.Rounds = 180, 60, 30, rounds
	for range agents {
		c.Agents = append(c.Agents, room.AgentSpec{Persona: "dry", Model: "m"})
	}
	return c
}

// newOpen makes an open room with a person, Cleo, in it.
func newOpen(tb testing.TB, c room.Config) *world {
	tb.Helper()
	w := newWorld()
	w.do(tb, room.Create{Config: c, HostToken: "host"})
	w.do(tb, room.Join{Name: "Cleo", Token: "cleo", Host: true})
	return w
}

// newGame makes a game and lets people join until it starts; it returns the
// names of people and agents, in the order of their seats.
func newGame(tb testing.TB, c room.Config) (w *world, people, agents []string) {
	tb.Helper()
	w = newWorld()
	w.do(tb, room.Create{Config: c, HostToken: "host"})
	for i := range c.Seats {
		w.do(tb, room.Join{Token: string(rune('a' + i)), Host: i == 0})
	}
	people, agents = seats(w)
	return w, people, agents
}

// events returns all events of one kind.
func events[E room.Event](w *world) []E {
	var out []E
	for _, r := range w.records {
		for _, e := range r.Events {
			if e, ok := e.(E); ok {
				out = append(out, e)
			}
		}
	}
	return out
}

// ended returns the agent's last outcome.
func (w *world) ended(tb testing.TB, agent string) room.TurnEnded {
	tb.Helper()
	for _, e := range slices.Backward(events[room.TurnEnded](w)) {
		if e.Agent == agent {
			return e
		}
	}
	tb.Fatalf("%s has ended no turn", agent)
	return room.TurnEnded{}
}

// refold builds the state again from the log's bytes, as a restart does.
func refold(tb testing.TB, records []room.Record) *room.State {
	tb.Helper()
	s := &room.State{}
	for _, r := range records {
		if err := s.ApplyRecord(encoded(tb, r)); err != nil {
			tb.Fatalf("fold: %v", err)
		}
	}
	return s
}

// encoded returns the record as it comes back from a log.
func encoded(tb testing.TB, r room.Record) room.Record {
	tb.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		tb.Fatalf("encode record %d: %v", r.Ordinal, err)
	}
	var back room.Record
	if err := json.Unmarshal(b, &back); err != nil {
		tb.Fatalf("decode record %d: %v\n%s", r.Ordinal, err, b)
	}
	return back
}

// same compares two states to the last unexported field.
func same(a, b *room.State) string {
	if reflect.DeepEqual(a, b) {
		return ""
	}
	return cmp.Diff(a, b, cmp.Exporter(func(reflect.Type) bool { return true }), emptyIsNil())
}

// emptyIsNil makes empty and nil slices and maps equal.
func emptyIsNil() cmp.Option {
	empty := func(v any) bool {
		r := reflect.ValueOf(v)
		return r.IsValid() && (r.Kind() == reflect.Slice || r.Kind() == reflect.Map) && r.Len() == 0
	}
	return cmp.FilterValues(func(a, b any) bool { return empty(a) && empty(b) }, cmp.Comparer(func(any, any) bool { return true }))
}
