package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parley/internal/host"
	"parley/room"
)

// Problem is a refusal as RFC 9457 has it.
type Problem struct { //nolint:errname // the name that RFC 9457 has for it
	Type   string       `json:"type" doc:"about:blank: the status says what kind of problem it is"`
	Title  string       `json:"title" doc:"the status in words"`
	Status int          `json:"status"`
	Detail string       `json:"detail" doc:"a sentence for people"`
	Errors []FieldError `json:"errors,omitempty" nullable:"false" doc:"what is wrong with which field"`

	header http.Header
}

// FieldError says what is wrong with one field of a request.
type FieldError struct {
	Location string `json:"location" doc:"body.seats, query.after, header.Last-Event-ID"`
	Field    string `json:"field" doc:"the location without where it was sent"`
	Message  string `json:"message"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

func problem(status int, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: title(status), Status: status, Detail: detail}
}

func title(status int) string {
	if t := http.StatusText(status); t != "" {
		return t
	}
	return "Error " + strconv.Itoa(status)
}

// with adds a header to the answer.
func (p *Problem) with(name, value string) *Problem {
	if p.header == nil {
		p.header = http.Header{}
	}
	p.header.Set(name, value)
	return p
}

// retryAfter tells when to come again, in whole seconds, at least one.
func (p *Problem) retryAfter(d time.Duration) *Problem {
	seconds := max(1, int(math.Ceil(d.Seconds())))
	return p.with("Retry-After", strconv.Itoa(seconds))
}

// wrongField refuses one field. location begins with body, query, path or header.
func wrongField(location, message string) *Problem {
	return wrongFields(fieldError(location, message))
}

func fieldError(location, message string) FieldError {
	_, field, _ := strings.Cut(location, ".")
	if field == "" {
		field = location
	}
	return FieldError{Location: location, Field: field, Message: message}
}

func wrongFields(errs ...FieldError) *Problem {
	p := problem(http.StatusUnprocessableEntity, "The request has fields that are wrong.")
	if len(errs) == 1 {
		p.Detail = errs[0].Field + ": " + errs[0].Message
	}
	p.Errors = errs
	return p
}

// problemOf makes any error one that can be sent. The bool is false for errors
// that are the server's fault and want to be logged.
func problemOf(err error) (*Problem, bool) {
	var p *Problem
	var refused *room.Error
	switch {
	case errors.As(err, &p):
		return p, p.Status < http.StatusInternalServerError
	case errors.As(err, &refused):
		return refusal(refused), true
	case errors.Is(err, host.ErrUnknown):
		return problem(http.StatusNotFound, "There is no such room."), true
	case errors.Is(err, host.ErrBeyond):
		return wrongField("query.after", "lies beyond the room's last event"), true
	case errors.Is(err, host.ErrGoingDown):
		return unavailable("The server is going down; come back."), true
	case errors.Is(err, context.Canceled):
		return unavailable("The request was given up before it was answered."), true
	case errors.Is(err, context.DeadlineExceeded):
		return unavailable("The room did not answer in time. What was asked for may have happened."), false
	}
	return unavailable("The rooms' log cannot be reached."), false
}

func unavailable(detail string) *Problem {
	return problem(http.StatusServiceUnavailable, detail).retryAfter(time.Second)
}

// refusal is a rule's no.
func refusal(e *room.Error) *Problem {
	switch e.Kind {
	case room.Invalid:
		location := "body." + e.Field
		if e.Field == "cursor" || e.Field == "after" {
			location = "query." + e.Field
		}
		p := wrongField(location, e.Detail)
		p.Detail = e.Detail
		return p
	case room.Forbidden:
		return problem(http.StatusForbidden, e.Detail)
	case room.Missing:
		return problem(http.StatusNotFound, e.Detail)
	case room.Conflict, room.Running, room.Stale, room.Idle:
	}
	p := problem(http.StatusConflict, e.Detail)
	if e.Field != "" {
		p.Errors = []FieldError{fieldError("body."+e.Field, e.Detail)}
	}
	return p
}

// fail sends an error.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p, expected := problemOf(err)
	if !expected && r.Context().Err() == nil {
		s.Logger.ErrorContext(r.Context(), "request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	maps.Copy(w.Header(), p.header)
	writeJSON(w, "application/problem+json", p.Status, p)
}

// writeJSON sends v. A client that is gone is no error.
func writeJSON(w http.ResponseWriter, contentType string, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"The answer could not be written."}`)
		contentType = "application/problem+json"
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}
