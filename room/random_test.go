package room_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/room"
)

// I1–I24 hold after every command of random rooms. PARLEY_LONG=1 tries many
// more; rapid prints the seed and the shortest sequence that fails.
func TestRandomRooms(t *testing.T) {
	checks, steps := "60", "60"
	if os.Getenv("PARLEY_LONG") != "" {
		checks, steps = "8000", "200"
	}
	setFlag(t, "rapid.checks", checks)
	setFlag(t, "rapid.nofailfile", "true") // the seed is enough
	setFlag(t, "rapid.steps", steps)
	for _, overlap := range []room.Overlap{room.Coalesce, room.Strict, room.Interrupt, room.Drop} {
		t.Run(string(overlap), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { live(t, overlap) })
		})
	}
}

// setFlag sets a flag for the test, unless the command line has.
func setFlag(t *testing.T, name, value string) {
	t.Helper()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	f := flag.Lookup(name)
	if given || f == nil {
		return
	}
	before := f.Value.String()
	if err := f.Value.Set(value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Value.Set(before) })
}

// live is the life of one random room.
func live(t *rapid.T, overlap room.Overlap) {
	m := newMachine()
	m.chance = rapid.Uint64().Draw(t, "chance")
	m.step(t, room.Create{Config: randomConfig(t, overlap), HostToken: "host"})
	if rapid.IntRange(0, 3).Draw(t, "filled") > 0 {
		m.fill(t)
	}
	t.Repeat(map[string]func(*rapid.T){
		"":        m.check,
		"wait":    m.waits,
		"wait2":   m.waits,
		"tick":    func(t *rapid.T) { m.step(t, room.Tick{Attended: rapid.Bool().Draw(t, "attended")}) },
		"join":    m.joins,
		"leave":   m.leaves,
		"say":     m.says,
		"say2":    m.says,
		"cast":    m.casts,
		"host":    m.hosts,
		"begin":   m.begins,
		"begin2":  m.begins,
		"answer":  m.answers,
		"answer2": m.answers,
		"fail":    m.fails,
		"restart": func(*rapid.T) { m.state = refoldQuiet(m.records) },
	})
	m.checkTurnLog(t)
	m.drain(t)
	m.checkTurnLog(t)
}

// fill seats people until the room is full; a game starts.
func (m *machine) fill(t *rapid.T) {
	for i, name := range []string{"Cleo", "Eve", "Flo", "Gus"}[:m.state.Config.Seats] {
		m.step(t, room.Join{Name: name, Token: fmt.Sprint("t", i), Host: i == 0})
	}
}

func refoldQuiet(records []room.Record) *room.State {
	s := &room.State{}
	for _, r := range records {
		if err := s.ApplyRecord(r); err != nil {
			panic(err)
		}
	}
	return s
}

func randomConfig(t *rapid.T, overlap room.Overlap) room.Config {
	small := func(name string, from, to int) int { return rapid.IntRange(from, to).Draw(t, name) }
	var c room.Config
	if rapid.Bool().Draw(t, "open") {
		c = openConfig([]string{"Ada", "Bob", "Dot"}[:small("agents", 0, 3)]...)
		c.Seats = small("seats", 1, 4)
	} else {
		seats := small("seats", 1, 4)
		c = gameConfig(seats, small("agents", max(0, 2-seats), 4), small("rounds", 1, 3))
		c.Discussion, c.Voting, c.Reveal = small("discussion", 10, 60), small("voting", 5, 40), small("reveal", 5, 10)
	}
	c.Overlap = overlap
	c.Hops, c.RepliesPerMinute = small("hops", 0, 4), small("replies", 1, 4)
	c.Calls = rapid.SampledFrom([]int{1000, 1000, 10, 3, 1, 0}).Draw(t, "calls")
	c.SilenceSeconds = rapid.SampledFrom([]int{0, 3, 20}).Draw(t, "silence")
	return c
}

