package room

//go:generate go run parley/scripts/events

import "time"

// Event is a fact of a room. The set is closed: Apply, the codec and the
// projections name every member.
//
//sumtype:decl
type Event interface {
	// Type is the name the event has in the log.
	Type() string
	event()
}

// RoomCreated is the first event of every room.
//
//nolint:revive // events are named in full: the others are PlayerJoined, MessagePosted …
type RoomCreated struct {
	Config Config `json:"config"`
	// HostToken is the hex SHA-256 of the host's bearer token.
	HostToken string `json:"host_token"`
}

// PlayerSeated gives a seat to a person or an agent. It is not public: in a
// game it would tell roles.
type PlayerSeated struct {
	Player  string `json:"player"`
	Role    Role   `json:"role"`
	Token   string `json:"token,omitempty"` // hex SHA-256; none for agents of the node
	Persona string `json:"persona,omitempty"`
	Model   string `json:"model,omitempty"`
	Outside bool   `json:"outside,omitempty"` // its turns are claimed over the API
	Host    bool   `json:"host,omitempty"`    // the seat of the person who made the room
}

// SeatFreed takes back a seat that was never announced.
type SeatFreed struct {
	Player  string `json:"player"`
	Removed bool   `json:"removed,omitempty"`
}

// PlayerJoined announces a seated player to the room.
type PlayerJoined struct {
	Player string `json:"player"`
}

// PlayerLeft says that an announced player has gone for good.
type PlayerLeft struct {
	Player  string `json:"player"`
	Removed bool   `json:"removed,omitempty"`
}

// HostPassed makes a person the host.
type HostPassed struct {
	Player string `json:"player"`
}

// PhaseBegan opens a phase; the one before it is over.
type PhaseBegan struct {
	Phase  Phase      `json:"phase"`
	Round  int        `json:"round"`
	Topic  string     `json:"topic"`
	EndsAt *time.Time `json:"ends_at"`
	Reason string     `json:"reason,omitempty"` // why a room closed before its time
}

// Paused stops the room's clocks and turns.
type Paused struct{}

// Resumed lets them go on; EndsAt is the phase's new end.
type Resumed struct {
	EndsAt *time.Time `json:"ends_at"`
}

// MessagePosted is a line, of a person or an agent.
type MessagePosted struct {
	Player   string `json:"player"`
	Text     string `json:"text"`
	ClientID string `json:"client_id,omitempty"`
	Hop      int    `json:"hop"`
	Turn     string `json:"turn,omitempty"` // the turn that it answers
	// Suppressed names the limit that kept the line from being a trigger.
	Suppressed string `json:"suppressed,omitempty"`
}

// VoteCast is a vote; for whom stays secret until the result.
type VoteCast struct {
	Player  string `json:"player"`
	Suspect string `json:"suspect"`
	Turn    string `json:"turn,omitempty"`
	Random  bool   `json:"random,omitempty"` // drawn by lot for an agent that named nobody
}

// RoundEnded is the result of a vote.
type RoundEnded struct {
	Round       int               `json:"round"`
	Votes       map[string]string `json:"votes"`
	Tally       map[string]int    `json:"tally"`
	Suspect     *string           `json:"suspect"`
	SuspectRole *Role             `json:"suspect_role"`
	Winner      Side              `json:"winner"`
	GameWinner  *Side             `json:"game_winner,omitempty"`
	Tied        []string          `json:"tied,omitempty"` // among whom the lot was drawn
}

// RolesRevealed tells who was who.
type RolesRevealed struct {
	Roles map[string]Role `json:"roles"`
}

// TriggerRaised is a trigger that has no public event of its own, for one agent.
type TriggerRaised struct {
	Name  string      `json:"name"` // "silence-2", "nudge-1"
	Kind  TriggerKind `json:"kind"`
	Agent string      `json:"agent"`
}

