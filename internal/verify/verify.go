// Package verify derives every guarantee of a room again from its log. It
// shares nothing with package room but the words, events and records a log is
// written in: what follows from them is worked out here a second time, so that
// a mistake in the rules shows as a disagreement.
//
// A Room takes the records of one room in their order. It keeps the little it
// needs to judge the next one: who has a seat, the phase and its clock, what
// each agent has still to consider, and the turn each is in. Besides that it
// remembers, as hashes and bits, which records, turns, lines and triggers it
// has seen, and forgets those too when the room closes.
//
// What does not hold is a Fault with the name of a rule (rules.go says what
// each means). After a fault the room goes on as its log says, so that one
// mistake is told once. Where that is impossible, because a record is missing
// or the phases are in disorder, the rest of the room is not judged.
package verify

import (
	"fmt"
	"hash/maphash"
	"time"

	"parley/room"
)

// Room judges the log of one room, a record at a time. It is not for use by
// several goroutines.
type Room struct {
	code    string
	report  Report
	stopped bool // what follows cannot be derived
	muted   int  // faults beyond those kept

	// The chain of records.
	ordinal uint64    // of the last record
	current uint64    // of the record that is being read
	now     time.Time // of the last record
	cause   string
	seq     uint64 // the last public seq
	drift   uint64 // by how much the records' own seqs are off
	pos     uint64 // events so far
	hashes  maphash.Seed
	records set             // ids
	turnIDs map[uint64]bool // ended turns, true for those that replied

	cfg      room.Config
	clock    clock
	seats    seats
	silence  silence
	names    set // of raised triggers
	ballot   ballot
	calls    int
	lately   []uint64 // hashes of the last lines; 0 for those of people
	said     []said   // the present record's lines and votes of agents
	ended    []ended  // the present record's outcomes
	personal bool     // the present record holds a person's line
}

// set is a set of hashed strings.
type set map[uint64]struct{}

// NewRoom returns a Room that has read nothing.
func NewRoom(code string) *Room {
	return &Room{
		code: code, report: Report{Faults: []Fault{}}, hashes: maphash.MakeSeed(), records: set{}, turnIDs: map[uint64]bool{}, names: set{},
		seats: seats{byName: map[string]*player{}, folded: map[string]bool{}},
	}
}

// Damaged says that the next record cannot be read, and why. What follows is
// not judged.
func (r *Room) Damaged(err error) {
	if r.stopped {
		return
	}
	r.current = r.ordinal + 1
	r.stop(ruleUnreadable, "%v", err)
}

// Finish returns the room's report. The Room is of no further use.
func (r *Room) Finish() Report {
	r.report.Rooms = 1
	for _, p := range r.seats.agents {
		r.report.PendingTriggers += len(p.agent.pending)
		if t := p.agent.turn; t != nil {
			r.report.OpenTurns++
			r.draftSpent(t)
		}
	}
	if r.muted > 0 {
		r.report.Faults = append(r.report.Faults, Fault{
			Room: r.code, Ordinal: r.current, Rule: ruleMore, Detail: fmt.Sprintf("%d more faults of this room are not listed", r.muted),
		})
	}
	return r.report
}

// Sound reports whether all records so far follow from each other.
func (r *Room) Sound() bool { return len(r.report.Faults) == 0 }

// mostFaults is how many faults of a room are listed.
const mostFaults = 100

func (r *Room) fault(rule, format string, args ...any) {
	if len(r.report.Faults) >= mostFaults {
		r.muted++
		return
	}
	f := Fault{Room: r.code, Ordinal: r.current, Rule: rule, Detail: fmt.Sprintf(format, args...)}
	r.report.Faults = append(r.report.Faults, f)
}

// stop reports a fault after which the log makes no sense any more.
func (r *Room) stop(rule, format string, args ...any) {
	r.fault(rule, format+"; what follows was not checked", args...)
	r.stopped = true
}

// insert adds a string and reports whether it was new.
func (r *Room) insert(s set, text string) bool {
	h := r.hash(text)
	_, known := s[h]
	s[h] = struct{}{}
	return !known
}

func (r *Room) hash(text string) uint64 { return maphash.String(r.hashes, text) }

func (r *Room) event(e room.Event) {
	switch e := e.(type) {
	case room.RoomCreated:
		r.roomCreated(e)
	case room.PlayerSeated:
		r.playerSeated(e)
	case room.SeatFreed:
		r.seatFreed(e)
	case room.PlayerJoined:
		r.playerJoined(e)
	case room.PlayerLeft:
		r.playerLeft(e)
	case room.HostPassed:
		r.hostPassed(e)
	case room.PhaseBegan:
		r.phaseBegan(e)
	case room.Paused:
		r.roomPaused()
	case room.Resumed:
		r.roomResumed(e)
	case room.MessagePosted:
		r.messagePosted(e)
	case room.VoteCast:
		r.voteCast(e)
	case room.RoundEnded:
		r.roundEnded(e)
	case room.RolesRevealed:
		r.rolesRevealed(e)
	case room.TriggerRaised:
		r.triggerRaised(e)
	case room.TurnBegan:
		r.turnBegan(e)
	case room.AttemptFailed:
		r.attemptFailed(e)
	case room.ReplyDrafted:
		r.replyDrafted(e)
	case room.TurnEnded:
		r.turnEnded(e)
	}
}

// public reports whether players may see an event.
func public(e room.Event) bool {
	switch e.(type) {
	case room.PlayerJoined, room.PlayerLeft, room.PhaseBegan, room.Paused, room.Resumed,
		room.MessagePosted, room.VoteCast, room.RoundEnded, room.RolesRevealed:
		return true
	case room.RoomCreated, room.PlayerSeated, room.SeatFreed, room.HostPassed, room.TriggerRaised,
		room.TurnBegan, room.AttemptFailed, room.ReplyDrafted, room.TurnEnded:
	}
	return false
}
