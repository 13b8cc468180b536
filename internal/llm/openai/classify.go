package openai

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	openai "github.com/sashabaranov/go-openai"

	"parley/internal/llm"
)

// classify makes the attempt's failure of what went wrong.
func classify(err error) *llm.Error {
	out := &llm.Error{Class: llm.Failed, Err: err}
	var status *statusError
	var reported *openai.APIError
	var slow interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		out.Class = llm.Cancelled
	case isAny(err, context.DeadlineExceeded, errFirstToken, errNextToken, errLinger):
		out.Class = llm.Timeout
	case isAny(err, errCut, errLength, errTooLong, errStream):
		out.Class = llm.Truncated
	case errors.Is(err, errEmpty):
		out.Class = llm.Empty
	case isAny(err, errLine, errForeign) || malformed(err):
		out.Class = llm.Garbage
	case errors.As(err, &status):
		out.Class, out.RetryAfter = ofStatus(status.status), status.after
	case errors.As(err, &reported):
		out.Class = ofReport(reported)
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

func ofStatus(status int) llm.Class {
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

// ofReport reads the code of an error that came inside a stream: a status, or
// one of the words in use.
func ofReport(err *openai.APIError) llm.Class {
	if code, ok := err.Code.(int); ok {
		return ofStatus(code)
	}
	code, _ := err.Code.(string)
	for _, word := range []string{code, err.Type} {
		switch word {
		case "rate_limit_exceeded", "rate_limit_error", "insufficient_quota":
			return llm.Rate
		case "invalid_api_key", "authentication_error", "permission_error":
			return llm.Auth
		case "server_error", "overloaded_error", "overloaded", "unavailable_error":
			return llm.Overload
		}
	}
	return llm.Failed
}
