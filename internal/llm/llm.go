// Package llm says what a model is to Parley: something that takes one prompt
// and gives one line, or says in one word why it did not.
//
// A Model makes exactly one attempt per Complete. It never retries, because an
// attempt is recorded before it is made and must be counted; whoever calls it
// decides whether there is another one (Retryable), after how long
// (Error.RetryAfter) and within which budget.
//
// The answer of a model is text from outside. CleanLine makes a chat line of
// it, IsPass recognises the one word that means silence, PickName reads a vote.
// None of them trusts it.
package llm

import (
	"context"
	"time"
)

// Role says who speaks in a message of a prompt.
type Role string

// The roles every connector knows.
const (
	System    Role = "system"
	User      Role = "user"
	Assistant Role = "assistant"
)

// Message is one part of a prompt.
type Message struct {
	Role Role
	Text string
}

// Request is one attempt. A Model reads it and keeps nothing of it.
type Request struct {
	Messages    []Message
	Turn        string        // value of the X-Parley-Turn header: CODE/AGENT/TURN/ATTEMPT, percent-encoded by the caller
	MaxTokens   int           // upper bound of the completion in tokens; 0 leaves it to the model
	Temperature float64       // 0 leaves it to the model
	Seed        int64         // for models that take one; the only chance a builtin speaker has
	FirstToken  time.Duration // deadline until the first token; 0 none
	NextToken   time.Duration // deadline between tokens; 0 none
	Scene       *Scene        // the prompt as data, for speakers that do not read prompts; may be nil
}

// TurnHeader is the name of the header that carries Request.Turn.
const TurnHeader = "X-Parley-Turn"

// The values of Scene.Kind.
const (
	KindMessage = "message"
	KindVote    = "vote"
)

// Scene is what the prompt says in words, as data. Connectors to models that
// read prompts ignore it.
type Scene struct {
	Kind     string   // KindMessage or KindVote
	Self     string   // own name in the room
	Persona  string   // persona id
	Topic    string   // what the room talks about; may be empty
	Game     bool     // imitation game (must pass as a person) or open room
	Lang     string   // "en" or "de"
	Players  []string // names in play, Self included
	Lines    []Line   // the transcript, oldest first
	New      int      // how many of the last lines are new
	Silence  bool     // asked to speak first, after silence or at an opening
	Suspects []string // whom one may vote for
}

// Line is one line of the transcript.
type Line struct {
	Player string
	Text   string
}

// Answer is what a model said, uncleaned, and what it cost. Counts are the
// server's, or an estimate of four characters a token when it sent none.
type Answer struct {
	Text             string
	PromptTokens     int
	CompletionTokens int
}

// Model makes one attempt. Complete is safe for concurrent use, returns soon
// after ctx ends, and fails only with an *Error.
type Model interface {
	Complete(ctx context.Context, req Request) (Answer, error)
}
