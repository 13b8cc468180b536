package llm

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Class says in one word why an attempt failed. The words are the public
// outcomes of attempts.
type Class string

// The classes of failure.
const (
	Auth      Class = "auth"      // the key is missing, wrong or may not use the model
	Rate      Class = "rate"      // too many calls or tokens
	Overload  Class = "overload"  // the server has trouble
	Timeout   Class = "timeout"   // a deadline passed: of the first token, the next token or the call
	Truncated Class = "truncated" // the answer broke off, or was cut by a limit
	Garbage   Class = "garbage"   // what came is not the protocol
	Empty     Class = "empty"     // a complete answer without text
	Failed    Class = "error"     // anything else
	Cancelled Class = "cancelled" // the caller ended the call
)

// Error is a failed attempt.
type Error struct {
	Class            Class
	RetryAfter       time.Duration // how long the server asked to wait; 0 when it did not say
	Started          bool          // a token of the answer had come
	PromptTokens     int           // 0 when unknown
	CompletionTokens int           // 0 when unknown or none
	Err              error         // the cause; may be nil
}

// Error names the class and the cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return "model: " + string(e.Class)
	}
	return fmt.Sprintf("model: %s: %v", e.Class, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// ClassOf gives the class of a failed attempt: that of the *Error in err, else
// what the context's errors mean, else Failed. It is empty when err is nil.
func ClassOf(err error) Class {
	var failed *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &failed):
		return failed.Class
	case errors.Is(err, context.Canceled):
		return Cancelled
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout
	default:
		return Failed
	}
}

// Retryable says whether another attempt may be made: never after Auth or
// Cancelled, and never when a token of the answer had come.
func Retryable(err error) bool {
	class := ClassOf(err)
	if class == "" || class == Auth || class == Cancelled {
		return false
	}
	var failed *Error
	return !errors.As(err, &failed) || !failed.Started
}
