package room

import "time"

// Moment is what a command brings of time and chance. The rules have no other.
type Moment struct {
	At     time.Time
	Chance uint64
}

// Command is a wish. Decide turns it into events or refuses it.
//
//sumtype:decl
type Command interface {
	// Cause is the name that the record of its events carries.
	Cause() string
	command()
}

// Create makes the room. Config is complete: defaults are filled in before.
type Create struct {
	Config    Config
	HostToken string // hex SHA-256
}

// Join takes a seat for a person, or for an agent from outside.
type Join struct {
	Name    string // open rooms; drawn in a game
	Token   string // hex SHA-256
	Host    bool   // the joiner holds the host's token
	Outside bool   // an agent from outside
	Persona string
}

// Leave gives up the seat for good.
type Leave struct{ Player string }

// Remove is the host's Leave for another.
type Remove struct{ Player string }

// Say posts a person's line.
type Say struct {
	Player   string
	Text     string
	ClientID string
}

// Cast votes for a suspect.
type Cast struct {
	Player  string
	Suspect string
}

// Start begins a game before all seats are taken.
type Start struct{}

// Pause stops clocks and turns.
type Pause struct{}

// Resume lets them go on.
type Resume struct{}

// Skip ends the present phase as if its time were over.
type Skip struct{}

// End closes the room.
type End struct{}

// Nudge is a trigger by the host's hand.
type Nudge struct{ Agent string }

// Tick does what the room owes at this moment: phase ends, drafts due,
// silence, budgets, expiry.
type Tick struct {
	Attended bool // a person is there
}

// BeginTurn records the intent of one attempt: of a new turn, or of the next
// attempt of an open one.
type BeginTurn struct {
	Agent    string
	Model    string
	Node     string
	Deadline time.Time
	MaxChars int  // lines covered hold no more characters than this; 0 for no limit
	Outside  bool // claimed over the API by the agent's own program
}

// Answer is what an attempt brought.
type Answer struct {
	Turn             string
	Attempt          int
	Text             string
	Pass             bool   // the model chose silence
	Suspect          string // in a vote; empty when nobody was named
	PromptTokens     int
	CompletionTokens int
	Due              time.Time // when to post it, or to be done with silence; zero for at once
	Typing           []Stretch // until then, when the agent is shown as typing
	Outside          bool      // answered over the API
}

// FailAttempt says that an attempt brought nothing.
type FailAttempt struct {
	Turn             string
	Attempt          int
	Outcome          CallOutcome
	Final            bool      // no use in trying again
	RetryAt          time.Time // not before; zero for at once
	PromptTokens     int
	CompletionTokens int
	Reason           string // an outside agent's own words for it
}

// Cause implements Command.
func (Create) Cause() string { return "create" }

// Cause implements Command.
func (Join) Cause() string { return "join" }

// Cause implements Command.
func (Leave) Cause() string { return "leave" }

// Cause implements Command.
func (Remove) Cause() string { return "remove" }

// Cause implements Command.
func (Say) Cause() string { return "say" }

// Cause implements Command.
func (Cast) Cause() string { return "cast" }

// Cause implements Command.
func (Start) Cause() string { return "start" }

// Cause implements Command.
func (Pause) Cause() string { return "pause" }

// Cause implements Command.
func (Resume) Cause() string { return "resume" }

// Cause implements Command.
func (Skip) Cause() string { return "skip" }

// Cause implements Command.
func (End) Cause() string { return "end" }

// Cause implements Command.
func (Nudge) Cause() string { return "nudge" }

// Cause implements Command.
func (Tick) Cause() string { return "tick" }

// Cause implements Command.
func (BeginTurn) Cause() string { return "begin_turn" }

// Cause implements Command.
func (Answer) Cause() string { return "answer" }

// Cause implements Command.
func (FailAttempt) Cause() string { return "fail_attempt" }
