package room

import (
	"encoding/json"
	"time"
)

// public reports whether players may see the event, and so whether it takes a
// seq.
func public(e Event) bool { return frameType(e) != "" }

// Shown is an event as players see it: the frame of every stream. Its JSON
// has the same fields for people and agents.
type Shown struct {
	Seq  uint64
	Type string
	JSON []byte // one object
}

type frameStart struct {
	Seq  uint64 `json:"seq"`
	Type string `json:"type"`
	At   string `json:"at"`
}

type playerFrame struct {
	frameStart
	Player string `json:"player"`
}

type messageFrame struct {
	frameStart
	Player string `json:"player"`
	Text   string `json:"text"`
}

type phaseFrame struct {
	frameStart
	Phase  Phase   `json:"phase"`
	Round  int     `json:"round"`
	Topic  string  `json:"topic"`
	EndsAt *string `json:"ends_at"`
	Reason string  `json:"reason,omitempty"`
}

type resumedFrame struct {
	frameStart
	EndsAt *string `json:"ends_at"`
}

type resultFrame struct {
	frameStart
	Round       int               `json:"round"`
	Votes       map[string]string `json:"votes"`
	Tally       map[string]int    `json:"tally"`
	Suspect     *string           `json:"suspect"`
	SuspectRole *Role             `json:"suspect_role"`
	Winner      Side              `json:"winner"`
	GameWinner  *Side             `json:"game_winner,omitempty"`
}

type rolesFrame struct {
	frameStart
	Roles map[string]Role `json:"roles"`
}

// Show returns what players see of a record: the frames of its public events.
func Show(r Record) ([]Shown, error) {
	n := 0
	for _, e := range r.Events {
		if public(e) {
			n++
		}
	}
	if n == 0 {
		return nil, nil
	}
	out := make([]Shown, 0, n)
	seq := r.Seq - uint64(n)
	for _, e := range r.Events {
		if !public(e) {
			continue
		}
		seq++
		b, err := encodeFrame(frame(e, frameStart{Seq: seq, At: Time(r.At)}))
		if err != nil {
			return nil, err
		}
		out = append(out, Shown{Seq: seq, Type: frameType(e), JSON: b})
	}
	return out, nil
}

// frameSlack is how much longer a line's frame is than what people wrote.
const frameSlack = 100

func encodeFrame(f any) ([]byte, error) {
	if m, ok := f.(messageFrame); ok {
		return m.appendFrame(make([]byte, 0, frameSlack+len(m.Player)+len(m.Text))), nil
	}
	return json.Marshal(f)
}

func frame(e Event, start frameStart) any {
	start.Type = frameType(e)
	switch e := e.(type) {
	case PlayerJoined:
		return playerFrame{start, e.Player}
	case PlayerLeft:
		return playerFrame{start, e.Player}
	case VoteCast:
		return playerFrame{start, e.Player}
	case PhaseBegan:
		return phaseFrame{start, e.Phase, e.Round, e.Topic, timeOrNull(e.EndsAt), e.Reason}
	case Resumed:
		return resumedFrame{start, timeOrNull(e.EndsAt)}
	case MessagePosted:
		return messageFrame{start, e.Player, e.Text}
	case RoundEnded:
		return resultFrame{start, e.Round, e.Votes, e.Tally, e.Suspect, e.SuspectRole, e.Winner, e.GameWinner}
	case RolesRevealed:
		return rolesFrame{start, e.Roles}
	case Paused, RoomCreated, PlayerSeated, SeatFreed, HostPassed, TriggerRaised, TurnBegan, AttemptFailed, ReplyDrafted, TurnEnded:
	}
	return start
}

// frameType returns the public name of an event, empty when it has none.
func frameType(e Event) string {
	switch e.(type) {
	case PlayerJoined:
		return "joined"
	case PlayerLeft:
		return "left"
	case PhaseBegan:
		return "phase"
	case Paused:
		return "paused"
	case Resumed:
		return "resumed"
	case MessagePosted:
		return "message"
	case VoteCast:
		return "voted"
	case RoundEnded:
		return "result"
	case RolesRevealed:
		return "roles"
	case RoomCreated, PlayerSeated, SeatFreed, HostPassed, TriggerRaised, TurnBegan, AttemptFailed, ReplyDrafted, TurnEnded:
	}
	return ""
}

// Time writes a time as the public contract has it: RFC 3339, UTC, milliseconds.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func timeOrNull(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := Time(*t)
	return &s
}
