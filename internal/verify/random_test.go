package verify

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"parley/room"
)

// dice drives a world by chance.
type dice struct {
	*world
	*rand.Rand
	lines int
}

// TestRandomRooms lets the real rules run rooms of every kind by chance; their
// logs have to be sound after every step. PARLEY_SEED repeats one room.
func TestRandomRooms(t *testing.T) {
	t.Parallel()
	from, rooms := uint64(1), 300
	if os.Getenv("PARLEY_LONG") != "" {
		rooms = 20_000
	}
	if s := os.Getenv("PARLEY_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		from, rooms = n, 1
	}
	var sum Report
	for i := range rooms {
		rep := randomRoom(t, from+uint64(i))
		sum.Add(rep)
	}
	t.Logf("seeds %d to %d: %+v", from, from+uint64(rooms)-1, sum)
	if rooms > 1 && (sum.Triggers < 1000 || sum.Replies < 1000 || sum.WastedCalls < 100) {
		t.Errorf("too little happens: %+v", sum)
	}
}

func randomRoom(t *testing.T, seed uint64) Report {
	t.Helper()
	d := &dice{Rand: rand.New(rand.NewPCG(seed, 1))}
	defer func() {
		if e := recover(); e != nil {
			t.Errorf("seed %d: the rules panic: %v", seed, e)
		}
	}()
	d.world = newWorld(t, d.config())
	d.chance = seed
	v, read := NewRoom("ABC234"), 0
	for range 200 + d.IntN(300) {
		d.step()
		for ; read < len(d.log); read++ {
			v.Record(d.log[read])
		}
		if len(v.report.Faults) > 0 || d.s.Phase == room.PhaseClosed {
			break
		}
	}
	rep := v.Finish()
	for _, f := range rep.Faults {
		t.Errorf("seed %d (%s, %s): %s", seed, d.s.Config.Mode, d.s.Config.Overlap, f)
	}
	if rep.PendingTriggers != d.s.Pending() || uint64(rep.Triggers) != d.s.Triggers {
		t.Errorf("seed %d: %d triggers, %d pending; the rules have %d and %d", seed, rep.Triggers, rep.PendingTriggers, d.s.Triggers, d.s.Pending())
	}
	return rep
}

func (d *dice) config() room.Config {
	c := config(room.Open, []room.Overlap{room.Coalesce, room.Strict, room.Interrupt, room.Drop}[d.IntN(4)])
	if d.IntN(2) == 0 {
		c.Mode = room.Imitation
	}
	c.Seats, c.Rounds, c.Hops = 1+d.IntN(5), 1+d.IntN(4), d.IntN(5)
	c.RepliesPerMinute, c.SilenceSeconds = 1+d.IntN(6), []int{0, 5, 20}[d.IntN(3)]
	c.Discussion, c.Voting = 10+d.IntN(60), 5+d.IntN(40)
	c.Topics = []string{"tea", "rain"}[:d.IntN(3)]
	if d.IntN(4) == 0 {
		c.Calls = d.IntN(20)
	}
	c.Agents = nil
	for i := range 1 + d.IntN(4) {
		c.Agents = append(c.Agents, room.AgentSpec{Name: fmt.Sprintf("Agent %d", i)})
	}
	return c
}

