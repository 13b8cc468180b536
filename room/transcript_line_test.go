package room_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/room"
)

var option = regexp.MustCompile(` ([a-z_]+)=([^" ]+)$`)

// options takes `key=value` off the end of a line.
func options(s string) (string, map[string]string) {
	opts := map[string]string{}
	for {
		m := option.FindStringSubmatchIndex(s)
		if m == nil {
			return s, opts
		}
		opts[s[m[2]:m[3]]] = s[m[4]:m[5]]
		s = s[:m[0]]
	}
}

// line plays one line of a block.
func (tr *transcript) line(t *testing.T, s string) error {
	t.Helper()
	s, opts := options(s)
	verb, rest, _ := strings.Cut(s, " ")
	if player, words, ok := strings.Cut(s, " says "); ok {
		text, err := strconv.Unquote(words)
		tr.command(room.Say{Player: player, Text: text, ClientID: opts["client_id"]})
		return err
	}
	if player, suspect, ok := strings.Cut(s, " votes for "); ok && verb != "answer" {
		tr.command(room.Cast{Player: player, Suspect: suspect})
		return nil
	}
	if player, ok := strings.CutSuffix(s, " leaves"); ok {
		tr.command(room.Leave{Player: player})
		return nil
	}
	switch verb {
	case "at":
		tr.clock(t, rest)
	case "restart":
		tr.restart(t)
	case "show":
		tr.show()
	case "lot":
		tr.chance, _ = strconv.ParseUint(rest, 10, 64)
	case "join", "outside", "remove", "nudge", "start", "pause", "resume", "skip", "end", "tick", "unattended":
		tr.command(tr.simple(verb, rest))
	case "begin":
		return tr.beginLine(rest, opts)
	case "answer":
		return tr.answerLine(rest, opts)
	case "fail":
		return tr.failLine(rest, opts)
	default:
		return fmt.Errorf("what is %q", verb)
	}
	return nil
}

// simple reads commands of one word and perhaps a name.
func (tr *transcript) simple(verb, rest string) room.Command {
	token := strconv.Itoa(len(tr.records))
	return map[string]room.Command{
		"join":       room.Join{Name: rest, Token: token, Host: tr.state.People() == 0},
		"outside":    room.Join{Name: rest, Token: token, Outside: true},
		"remove":     room.Remove{Player: rest},
		"nudge":      room.Nudge{Agent: rest},
		"start":      room.Start{},
		"pause":      room.Pause{},
		"resume":     room.Resume{},
		"skip":       room.Skip{},
		"end":        room.End{},
		"tick":       room.Tick{Attended: true},
		"unattended": room.Tick{},
	}[verb]
}

// beginLine reads `begin Ada` with `for=60s` and `chars=500`.
func (tr *transcript) beginLine(agent string, opts map[string]string) error {
	c := tr.beginning(agent)
	if s, ok := opts["for"]; ok {
		d, err := time.ParseDuration(s)
		if err != nil {
			return err
		}
		c.Deadline = tr.now.Add(d)
	}
	c.MaxChars, _ = strconv.Atoi(opts["chars"])
	tr.ledger.limited = c.MaxChars > 0
	tr.command(c)
	return nil
}

// turnAt reads `Ada-1 2` and what follows.
func turnAt(s string) (a attempt, rest string, err error) {
	a.turn, rest, _ = strings.Cut(s, " ")
	number, rest, _ := strings.Cut(rest, " ")
	a.n, err = strconv.Atoi(number)
	return a, rest, err
}

// answerLine reads `answer Ada-1 1 "text"`, `… pass` and `… votes for Bob`,
// with `due=09:00:20` and `typed=09:00:12`, from when the line is typed.
func (tr *transcript) answerLine(s string, opts map[string]string) error {
	a, rest, err := turnAt(s)
	if err != nil {
		return err
	}
	c := room.Answer{Turn: a.turn, Attempt: a.n, Outside: tr.outside(a.turn)}
	if suspect, ok := strings.CutPrefix(rest, "votes for "); ok {
		c.Suspect = suspect
	} else if c.Pass = rest == "pass"; !c.Pass {
		if c.Text, err = strconv.Unquote(rest); err != nil {
			return err
		}
	}
	if due, ok := opts["due"]; ok {
		if c.Due, err = today(due); err != nil {
			return err
		}
	}
	if from, ok := opts["typed"]; ok {
		s := room.Stretch{To: c.Due}
		if s.From, err = today(from); err != nil {
			return err
		}
		c.Typing = []room.Stretch{s}
	}
	tr.command(c)
	return nil
}

// outside says whether the turn is one of an agent from outside.
func (tr *transcript) outside(turn string) bool {
	for _, e := range events[room.TurnBegan](&tr.world) {
		if e.Turn == turn {
			p, ok := tr.state.Player(e.Agent)
			return ok && p.Outside
		}
	}
	return false
}

// failLine reads `fail Ada-1 1 timeout`, with `retry=09:00:10` and `final=yes`.
func (tr *transcript) failLine(s string, opts map[string]string) error {
	a, outcome, err := turnAt(s)
	if err != nil {
		return err
	}
	c := room.FailAttempt{Turn: a.turn, Attempt: a.n, Outcome: room.CallOutcome(outcome), Final: opts["final"] != ""}
	if retry, ok := opts["retry"]; ok {
		if c.RetryAt, err = today(retry); err != nil {
			return err
		}
	}
	tr.command(c)
	return nil
}
