package room_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"parley/room"
)

// machine is a room under random commands, with everything that checks it.
type machine struct {
	world
	ledger *ledger
	twin   *room.State // folded from the encoded records
	tried  []attempt   // all that were ever begun
	people []string    // names that were ever given to people
	agents []string    // and to agents
	texts  int
}

type attempt struct {
	turn    string
	n       int
	outside bool
}

func newMachine() *machine {
	return &machine{world: *newWorld(), ledger: newLedger(), twin: &room.State{}}
}

// step decides a command, checks that this changed nothing, and folds in what
// came of it, here and in the twin.
func (m *machine) step(t *rapid.T, c room.Command) (room.Decision, error) {
	moment := room.Moment{At: m.now, Chance: m.chance}
	m.chance += 7
	d, err := room.Decide(m.state, moment, c)
	if diff := same(m.twin, m.state); diff != "" {
		t.Fatalf("I19, I24: after %T %+v the state differs from its log's (-log +state):\n%s", c, c, diff)
	}
	if err != nil {
		if kindOf(err) == "" || len(d.Events) > 0 {
			t.Fatalf("%T is refused by %T %v with events %v", c, err, err, d.Events)
		}
		return d, err
	}
	if len(d.Events) == 0 {
		return d, nil
	}
	m.append(t, moment, c, d)
	return d, nil
}

func (m *machine) append(t *rapid.T, moment room.Moment, c room.Command, d room.Decision) {
	r := room.NewRecord(m.state, moment, c, d.Events)
	r.ID, r.Node = "id", "n1"
	foretold, was := m.state.HeadAfter(d.Events), m.state.Head()
	if err := m.state.ApplyRecord(r); err != nil {
		t.Fatalf("I19: %T %+v came to a record that does not follow: %v", c, c, err)
	}
	m.checkHead(t, foretold, was, r)
	if err := m.twin.ApplyRecord(m.encoded(t, r)); err != nil {
		t.Fatalf("I19: the record does not follow when it is decoded: %v", err)
	}
	m.records = append(m.records, r)
	m.ledger.read(r)
	if len(m.ledger.found) > 0 {
		t.Fatalf("%T %+v broke\n%s\n%s", c, c, strings.Join(m.ledger.found, "\n"), prose(r))
	}
	for _, e := range r.Events {
		if b, ok := e.(room.TurnBegan); ok {
			p, _ := m.state.Player(b.Agent)
			m.tried = append(m.tried, attempt{b.Turn, b.Attempt, p.Outside})
		}
		if p, ok := e.(room.PlayerSeated); ok && p.Role == room.Agent {
			m.agents = append(m.agents, p.Player)
		} else if ok {
			m.people = append(m.people, p.Player)
		}
	}
}

// encoded is I19's round trip, to the byte.
func (m *machine) encoded(t *rapid.T, r room.Record) room.Record {
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatalf("I19: encode: %v", err)
	}
	var back room.Record
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatalf("I19: decode: %v", err)
	}
	if again, err := json.Marshal(back); err != nil || string(again) != string(b) {
		t.Fatalf("I19: encoded again (%v) it is\n%s\nnot\n%s", err, again, b)
	}
	return back
}

// checkHead is I23.
func (m *machine) checkHead(t *rapid.T, foretold, was room.Head, r room.Record) {
	head := m.state.Head()
	if foretold.Busy && !head.Busy {
		foretold.Busy = false
	}
	if foretold != head {
		t.Fatalf("I23: HeadAfter said %+v; Head is %+v\n%s", foretold, head, prose(r))
	}
	if r.Head == nil && head != was && !was.Busy {
		t.Fatalf("I23: the head went from %+v to %+v and the record does not say so", was, head)
	}
}

// check is what must hold between any two commands.
func (m *machine) check(t *rapid.T) {
	if !m.state.Exists() {
		return
	}
	m.now = later(m.now, m.state.At)
	pending, open := 0, []string{}
	for _, p := range m.ledger.players {
		pending += len(p.pending)
		if p.turn != "" {
			open = append(open, fmt.Sprint(p.turn, " ", p.attempt, p.running, p.draft != nil))
		}
	}
	got := []string{}
	for _, o := range m.state.OpenTurns() {
		got = append(got, fmt.Sprint(o.ID, " ", o.Attempt, o.Running, o.Draft != nil))
	}
	slices.Sort(open)
	slices.Sort(got)
	if m.state.Pending() != pending || !slices.Equal(open, got) {
		t.Fatalf("I1: the state has %d pending and open %v; the log %d and %v", m.state.Pending(), got, pending, open)
	}
	for _, attended := range []bool{true, false} {
		m.checkDeadline(t, attended)
	}
	m.checkReady(t)
	m.checkSecrets(t)
}

