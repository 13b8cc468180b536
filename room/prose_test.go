package room_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/room"
)

// prose writes a record's events as lines for people, one an event.
func prose(r room.Record) string {
	var b strings.Builder
	seq := r.Seq
	for _, e := range r.Events {
		if isPublic(e) {
			seq--
		}
	}
	for _, e := range r.Events {
		at := "         "
		if isPublic(e) {
			seq++
			at = fmt.Sprintf("%8d ", seq)
		}
		fmt.Fprintf(&b, "%s%s %s\n", clock(r.At), at, line(e))
	}
	return b.String()
}

func clock(t time.Time) string { return strings.TrimSuffix(t.UTC().Format("15:04:05.000"), ".000") }

// with puts what is set into brackets.
func with(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func when(yes bool, s string) string {
	if yes {
		return s
	}
	return ""
}

func until(t *time.Time) string {
	if t == nil {
		return ""
	}
	return "until " + clock(*t)
}

// line writes one event.
func line(e room.Event) string {
	switch e := e.(type) {
	case room.RoomCreated:
		return fmt.Sprintf("room %s is made, %s", e.Config.Code, e.Config.Mode)
	case room.PlayerSeated:
		return fmt.Sprintf("%s takes a seat%s", e.Player, with(string(e.Role), when(e.Outside, "outside"), when(e.Host, "host")))
	case room.SeatFreed:
		return fmt.Sprintf("%s gives the seat back%s", e.Player, with(when(e.Removed, "removed")))
	case room.PlayerJoined:
		return e.Player + " joins"
	case room.PlayerLeft:
		return fmt.Sprintf("%s leaves%s", e.Player, with(when(e.Removed, "removed")))
	case room.HostPassed:
		return e.Player + " is host now"
	case room.PhaseBegan:
		return fmt.Sprintf("== %s%s", e.Phase, with(when(e.Round > 0, fmt.Sprintf("round %d", e.Round)), until(e.EndsAt), e.Reason))
	case room.Paused:
		return "paused"
	case room.Resumed:
		return "resumed" + with(until(e.EndsAt))
	case room.RolesRevealed:
		var roles []string
		for _, name := range slices.Sorted(maps.Keys(e.Roles)) {
			roles = append(roles, name+" is "+string(e.Roles[name]))
		}
		return "roles: " + strings.Join(roles, ", ")
	case room.TriggerRaised:
		return fmt.Sprintf("%s for %s", e.Name, e.Agent)
	case room.MessagePosted:
		return fmt.Sprintf("%s: %q%s", e.Player, e.Text, with(e.Turn, when(e.Turn != "", fmt.Sprintf("hop %d", e.Hop)), when(e.Suppressed != "", "no trigger: "+e.Suppressed)))
	case room.VoteCast:
		return fmt.Sprintf("%s votes for %s%s", e.Player, e.Suspect, with(e.Turn, when(e.Random, "by lot")))
	case room.RoundEnded:
		return resultLine(e)
	case room.TurnBegan:
		return fmt.Sprintf("%s attempt %d begins%s", e.Turn, e.Attempt, with(when(e.Kind == room.TurnVote, "vote"), "until "+clock(e.Deadline)))
	case room.AttemptFailed:
		return fmt.Sprintf("%s attempt %d: %s, again from %s%s", e.Turn, e.Call.Attempt, e.Call.Outcome, clock(e.RetryAt), with(when(e.Call.Drafted, "the draft is dropped")))
	case room.ReplyDrafted:
		return fmt.Sprintf("%s attempt %d: %s, drafts %s for %s%s", e.Turn, e.Call.Attempt, e.Call.Outcome, drafted(e), clock(e.Due), with(when(e.Random, "by lot"), when(e.Call.Drafted, "put off")))
	case room.TurnEnded:
		return outcomeLine(e)
	}
	return fmt.Sprintf("%#v", e)
}

func drafted(e room.ReplyDrafted) string {
	if e.Pass {
		return "silence"
	}
	return strconv.Quote(e.Text + e.Suspect)
}

func resultLine(e room.RoundEnded) string {
	suspect, winner := "nobody", ""
	if e.Suspect != nil {
		suspect = fmt.Sprintf("%s, %s", *e.Suspect, *e.SuspectRole)
	}
	if e.GameWinner != nil {
		winner = fmt.Sprintf("; the game goes to the %s", *e.GameWinner)
	}
	lot := with(when(len(e.Tied) > 0, "by lot among "+strings.Join(e.Tied, " and ")))
	return fmt.Sprintf("round %d: %v, the suspect is %s%s; the %s win it%s", e.Round, e.Tally, suspect, lot, e.Winner, winner)
}

func outcomeLine(e room.TurnEnded) string {
	var covers []string
	for _, r := range e.Covers {
		covers = append(covers, r.String())
	}
	call := ""
	if e.Call != nil {
		call = fmt.Sprintf("attempt %d: %s", e.Call.Attempt, e.Call.Outcome) + when(e.Call.Drafted, ", the draft is dropped")
	}
	return fmt.Sprintf("%s %s%s, covers %s%s", e.Turn, e.Outcome, when(e.Reason != "", ", "+e.Reason), strings.Join(covers, " "), with(call))
}
