package room

// Mode is the kind of a room.
type Mode string

// The modes.
const (
	Imitation Mode = "imitation" // anonymous players, topic, discussion, vote, reveal
	Open      Mode = "open"      // a chat without phases, agents named as such
)

// Phase is the part of its life a room is in.
type Phase string

// The phases. Open rooms know open and closed only.
const (
	PhaseWaiting    Phase = "waiting"
	PhaseDiscussion Phase = "discussion"
	PhaseVoting     Phase = "voting"
	PhaseReveal     Phase = "reveal"
	PhaseOpen       Phase = "open"
	PhaseClosed     Phase = "closed"
)

// Status is the coarse phase that the lobby shows.
type Status string

// The statuses.
const (
	StatusWaiting Status = "waiting"
	StatusRunning Status = "running"
	StatusClosed  Status = "closed"
)

// Status returns the coarse phase.
func (p Phase) Status() Status {
	switch p {
	case PhaseWaiting:
		return StatusWaiting
	case PhaseClosed:
		return StatusClosed
	case PhaseDiscussion, PhaseVoting, PhaseReveal, PhaseOpen:
		return StatusRunning
	}
	return StatusRunning
}

// Role says what a player is.
type Role string

// The roles.
const (
	Person Role = "person"
	Agent  Role = "agent"
)

// Side is a side of the game.
type Side string

// The sides.
const (
	People Side = "people"
	Agents Side = "agents"
)

// Overlap says what a trigger does to an agent that is in a turn.
type Overlap string

// The overlap strategies.
const (
	Coalesce  Overlap = "coalesce"  // one following turn covers all that came
	Strict    Overlap = "strict"    // one turn each, in order
	Interrupt Overlap = "interrupt" // a person's line restarts the running turn
	Drop      Overlap = "drop"      // covered by silence when the turn ends
)

// Pacing says when an agent's line is posted.
type Pacing string

// The pacings.
const (
	PaceHuman   Pacing = "human"
	PaceInstant Pacing = "instant"
)

// TriggerKind says what a trigger without a line came from.
type TriggerKind string

// The trigger kinds.
const (
	TriggerLine    TriggerKind = "line"
	TriggerPhase   TriggerKind = "phase"
	TriggerSilence TriggerKind = "silence"
	TriggerNudge   TriggerKind = "nudge"
)

// TurnKind says what a turn is asked for.
type TurnKind string

// The turn kinds.
const (
	TurnMessage TurnKind = "message"
	TurnVote    TurnKind = "vote"
)

// Outcome is how a turn ended.
type Outcome string

// The outcomes.
const (
	Replied   Outcome = "replied"
	Silent    Outcome = "silent"
	Voted     Outcome = "voted"
	Failed    Outcome = "failed"
	Cancelled Outcome = "cancelled"
)

// The reasons of turns that the rules themselves ended.
const (
	ReasonChosen     = "chosen"
	ReasonBusy       = "busy"
	ReasonRandom     = "random"
	ReasonPhase      = "phase"
	ReasonEliminated = "eliminated"
	ReasonRemoved    = "removed"
	ReasonPaused     = "paused"
	ReasonClosed     = "closed"
	ReasonBudget     = "budget"
	ReasonOverflow   = "overflow"
)

// CallOutcome is how an attempt, one model call, ended.
type CallOutcome string

// The outcomes of an attempt.
const (
	CallAnswered  CallOutcome = "answered"
	CallRefused   CallOutcome = "refused"
	CallAuth      CallOutcome = "auth"
	CallRate      CallOutcome = "rate"
	CallOverload  CallOutcome = "overload"
	CallTimeout   CallOutcome = "timeout"
	CallTruncated CallOutcome = "truncated"
	CallGarbage   CallOutcome = "garbage"
	CallEmpty     CallOutcome = "empty"
	CallError     CallOutcome = "error"
	CallCancelled CallOutcome = "cancelled"
	CallLost      CallOutcome = "lost"
)
