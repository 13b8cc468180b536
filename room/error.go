package room

import "fmt"

// Kind classes an Error by what its maker may do about it.
type Kind string

// The kinds of errors.
const (
	Invalid   Kind = "invalid"   // a field is wrong; Field names it
	Forbidden Kind = "forbidden" // this player may not
	Missing   Kind = "missing"   // no such player, turn or room
	Conflict  Kind = "conflict"  // not in this state
	Running   Kind = "running"   // the agent is in a turn already
	Stale     Kind = "stale"     // the attempt is no longer the turn's current one
	Idle      Kind = "idle"      // nothing to do: no trigger pending, or not yet
)

// Error is a refused command. Nothing has changed.
type Error struct {
	Kind   Kind
	Field  string // the input's field, if one is to blame
	Detail string // a sentence for people
}

// Error implements error.
func (e *Error) Error() string { return e.Detail }

// Is makes errors.Is compare kinds: errors.Is(err, &Error{Kind: Stale}).
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && t.Field == "" && t.Detail == ""
}

func refuse(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Detail: fmt.Sprintf(format, args...)}
}

func invalid(field, format string, args ...any) error {
	return &Error{Kind: Invalid, Field: field, Detail: fmt.Sprintf(format, args...)}
}
