// Package eventlog says what Parley wants of the log that its rooms live in.
//
// A room is the records of its log, folded in order. [Log.Append] compares
// before it appends: it succeeds only directly after the record that the
// writer names, so of any number of writers that have read the same, one wins
// and the others learn so by [ErrConflict]. That is the only lock there is,
// between goroutines, processes and machines alike.
//
// An append has three ends. A nil error means that the record is stored as
// durably as the implementation promises. ErrConflict, [ErrInvalid] and
// [ErrClosed] mean that this call stored nothing. Any other error, the end of
// the context among them, leaves the outcome unknown: the record may be there
// already, may get there yet, or never will. Nobody may append blindly again
// then; [Settle] reads back what became of it, and [AppendSettled] does both.
//
// The implementations are memlog for tests and simulation, sqlitelog for one
// machine and natslog for many. The suite in eventlogtest holds each of them to what is said
// here.
package eventlog

import (
	"context"
	"fmt"
	"iter"

	"parley/room"
)

// Seq is a record's place in the log. It rises within a room, with gaps
// allowed; 0 is the place before the first record.
type Seq uint64

// Entry is a record and its place.
type Entry struct {
	Seq    Seq
	Record room.Record
}

// Log stores the records of rooms. Its methods may be called by any number of
// goroutines at once.
//
// An iteration that does not reach its end says why by a last pair, which
// holds the error: the context's, ErrClosed, a *DamageError or the storage's
// own. Records and heads that it yields belong to the caller.
type Log interface {
	// Append stores rec in the room rec.Room directly after the record at
	// after (0: in an empty room) and returns its place. A rec.Head replaces
	// the head of the room in the same step. The errors are those of the
	// package comment: ErrConflict when the room does not end at after,
	// ErrInvalid when rec.Ordinal does not follow its predecessor's or the
	// record could not be read again, ErrClosed after Close.
	Append(ctx context.Context, after Seq, rec room.Record) (Seq, error)
	// Read yields the room's records after the place after, in order, to the
	// end that the room has at present. A room that does not exist has none.
	Read(ctx context.Context, code string, after Seq) iter.Seq2[Entry, error]
	// Follow yields what Read does and then every later record once it is
	// appended. It waits until ctx ends or the log closes and therefore always
	// ends with an error, unless the caller stops first.
	Follow(ctx context.Context, code string, after Seq) iter.Seq2[Entry, error]
	// Heads yields the newest head of every room that has one: the room
	// created last first, those of the same millisecond by code.
	Heads(ctx context.Context) iter.Seq2[room.Head, error]
	// Close lets appends that are under way finish, ends everyone who follows
	// and frees what the log holds. Later calls get ErrClosed; a second Close
	// does nothing.
	Close() error
}

// Remover is a log that can forget rooms.
type Remover interface {
	// Remove deletes the room's records and its head. Nobody may append to the
	// room meanwhile; who follows it learns nothing. A room that does not exist
	// is removed already, so what was interrupted is done again.
	Remove(ctx context.Context, code string) error
}

type logError string

func (e logError) Error() string { return string(e) }

// The errors that say for certain that an append stored nothing.
const (
	// ErrConflict means that the room does not end where the writer thought:
	// somebody else has appended. The writer folds what it has missed and
	// decides again.
	ErrConflict = logError("the room does not end there any more")
	// ErrInvalid means that the record must not be stored: it has a wrong
	// ordinal or lacks what reading it again takes. Trying again is useless.
	ErrInvalid = logError("not a record that can be stored")
	// ErrClosed means that the log has been closed.
	ErrClosed = logError("the log is closed")
)

// DamageError says that what is stored is not what was appended.
type DamageError struct {
	Room    string
	Ordinal uint64 // the first record that is wrong or missing; 0: the room's head
	Reason  string
}

// Error names the place.
func (e *DamageError) Error() string {
	if e.Ordinal == 0 {
		return fmt.Sprintf("head of room %s is damaged: %s", e.Room, e.Reason)
	}
	return fmt.Sprintf("record %d of room %s is damaged: %s", e.Ordinal, e.Room, e.Reason)
}
