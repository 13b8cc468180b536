package room_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"parley/room"
)

// The transcripts tell the rules by example: commands above the dashes, below
// them what happened. `go test ./room -run TestTranscripts -rewrite` records
// them anew; read what it wrote. Every transcript also obeys the invariants.
func TestTranscripts(t *testing.T) {
	datadriven.Walk(t, "testdata/transcripts", func(t *testing.T, path string) {
		t.Helper()
		tr := &transcript{ledger: newLedger()}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			t.Helper()
			out := tr.run(t, d)
			if len(tr.ledger.found) > 0 {
				d.Fatalf(t, "broken:\n%s\n%s", strings.Join(tr.ledger.found, "\n"), out)
			}
			if diff := same(tr.state, refold(t, tr.records)); diff != "" {
				d.Fatalf(t, "I19: the log folds into another state:\n%s", diff)
			}
			return out
		})
	})
}

// transcript plays one file.
type transcript struct {
	world
	ledger *ledger
	out    strings.Builder
}

// run plays one block: its first line makes the room or sets the clock, the
// lines below are commands.
func (tr *transcript) run(t *testing.T, d *datadriven.TestData) string {
	t.Helper()
	tr.out.Reset()
	switch d.Cmd {
	case "room":
		tr.world, tr.ledger = *newWorld(), newLedger()
		tr.command(room.Create{Config: config(t, d), HostToken: "host"})
	case "at":
		tr.clock(t, d.CmdArgs[0].Key)
	default:
		d.Fatalf(t, "a block begins with room or at, not %s", d.Cmd)
	}
	for s := range strings.Lines(d.Input) {
		if err := tr.line(t, strings.TrimSpace(s)); err != nil {
			d.Fatalf(t, "%s: %v", s, err)
		}
	}
	return tr.out.String()
}

func (tr *transcript) clock(t *testing.T, s string) {
	t.Helper()
	at, err := today(s)
	if err != nil {
		t.Fatal(err)
	}
	tr.now = at
}

// today reads a time of the day on which all transcripts play.
func today(s string) (time.Time, error) {
	layout := "15:04:05"
	if strings.Count(s, ":") == 1 {
		layout = "15:04"
	}
	clock, err := time.Parse(layout, s)
	return nine().Truncate(24 * time.Hour).Add(clock.Sub(clock.Truncate(24 * time.Hour))), err
}

// config reads the room line: `room open agents=(Ada,Bob)` or `room game
// seats=3 agents=2`, and any limits.
func config(t *testing.T, d *datadriven.TestData) room.Config {
	t.Helper()
	c := openConfig()
	numbers := map[string]*int{
		"seats": &c.Seats, "discussion": &c.Discussion, "voting": &c.Voting, "reveal": &c.Reveal, "rounds": &c.Rounds,
		"hops": &c.Hops, "replies": &c.RepliesPerMinute, "calls": &c.Calls, "silence": &c.SilenceSeconds,
	}
	if d.CmdArgs[0].Key == "game" {
		c = gameConfig(2, 0, 1)
	}
	for _, arg := range d.CmdArgs[1:] {
		switch n, ok := numbers[arg.Key]; {
		case ok:
			*n, _ = strconv.Atoi(arg.Vals[0])
		case arg.Key == "overlap":
			c.Overlap = room.Overlap(arg.Vals[0])
		case arg.Key == "agents" && c.Mode == room.Imitation:
			count, _ := strconv.Atoi(arg.Vals[0])
			c.Agents = gameConfig(1, count, 1).Agents
		case arg.Key == "agents":
			c.Agents = openConfig(arg.Vals...).Agents
		default:
			d.Fatalf(t, "a room has no %s", arg.Key)
		}
	}
	return c
}

// command decides one command and writes what came of it.
func (tr *transcript) command(c room.Command) {
	before := len(tr.records)
	d, err := tr.try(c)
	var refused *room.Error
	switch {
	case errors.As(err, &refused):
		fmt.Fprintf(&tr.out, "%s refused, %s: %s\n", clock(tr.now), refused.Kind, refused.Detail)
	case err != nil:
		fmt.Fprintf(&tr.out, "%s BROKEN: %v\n", clock(tr.now), err)
	case d.Again:
		fmt.Fprintf(&tr.out, "%s done before, as %d\n", clock(tr.now), d.Seq)
	case len(d.Events) == 0:
		fmt.Fprintf(&tr.out, "%s nothing to do\n", clock(tr.now))
	}
	for _, r := range tr.records[before:] {
		tr.ledger.read(r)
		tr.out.WriteString(prose(r))
	}
}

// restart is what `kill -9` and a new start come to: all that is left is the log.
func (tr *transcript) restart(t *testing.T) {
	t.Helper()
	tr.state = refold(t, tr.records)
	fmt.Fprintf(&tr.out, "%s the node starts again from %d records\n", clock(tr.now), len(tr.records))
}

// show writes what the room wants next.
func (tr *transcript) show() {
	s := tr.state
	fmt.Fprintf(&tr.out, "%s now: %s%s", clock(tr.now), s.Phase, when(s.Paused, ", paused"))
	if at, ok := s.Deadline(true); ok {
		fmt.Fprintf(&tr.out, ", wants a tick at %s", clock(at))
	}
	fmt.Fprintf(&tr.out, ", %d pending", s.Pending())
	for _, o := range s.OpenTurns() {
		fmt.Fprintf(&tr.out, ", %s open (attempt %d%s%s)", o.ID, o.Attempt, when(o.Running, " running"), when(o.Draft != nil, " drafted"))
	}
	ready, next := s.Ready(tr.now)
	for _, r := range ready {
		fmt.Fprintf(&tr.out, ", %s may begin", r.Agent)
	}
	if !next.IsZero() {
		fmt.Fprintf(&tr.out, ", another may at %s", clock(next))
	}
	tr.out.WriteString("\n")
}