// step does one thing by chance. Most of what is refused is refused rightly
// and changes nothing.
func (d *dice) step() {
	if at, ok := d.s.Deadline(true); ok && d.IntN(8) > 0 {
		for range 3 {
			if at.After(d.now) {
				break
			}
			d.send(room.Tick{Attended: d.IntN(4) > 0})
			at, _ = d.s.Deadline(true)
		}
	} else if ok && d.IntN(12) == 0 && at.After(d.now) {
		d.now = at
	}
	if d.IntN(2) == 0 {
		d.wait(time.Duration(d.IntN(4000)) * time.Millisecond)
	}
	switch n := d.IntN(100); {
	case n < 25:
		d.beginOne()
	case n < 55:
		d.answerOne()
	case n < 70:
		d.lines++
		d.send(room.Say{Player: d.anyone(), Text: d.words(), ClientID: strconv.Itoa(d.IntN(200))})
	case n < 80:
		d.send(room.Cast{Player: d.anyone(), Suspect: d.anyone()})
	case n < 88:
		d.lines++
		d.send(room.Join{Name: fmt.Sprintf("P%d", d.lines), Token: fmt.Sprintf("t%d", d.lines), Host: d.lines == 1, Outside: d.IntN(6) == 0})
	case n < 97:
		d.send(room.Nudge{Agent: d.anyone()})
	default:
		d.byHost()
	}
}

func (d *dice) byHost() {
	switch n := d.IntN(30); {
	case n < 6:
		d.send(room.Pause{})
	case n < 14:
		d.send(room.Start{})
	case n < 18:
		d.send(room.Skip{})
	case n < 23:
		d.send(room.Leave{Player: d.anyone()})
	case n < 26:
		d.send(room.Remove{Player: d.anyone()})
	case n < 27:
		d.send(room.End{})
	}
	if d.s.Paused && d.IntN(3) > 0 {
		d.wait(time.Duration(d.IntN(60)) * time.Second)
		d.send(room.Resume{})
	}
}

// send gives a command; that it is refused is as well.
func (d *dice) send(c room.Command) { _, _ = d.try(c) }

func (d *dice) anyone() string {
	players := d.s.Players()
	if len(players) == 0 {
		return fmt.Sprintf("Player %d", 1+d.IntN(12))
	}
	return players[d.IntN(len(players))].Name
}

func (d *dice) words() string {
	if d.IntN(10) == 0 {
		return "Indeed!"
	}
	return fmt.Sprintf("Words %d.", d.IntN(1_000_000))
}

func (d *dice) beginOne() {
	ready, _ := d.s.Ready(d.now)
	if len(ready) == 0 {
		d.send(room.BeginTurn{Agent: d.anyone(), Model: "m", Node: "n1", Deadline: d.now.Add(time.Minute)})
		return
	}
	r := ready[d.IntN(len(ready))]
	c := room.BeginTurn{Agent: r.Agent, Model: "m", Node: "n1", Deadline: d.now.Add(time.Duration(d.IntN(20)) * time.Second), Outside: r.Outside}
	if r.Outside {
		c.Model = ""
	}
	if d.IntN(4) == 0 {
		c.MaxChars = 1 + d.IntN(60)
	}
	d.send(c)
}

func (d *dice) answerOne() {
	open := d.s.OpenTurns()
	if len(open) == 0 {
		return
	}
	t := open[d.IntN(len(open))]
	outside := t.Model == ""
	attempt := t.Attempt
	if d.IntN(10) == 0 {
		attempt--
	}
	if d.IntN(5) == 0 {
		outcomes := []room.CallOutcome{room.CallTimeout, room.CallLost, room.CallCancelled, room.CallGarbage, room.CallRefused}
		d.send(room.FailAttempt{
			Turn: t.ID, Attempt: attempt, Outcome: outcomes[d.IntN(len(outcomes))],
			Final: d.IntN(4) == 0, RetryAt: d.now.Add(time.Duration(d.IntN(3)) * time.Second),
		})
		return
	}
	a := room.Answer{Turn: t.ID, Attempt: attempt, Text: d.words(), Outside: outside, Pass: d.IntN(5) == 0}
	if t.Kind == room.TurnVote {
		a.Pass, a.Suspect = false, d.anyone()
	}
	if d.IntN(3) == 0 && !outside {
		a.Due = d.now.Add(time.Duration(d.IntN(4000)) * time.Millisecond)
	}
	d.send(a)
	if d.IntN(10) == 0 {
		d.send(a)
	}
}