// checkDeadline is I21.
func (m *machine) checkDeadline(t *rapid.T, attended bool) {
	at, ok := m.state.Deadline(attended)
	if ok == at.IsZero() {
		t.Fatalf("I21: Deadline is %v, %v", at, ok)
	}
	tick := func(at time.Time) []room.Event {
		d, err := room.Decide(m.state, room.Moment{At: at, Chance: 1}, room.Tick{Attended: attended})
		if err != nil {
			t.Fatalf("I21: a Tick is refused: %v", err)
		}
		return d.Events
	}
	if ok && len(tick(later(at, m.now))) == 0 {
		t.Fatalf("I21: Deadline is %v and a Tick then does nothing; now is %v, phase %s", at, m.now, m.state.Phase)
	}
	if early := tick(m.now); len(early) > 0 && (!ok || at.After(m.now)) {
		t.Fatalf("I21: Deadline is %v %v and a Tick at %v does %v", at, ok, m.now, early)
	}
}

// checkReady is I22, now and at the moment that Ready names next.
func (m *machine) checkReady(t *rapid.T) {
	ready, next := m.state.Ready(m.now)
	m.readyAt(t, m.now, ready)
	if next.IsZero() {
		return
	}
	then, _ := m.state.Ready(next)
	if m.readyAt(t, next, then); !next.After(m.now) || (len(then) == 0 && m.endsAfter(next)) {
		t.Fatalf("I22: Ready names %v as next; then are %v", next, then)
	}
}

func (m *machine) endsAfter(at time.Time) bool {
	return m.state.EndsAt.IsZero() || m.state.EndsAt.After(at)
}

func (m *machine) readyAt(t *rapid.T, at time.Time, ready []room.Ready) {
	for _, name := range m.agents {
		p, ok := m.state.Player(name)
		if !ok || p.Role != room.Agent {
			continue // a seat that was freed
		}
		_, err := room.Decide(m.state, room.Moment{At: at}, room.BeginTurn{Agent: name, Model: "m", Node: "n", Deadline: at.Add(time.Minute), Outside: p.Outside})
		named := slices.ContainsFunc(ready, func(r room.Ready) bool { return r.Agent == name && r.Outside == p.Outside })
		if named != (err == nil) {
			t.Fatalf("I22: Ready names %s: %v; to begin at %v: %v", name, named, at, err)
		}
	}
}

// checkSecrets is I18.
func (m *machine) checkSecrets(t *rapid.T) {
	if m.state.Config.Mode != room.Imitation || m.state.Phase == room.PhaseReveal || m.state.Phase == room.PhaseClosed {
		return
	}
	if bad := tells(m.state.View()); bad != "" {
		t.Fatalf("I18: the view tells %s", bad)
	}
	if len(m.records) == 0 {
		return
	}
	shown, err := room.Show(m.records[len(m.records)-1])
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range shown {
		if bad := tells(json.RawMessage(s.JSON)); bad != "" && s.Type != "result" {
			t.Fatalf("I18: the frame %s tells %s", s.JSON, bad)
		}
	}
}

// tells returns a key of a JSON value that would give a player away.
func tells(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	for _, key := range []string{"role", "roles", "persona", "model", "turn", "hop", "client_id", "suppressed", "token", "node", "outside", "host", "suspect"} {
		if strings.Contains(string(b), `"`+key+`":`) {
			return key
		}
	}
	return ""
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// checkScene is I6 for prompts: they show every line that is covered, and none
// that waits for the next turn.
func (m *machine) checkScene(t *rapid.T, turn string) {
	sc, ok := m.state.Scene(turn)
	p := m.ledger.players[sc.Agent]
	if !ok || p.turn != turn {
		t.Fatalf("I6: there is no scene of turn %s", turn)
	}
	shown := map[uint64]bool{}
	for _, l := range sc.Lines {
		shown[l.Seq] = true
	}
	fresh := 0
	for _, owed := range p.pending {
		if owed.line && shown[owed.ref.Seq] != (owed.pos <= p.through) {
			t.Fatalf("I6: turn %s through %d shows line %s: %v", turn, p.through, owed.ref, shown[owed.ref.Seq])
		}
		if owed.line && owed.pos <= p.through {
			fresh++
		}
	}
	if len(sc.Covers) != len(p.reach()) || sc.New < fresh || sc.New > len(sc.Lines) {
		t.Fatalf("I6: turn %s covers %d, %d of them lines; its scene covers %d and has %d new", turn, len(p.reach()), fresh, len(sc.Covers), sc.New)
	}
	if sc.Mode == room.Imitation && slices.ContainsFunc(sc.Players, func(p room.ScenePlayer) bool { return p.Agent }) {
		t.Fatalf("I18: the scene of %s tells who is an agent", turn)
	}
}
