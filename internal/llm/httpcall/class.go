package httpcall

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"parley/internal/llm"
)

// What a connector may find wrong with a stream.
var (
	ErrCut     = errors.New("the stream ended before the answer did")
	ErrLength  = errors.New("the answer hit the token limit")
	ErrFilter  = errors.New("the server withheld the answer")
	ErrServer  = errors.New("the server broke the answer off")
	ErrForeign = errors.New("not an event stream")

	errLine    = fmt.Errorf("a line of the stream is longer than %d bytes", maxLine)
	errStream  = fmt.Errorf("the stream is longer than %d bytes", MaxStream)
	errTooLong = fmt.Errorf("the answer is longer than %d bytes", maxText)
	errEmpty   = errors.New("the answer has no text")
)

// classify makes the attempt's failure of what went wrong. An *llm.Error is one
// already.
func classify(err error) *llm.Error {
	if failed, is := errors.AsType[*llm.Error](err); is {
		return failed
	}
	out := &llm.Error{Class: llm.Failed, Err: err}
	var status *statusError
	var slow interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		out.Class = llm.Cancelled
	case isAny(err, context.DeadlineExceeded, errFirstToken, errNextToken, errLinger):
		out.Class = llm.Timeout
	case isAny(err, ErrCut, ErrLength, errTooLong, errStream):
		out.Class = llm.Truncated
	case errors.Is(err, errEmpty):
		out.Class = llm.Empty
	case isAny(err, errLine, ErrForeign) || malformed(err):
		out.Class = llm.Garbage
	case errors.As(err, &status):
		out.Class, out.RetryAfter = ClassOfStatus(status.status), status.after
	case errors.As(err, &slow) && slow.Timeout():
		out.Class = llm.Timeout
	}
	return out
}

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// malformed says whether err is about JSON that does not parse or does not fit.
func malformed(err error) bool {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	return errors.As(err, &syntax) || errors.As(err, &kind)
}

// ClassOfStatus gives the class of a status that is not 200.
func ClassOfStatus(status int) llm.Class {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return llm.Auth
	case http.StatusTooManyRequests:
		return llm.Rate
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable,
		http.StatusGatewayTimeout, 529:
		return llm.Overload
	case http.StatusRequestTimeout:
		return llm.Timeout
	}
	return llm.Failed
}

// ClassOfWord reads the word with which a server names an error inside a
// stream.
func ClassOfWord(word string) llm.Class {
	switch word {
	case "rate_limit_exceeded", "rate_limit_error", "insufficient_quota":
		return llm.Rate
	case "invalid_api_key", "authentication_error", "permission_error":
		return llm.Auth
	case "server_error", "api_error", "overloaded_error", "overloaded", "unavailable_error":
		return llm.Overload
	case "timeout_error":
		return llm.Timeout
	}
	return llm.Failed
}