// TurnBegan records the intent to call a model (or that an agent from outside
// claimed the turn) before it happens. Attempt 1 opens the turn.
type TurnBegan struct {
	Turn     string    `json:"turn"`
	Agent    string    `json:"agent"`
	Kind     TurnKind  `json:"kind"`
	Through  uint64    `json:"through"` // position of the last trigger covered
	Attempt  int       `json:"attempt"`
	Model    string    `json:"model,omitempty"`
	Node     string    `json:"node"`
	Deadline time.Time `json:"deadline"`
}

// Call says how one attempt ended.
type Call struct {
	Attempt          int         `json:"attempt"`
	Outcome          CallOutcome `json:"outcome"`
	PromptTokens     int         `json:"prompt_tokens"`
	CompletionTokens int         `json:"completion_tokens"`
	// Drafted is true when the attempt had ended before, with a draft that
	// now came to nothing or is put off. An attempt's outcome is the last one
	// recorded.
	Drafted bool `json:"drafted,omitempty"`
}

// AttemptFailed ends an attempt; the turn goes on with another at RetryAt.
type AttemptFailed struct {
	Turn    string    `json:"turn"`
	Agent   string    `json:"agent"`
	Call    Call      `json:"call"`
	RetryAt time.Time `json:"retry_at"`
}

// ReplyDrafted is an answer that waits for its time, so that a crash while it
// is "typed" costs no second call. Silence takes its time as well: it is read
// before, and now and then something is typed and given up. In a game a draft
// that is long overdue, because no node was there, is drafted again for later.
type ReplyDrafted struct {
	Turn    string    `json:"turn"`
	Agent   string    `json:"agent"`
	Call    Call      `json:"call"`
	Text    string    `json:"text,omitempty"`
	Suspect string    `json:"suspect,omitempty"`
	Random  bool      `json:"random,omitempty"`
	Pass    bool      `json:"pass,omitempty"` // what waits is the end of a silent turn
	Due     time.Time `json:"due"`
	Typing  []Stretch `json:"typing,omitempty"`
}

// Stretch is a time during which an agent is shown as typing.
type Stretch struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// TurnEnded is the one outcome of a turn; it moves the agent's cursor past
// what it covers.
type TurnEnded struct {
	Turn    string  `json:"turn"`
	Agent   string  `json:"agent"`
	Outcome Outcome `json:"outcome"`
	Reason  string  `json:"reason,omitempty"`
	Covers  []Ref   `json:"covers"`
	Call    *Call   `json:"call,omitempty"` // the attempt that this ends, if it had not ended
}

// Type implements Event.
func (RoomCreated) Type() string { return "room_created" }

// Type implements Event.
func (PlayerSeated) Type() string { return "player_seated" }

// Type implements Event.
func (SeatFreed) Type() string { return "seat_freed" }

// Type implements Event.
func (PlayerJoined) Type() string { return "player_joined" }

// Type implements Event.
func (PlayerLeft) Type() string { return "player_left" }

// Type implements Event.
func (HostPassed) Type() string { return "host_passed" }

// Type implements Event.
func (PhaseBegan) Type() string { return "phase_began" }

// Type implements Event.
func (Paused) Type() string { return "paused" }

// Type implements Event.
func (Resumed) Type() string { return "resumed" }

// Type implements Event.
func (MessagePosted) Type() string { return "message_posted" }

// Type implements Event.
func (VoteCast) Type() string { return "vote_cast" }

// Type implements Event.
func (RoundEnded) Type() string { return "round_ended" }

// Type implements Event.
func (RolesRevealed) Type() string { return "roles_revealed" }

// Type implements Event.
func (TriggerRaised) Type() string { return "trigger_raised" }

// Type implements Event.
func (TurnBegan) Type() string { return "turn_began" }

// Type implements Event.
func (AttemptFailed) Type() string { return "attempt_failed" }

// Type implements Event.
func (ReplyDrafted) Type() string { return "reply_drafted" }

// Type implements Event.
func (TurnEnded) Type() string { return "turn_ended" }
