package room

import (
	"fmt"
	"strings"
	"time"
)

// State is a room as its records made it. One goroutine owns it; Decide only
// reads it and Apply alone changes it. The zero State is a room that does not
// exist yet.
type State struct {
	Config    Config
	HostToken string
	Ordinal   uint64    // of the last record
	At        time.Time // of the last record
	Seq       uint64    // the last public seq
	Pos       uint64    // events so far, public or not

	Phase     Phase
	Round     int
	EndsAt    time.Time // of the phase; zero for no end
	BeganAt   time.Time // of the phase
	Paused    bool
	remaining time.Duration // of the phase, while paused

	players []*Player          // in the order of their seats
	byName  map[string]*Player // as events write it
	folded  map[string]*Player // by the folded name
	byToken map[string]*Player
	order   []*Player // in the order of their announcement

	Lines    []Line            // what prompts and the search for repeats want
	votes    map[string]string // of the round
	wins     map[Side]int
	emptyAt  time.Time // since when a waiting room has had nobody
	lastLine time.Time // or the last silence trigger
	silences int       // raised since a person's line
	raised   map[TriggerKind]int
	calls    int // model calls begun
	revealed bool

	// Tallies for counters, since the first record.
	Triggers   uint64 // (trigger, agent) pairs
	Suppressed uint64 // those a limit kept from being one
}

// Player is a seat.
type Player struct {
	Name       string
	Role       Role
	Token      string
	Persona    string
	Model      string
	Outside    bool
	Host       bool
	Announced  bool
	Left       bool
	Removed    bool
	Eliminated bool
	said       map[string]uint64 // client id → seq
	agent      *cursor           // nil for people
}

// Line is a message as prompts see it.
type Line struct {
	Seq    uint64
	Pos    uint64
	Player string
	Text   string
	Hop    int
	At     time.Time
	Agent  bool
}

// Exists reports whether the room has been created.
func (s *State) Exists() bool { return s.Ordinal > 0 }

// Status returns the coarse phase.
func (s *State) Status() Status { return s.Phase.Status() }

// Player returns the seat of that name, whatever its case, also one that left.
func (s *State) Player(name string) (*Player, bool) {
	if p, ok := s.byName[name]; ok {
		return p, true
	}
	p, ok := s.folded[foldName(name)]
	return p, ok
}

// Bearer returns the seat that a token, given as its hex SHA-256, speaks for.
func (s *State) Bearer(token string) (*Player, bool) {
	p, ok := s.byToken[token]
	return p, ok
}

// Players returns the seats in the order in which they were announced.
func (s *State) Players() []*Player { return s.order }

// InPlay reports whether the player is in the room and not voted out.
func (p *Player) InPlay() bool { return !p.Left && !p.Eliminated }

// People counts the persons that have a seat now.
func (s *State) People() int {
	n := 0
	for _, p := range s.players {
		if p.Role == Person && !p.Left {
			n++
		}
	}
	return n
}

func (s *State) inPlay(role Role) int {
	n := 0
	for _, p := range s.players {
		if p.Role == role && p.InPlay() {
			n++
		}
	}
	return n
}

// FoldError says that a record does not follow from the ones before it.
type FoldError struct {
	Room    string
	Ordinal uint64
	Detail  string
}

// Error implements error.
func (e *FoldError) Error() string {
	return fmt.Sprintf("room %s, record %d: %s", e.Room, e.Ordinal, e.Detail)
}

// ApplyRecord folds the next record in. A gap in the ordinals, a step back in
// time or an event that refers to nothing is a *FoldError; the state is then
// of no further use.
func (s *State) ApplyRecord(r Record) error {
	fail := func(format string, args ...any) error {
		return &FoldError{Room: r.Room, Ordinal: r.Ordinal, Detail: fmt.Sprintf(format, args...)}
	}
	switch {
	case r.Ordinal != s.Ordinal+1:
		return fail("comes after record %d", s.Ordinal)
	case r.At.Before(s.At):
		return fail("is dated before the record it follows")
	case s.Exists() && r.Room != s.Config.Code:
		return fail("belongs to another room than %s", s.Config.Code)
	case !s.Exists() && !creates(r):
		return fail("does not begin with the room's creation")
	case len(r.Events) == 0:
		return fail("holds no events")
	}
	for _, e := range r.Events {
		if err := s.Apply(e, r.At); err != nil {
			return fail("%s: %v", e.Type(), err)
		}
	}
	s.Ordinal, s.At = r.Ordinal, r.At
	if r.Seq != s.Seq {
		return fail("says the public seq is %d; it is %d", r.Seq, s.Seq)
	}
	return nil
}

// creates reports whether the record begins with the creation of its room.
func creates(r Record) bool {
	if len(r.Events) == 0 {
		return false
	}
	e, ok := r.Events[0].(RoomCreated)
	return ok && e.Config.Code == r.Room
}

// foldName makes names that people would confuse equal.
func foldName(name string) string {
	return strings.ToLower(strings.ToUpper(strings.ReplaceAll(oneLine(name), "-", " ")))
}

// oneLine makes every stretch of white space one space.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