// waits turns the clock: by anything, to the deadline, or to just before it.
func (m *machine) waits(t *rapid.T) {
	at, ok := m.state.Deadline(true)
	switch how := rapid.IntRange(0, 4).Draw(t, "how"); {
	case how == 0 && ok:
		m.now = later(m.now, at)
	case how == 1 && ok && at.After(m.now.Add(time.Millisecond)):
		m.now = at.Add(-time.Millisecond)
	case how == 2:
		m.now = m.now.Add(-time.Second) // a node whose clock is behind
		m.step(t, room.Tick{Attended: true})
	default:
		m.wait(rapid.SampledFrom([]int{0, 1, 3, 10, 30, 70}).Draw(t, "seconds"))
	}
}

func (m *machine) anyone(t *rapid.T) string {
	return pick(t, "player", slices.Concat(m.people, m.agents, []string{"Nobody"}))
}

func pick(t *rapid.T, label string, from []string) string {
	return rapid.SampledFrom(from).Draw(t, label)
}

func (m *machine) joins(t *rapid.T) {
	names := []string{"Cleo", "Eve", "Flo", "Gus", "EVE", "Bot", "Bit", " ", ""}
	m.step(t, room.Join{
		Name: pick(t, "name", names), Token: strconv.Itoa(len(m.records)),
		Host: rapid.Bool().Draw(t, "host"), Outside: rapid.IntRange(0, 3).Draw(t, "outside") == 0,
	})
}

func (m *machine) leaves(t *rapid.T) {
	if rapid.IntRange(0, 2).Draw(t, "really") > 0 {
		return
	}
	if name := m.anyone(t); rapid.Bool().Draw(t, "removed") {
		m.step(t, room.Remove{Player: name})
	} else {
		m.step(t, room.Leave{Player: name})
	}
}

func (m *machine) says(t *rapid.T) {
	text := pick(t, "text", []string{"hello", "pass", "and you?", "", " "})
	m.step(t, room.Say{Player: m.anyone(t), Text: text, ClientID: pick(t, "client_id", []string{"", "", "1", "2", "3", "\n"})})
}

func (m *machine) casts(t *rapid.T) { m.step(t, room.Cast{Player: m.anyone(t), Suspect: m.anyone(t)}) }

func (m *machine) hosts(t *rapid.T) {
	commands := []room.Command{room.Start{}, room.Start{}, room.Pause{}, room.Resume{}, room.Resume{}, room.Skip{}, room.Nudge{Agent: m.anyone(t)}, room.Nudge{Agent: m.anyone(t)}}
	if rapid.IntRange(0, 9).Draw(t, "really") == 0 {
		commands = []room.Command{room.End{}, room.Create{Config: openConfig()}}
	}
	m.step(t, rapid.SampledFrom(commands).Draw(t, "command"))
}

func (m *machine) begins(t *rapid.T) {
	name := m.anyone(t)
	if ready, _ := m.state.Ready(m.now); len(ready) > 0 && rapid.IntRange(0, 4).Draw(t, "ready") > 0 {
		name = rapid.SampledFrom(ready).Draw(t, "agent").Agent
	}
	begin := m.beginning(name)
	begin.Deadline = m.now.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "for")) * time.Second)
	if rapid.IntRange(0, 9).Draw(t, "otherwise") == 0 {
		begin.Outside = !begin.Outside
	}
	begin.MaxChars = rapid.SampledFrom([]int{0, 0, 5, 12}).Draw(t, "chars")
	m.ledger.limited = begin.MaxChars > 0
	if d, err := m.step(t, begin); err == nil {
		m.checkScene(t, d.Turn)
	}
}

// attempt draws one of those that run, or any that ever did.
func (m *machine) attempt(t *rapid.T) (attempt, bool) {
	var running []attempt
	for _, a := range m.tried {
		if m.state.Current(a.turn, a.n) {
			running = append(running, a)
		}
	}
	if len(running) > 0 && rapid.IntRange(0, 4).Draw(t, "current") > 0 {
		return rapid.SampledFrom(running).Draw(t, "attempt"), true
	}
	if len(m.tried) == 0 {
		return attempt{}, false
	}
	return rapid.SampledFrom(m.tried).Draw(t, "attempt"), true
}

