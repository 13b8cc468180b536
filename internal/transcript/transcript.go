// Package transcript tells a room's log as rows, one an event: what players saw
// and, beside it, what only the log knows: who was a person and who an agent,
// for whom each vote was, how far a line was from a person's, and how each turn
// of an agent ended. Rows are written as JSON lines or as CSV.
package transcript

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"parley/room"
)

// Row is one event, or the end of a turn. Fields that an event does not have
// are empty.
type Row struct {
	Room    string     `json:"room"`
	Seq     uint64     `json:"seq,omitempty"` // 0 for what players do not see
	At      string     `json:"at"`            // RFC 3339, UTC, milliseconds
	Type    string     `json:"type"`          // of the public event; "turn" for the end of a turn
	Player  string     `json:"player,omitempty"`
	Role    room.Role  `json:"role,omitempty"` // of Player
	Text    string     `json:"text,omitempty"`
	Suspect string     `json:"suspect,omitempty"` // of a vote or a result
	Hop     *int       `json:"hop,omitempty"`     // of a line
	Turn    string     `json:"turn,omitempty"`    // that the line, vote or outcome belongs to
	Outcome string     `json:"outcome,omitempty"` // of a turn
	Reason  string     `json:"reason,omitempty"`
	Covers  []room.Ref `json:"covers,omitempty"` // triggers of a turn
	Model   string     `json:"model,omitempty"`  // of the turn's last call
	Calls   int        `json:"calls,omitempty"`  // attempts of a turn
	Phase   room.Phase `json:"phase,omitempty"`
	Round   int        `json:"round,omitempty"`
	Topic   string     `json:"topic,omitempty"`
	Winner  room.Side  `json:"winner,omitempty"`
	Game    room.Side  `json:"game_winner,omitempty"`

	Votes map[string]string    `json:"votes,omitempty"` // of a result
	Tally map[string]int       `json:"tally,omitempty"`
	Roles map[string]room.Role `json:"roles,omitempty"`
}

// Rows reads a room's records from the first on. Its errors are the sequence's.
func Rows(records iter.Seq2[room.Record, error]) ([]Row, error) {
	t := teller{roles: map[string]room.Role{}, begun: map[string]begun{}}
	for rec, err := range records {
		if err != nil {
			return nil, fmt.Errorf("read the room's log: %w", err)
		}
		if err := t.record(rec); err != nil {
			return nil, err
		}
	}
	return t.rows, nil
}

type begun struct {
	model string
	calls int
}

// teller keeps what rows say beside their own event.
type teller struct {
	roles map[string]room.Role
	begun map[string]begun
	round int
	rows  []Row
}

func (t *teller) record(rec room.Record) error {
	shown, err := room.Show(rec)
	if err != nil {
		return fmt.Errorf("record %d of room %s: %w", rec.Ordinal, rec.Room, err)
	}
	for _, e := range rec.Events {
		row := Row{Room: rec.Room, At: room.Time(rec.At)}
		if !t.fill(&row, e) {
			continue
		}
		if row.Type == "" {
			if len(shown) == 0 {
				return fmt.Errorf("record %d of room %s: more public events than frames", rec.Ordinal, rec.Room)
			}
			row.Type, row.Seq = shown[0].Type, shown[0].Seq
			shown = shown[1:]
		}
		row.Role = t.roles[row.Player]
		t.rows = append(t.rows, row)
	}
	return nil
}

// fill writes an event into its row. It reports whether the event has one.
func (t *teller) fill(row *Row, e room.Event) bool {
	row.Round = t.round
	switch e := e.(type) {
	case room.PlayerJoined:
		row.Player = e.Player
	case room.PlayerLeft:
		row.Player = e.Player
		if e.Removed {
			row.Reason = "removed"
		}
	case room.PhaseBegan:
		t.round = e.Round
		row.Phase, row.Round, row.Topic, row.Reason = e.Phase, e.Round, e.Topic, e.Reason
	case room.Paused, room.Resumed:
	case room.MessagePosted:
		row.Player, row.Text, row.Hop, row.Turn = e.Player, e.Text, &e.Hop, e.Turn
	case room.VoteCast:
		row.Player, row.Suspect, row.Turn = e.Player, e.Suspect, e.Turn
		if e.Random {
			row.Reason = room.ReasonRandom
		}
	case room.RoundEnded:
		t.result(row, e)
	case room.RolesRevealed:
		row.Roles = e.Roles
	case room.TurnEnded:
		b := t.begun[e.Turn]
		row.Type, row.Player, row.Turn, row.Model, row.Calls = "turn", e.Agent, e.Turn, b.model, b.calls
		row.Outcome, row.Reason, row.Covers = string(e.Outcome), e.Reason, e.Covers
	case room.PlayerSeated:
		t.roles[e.Player] = e.Role
		return false
	case room.TurnBegan:
		t.begun[e.Turn] = begun{e.Model, t.begun[e.Turn].calls + 1}
		return false
	case room.RoomCreated, room.SeatFreed, room.HostPassed, room.TriggerRaised, room.AttemptFailed, room.ReplyDrafted:
		return false
	}
	return true
}

func (t *teller) result(row *Row, e room.RoundEnded) {
	row.Round, row.Votes, row.Tally, row.Winner = e.Round, e.Votes, e.Tally, e.Winner
	if e.Suspect != nil {
		row.Suspect = *e.Suspect
	}
	if e.GameWinner != nil {
		row.Game = *e.GameWinner
	}
	if len(e.Tied) > 0 {
		row.Reason = "lot among " + strings.Join(e.Tied, ", ")
	}
}

// asJSON writes a map for one cell; maps are written in the order of their keys.
func asJSON(v any, n int) string {
	if n == 0 {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