func (m *machine) answers(t *rapid.T) {
	a, ok := m.attempt(t)
	if !ok {
		return
	}
	m.texts++
	fresh := fmt.Sprintf("line %d", m.texts)
	c := room.Answer{Turn: a.turn, Attempt: a.n, Outside: a.outside, Text: pick(t, "text", []string{fresh, fresh, fresh, fresh, "hello", "[pass]", ""})}
	c.Pass = rapid.IntRange(0, 5).Draw(t, "pass") == 0
	if m.state.Phase == room.PhaseVoting {
		c.Suspect = m.anyone(t)
	}
	if !a.outside && rapid.IntRange(0, 2).Draw(t, "draft") == 0 {
		c.Due = m.now.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "due")) * time.Second)
	}
	d, err := m.step(t, c)
	if current := err == nil && !d.Again && len(d.Events) > 0; current || !a.outside {
		return
	}
	m.again(t, c)
}

// again sends the same answer twice more: it gets the same again (I15).
func (m *machine) again(t *rapid.T, c room.Answer) {
	first, err1 := m.step(t, c)
	second, err2 := m.step(t, c)
	if kindOf(err1) != kindOf(err2) || (first.Again && first.Seq != second.Seq) {
		t.Fatalf("I15: %+v got %+v %v, then %+v %v", c, first, err1, second, err2)
	}
}

func (m *machine) fails(t *rapid.T) {
	a, ok := m.attempt(t)
	if !ok {
		return
	}
	outcomes := []room.CallOutcome{room.CallLost, room.CallLost, room.CallTimeout, room.CallEmpty, room.CallCancelled, room.CallRate}
	c := room.FailAttempt{Turn: a.turn, Attempt: a.n, Outcome: rapid.SampledFrom(outcomes).Draw(t, "outcome"), Final: rapid.IntRange(0, 5).Draw(t, "final") == 0}
	if rapid.Bool().Draw(t, "backoff") {
		c.RetryAt = m.now.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "retry")) * time.Second)
	}
	m.step(t, c)
}

// drain lets the room go on by itself, all agents willing: whatever happened
// before, nothing stays pending and no clock stands still (I1, I20, I21).
func (m *machine) drain(t *rapid.T) {
	m.step(t, room.Resume{})
	for range 3000 {
		m.check(t)
		if at, ok := m.state.Deadline(false); ok && !at.After(m.now) {
			m.step(t, room.Tick{})
			continue
		}
		ready, next := m.state.Ready(m.now)
		if len(ready) > 0 {
			m.finish(t, ready[0])
			continue
		}
		at, ok := m.state.Deadline(false)
		if next.IsZero() && !ok {
			break
		}
		if !ok || (!next.IsZero() && next.Before(at)) {
			at = next
		}
		m.now = at
	}
	waiting := m.state.Phase == room.PhaseWaiting && m.state.People() > 0
	ended := m.state.Phase == room.PhaseClosed || m.state.Phase == room.PhaseOpen || waiting
	if m.state.Pending() > 0 || len(m.state.OpenTurns()) > 0 || !ended {
		t.Fatalf("I1, I20: left alone, the room stays in %s with %d pending and open %+v", m.state.Phase, m.state.Pending(), m.state.OpenTurns())
	}
}

func (m *machine) finish(t *rapid.T, r room.Ready) {
	d, err := m.step(t, m.beginning(r.Agent))
	if err != nil {
		t.Fatalf("I22: %s may begin and may not: %v", r.Agent, err)
	}
	n := 1
	for _, o := range m.state.OpenTurns() {
		if o.ID == d.Turn {
			n = o.Attempt
		}
	}
	c := room.Answer{Turn: d.Turn, Attempt: n, Pass: true, Outside: r.Outside}
	if sc, ok := m.state.Scene(d.Turn); ok && sc.Kind == room.TurnVote && len(sc.Suspects) > 0 {
		c = room.Answer{Turn: d.Turn, Attempt: n, Suspect: sc.Suspects[0], Outside: r.Outside}
	}
	if _, err := m.step(t, c); err != nil {
		t.Fatalf("I5: the running attempt %d of %s is refused: %v", n, d.Turn, err)
	}
}
