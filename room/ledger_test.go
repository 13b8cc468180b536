package room_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/room"
)

// ledger follows a room's events and finds what breaks an invariant. It is a
// second reading of the rules and uses nothing of State.
type ledger struct {
	config  room.Config
	ordinal uint64
	seq     uint64
	pos     uint64
	at      time.Time
	found   []string

	phase    room.Phase
	round    int
	endsAt   time.Time
	left     time.Duration // of the phase, while paused
	paused   bool
	players  map[string]*seat // by the name as it is written
	joined   map[string]bool  // by folded name
	clients  map[string]bool
	votes    map[string]string
	silences int
	calls    int
	turnIDs  map[string]bool
	limited  bool     // the prompt of the turn that begins next may be too short for all
	lately   []string // folded lines of agents and "" for people's, the last 30
}

// seat is what the ledger knows of a player.
type seat struct {
	name     string
	agent    bool
	outside  bool
	out      bool // left, freed or voted out
	pending  []owed
	covered  map[room.Ref]string // trigger → turn
	turn     string
	through  uint64
	attempt  int
	running  bool
	draft    *room.ReplyDrafted
	deadline time.Time
	replies  []time.Time
}

// owed is a trigger that no outcome covers yet.
type owed struct {
	ref  room.Ref
	pos  uint64
	line bool
	hop  int
}

func newLedger() *ledger {
	return &ledger{players: map[string]*seat{}, joined: map[string]bool{}, clients: map[string]bool{}, turnIDs: map[string]bool{}}
}

func (l *ledger) breaks(invariant int, format string, args ...any) {
	l.found = append(l.found, fmt.Sprintf("I%d, record %d: ", invariant, l.ordinal)+fmt.Sprintf(format, args...))
}

// read takes in the next record.
func (l *ledger) read(r room.Record) {
	if l.phase == room.PhaseClosed {
		l.breaks(12, "a closed room changed: %v", r.Events)
	}
	if l.ordinal++; r.Ordinal != l.ordinal || r.At.Before(l.at) {
		l.breaks(9, "ordinal %d at %v after %v", r.Ordinal, r.At, l.at)
	}
	l.at = r.At
	for i, e := range r.Events {
		l.pos++
		if isPublic(e) {
			l.seq++
		}
		l.event(e, r.Events[i+1:])
	}
	if r.Seq != l.seq {
		l.breaks(9, "the record says seq %d; players have seen %d", r.Seq, l.seq)
	}
	for _, p := range l.players {
		if p.out && (p.turn != "" || len(p.pending) > 0) {
			l.breaks(12, "%s is out and has turn %q and %d pending", p.name, p.turn, len(p.pending))
		}
	}
}

// isPublic says whether players see the event, from the names of those they do.
func isPublic(e room.Event) bool {
	public := []string{"player_joined", "player_left", "phase_began", "paused", "resumed", "message_posted", "vote_cast", "round_ended", "roles_revealed"}
	return slices.Contains(public, e.Type())
}

// event takes in one event; rest are those after it in the same record.
func (l *ledger) event(e room.Event, rest []room.Event) {
	switch e := e.(type) {
	case room.RoomCreated:
		l.config = e.Config
	case room.PlayerSeated:
		if p, ok := l.players[e.Player]; ok && !p.out {
			l.breaks(17, "%s has a seat already", e.Player)
		}
		l.players[e.Player] = &seat{name: e.Player, agent: e.Role == room.Agent, outside: e.Outside, covered: map[room.Ref]string{}}
	case room.PlayerJoined:
		if key := strings.ToLower(e.Player); l.joined[key] {
			l.breaks(17, "%s joined twice", e.Player)
		} else {
			l.joined[key] = true
		}
	case room.PlayerLeft:
		l.players[e.Player].out = true
	case room.SeatFreed:
		l.players[e.Player].out = true
	case room.PhaseBegan:
		l.phaseBegan(e)
	case room.Paused:
		l.paused = true
		if !l.endsAt.IsZero() {
			l.left = l.endsAt.Sub(l.at)
		}
	case room.Resumed:
		l.resumed(e)
	case room.MessagePosted:
		l.message(e, rest)
	case room.VoteCast:
		l.vote(e, rest)
	case room.RoundEnded:
		l.result(e)
	case room.TriggerRaised:
		l.raised(e)
	case room.TurnBegan:
		l.began(e)
	case room.AttemptFailed:
		l.callEnded(e.Agent, e.Turn, e.Call)
	case room.ReplyDrafted:
		if d := l.players[e.Agent].draft; d != nil && (l.at.Before(d.Due) || !e.Due.After(l.at) || e.Text != d.Text || e.Suspect != d.Suspect) {
			l.breaks(2, "the draft of %s, %q for %v, is put off as %q to %v", e.Turn, d.Text+d.Suspect, d.Due, e.Text+e.Suspect, e.Due)
		}
		l.callEnded(e.Agent, e.Turn, e.Call)
		l.players[e.Agent].draft = &e
	case room.TurnEnded:
		l.ended(e)
	case room.HostPassed, room.RolesRevealed:
	}
}

// rank orders the phases of a game.
func rank(p room.Phase, round int) int {
	switch p {
	case room.PhaseDiscussion:
		return 2 * round
	case room.PhaseVoting:
		return 2*round + 1
	case room.PhaseReveal:
		return 1000
	case room.PhaseClosed:
		return 1001
	case room.PhaseWaiting, room.PhaseOpen:
	}
	return 1
}

func (l *ledger) phaseBegan(e room.PhaseBegan) {
	if l.phase != "" && rank(e.Phase, e.Round) <= rank(l.phase, l.round) {
		l.breaks(10, "%s %d after %s %d", e.Phase, e.Round, l.phase, l.round)
	}
	l.phase, l.round, l.paused, l.endsAt, l.silences = e.Phase, e.Round, false, time.Time{}, 0
	if e.EndsAt != nil {
		l.endsAt = *e.EndsAt
	}
	l.votes = map[string]string{}
	for _, p := range l.players {
		if p.turn != "" || len(p.pending) > 0 {
			l.breaks(12, "%s enters %s with turn %q and %d pending", p.name, e.Phase, p.turn, len(p.pending))
		}
		if p.agent && !p.out && (e.Phase == room.PhaseDiscussion || e.Phase == room.PhaseVoting) {
			p.pending = append(p.pending, owed{ref: room.Ref{Seq: l.seq}, pos: l.pos})
		}
	}
}

func (l *ledger) resumed(e room.Resumed) {
	l.paused, l.endsAt = false, time.Time{}
	if e.EndsAt != nil {
		l.endsAt = *e.EndsAt
		if l.endsAt.Sub(l.at) != l.left {
			l.breaks(10, "the phase had %v left and has %v after the pause", l.left, l.endsAt.Sub(l.at))
		}
	}
}

// inTime checks that the room takes lines or votes now.
func (l *ledger) inTime(what string, phases ...room.Phase) {
	if !slices.Contains(phases, l.phase) || l.paused || (!l.endsAt.IsZero() && !l.at.Before(l.endsAt)) {
		l.breaks(16, "a %s in %s (paused %v) at %v, which ends at %v", what, l.phase, l.paused, l.at, l.endsAt)
	}
}

func (l *ledger) message(e room.MessagePosted, rest []room.Event) {
	l.inTime("line", room.PhaseOpen, room.PhaseDiscussion)
	p := l.players[e.Player]
	if p.out {
		l.breaks(16, "%s is out and speaks", p.name)
	}
	if key := e.Player + "\x00" + e.ClientID; e.ClientID != "" {
		if l.clients[key] {
			l.breaks(15, "client_id %q of %s posts twice", e.ClientID, e.Player)
		}
		l.clients[key] = true
	}
	folded := ""
	if p.agent {
		l.posted(p, e, rest)
		folded = room.Fold(e.Text)
		if slices.Contains(l.lately, folded) || folded == "pass" {
			l.breaks(3, "%s says %q", p.name, e.Text)
		}
	} else {
		l.silences = 0
		if e.Hop != 0 || e.Turn != "" {
			l.breaks(13, "a person's line has hop %d and turn %q", e.Hop, e.Turn)
		}
	}
	l.lately = append(l.lately, folded)
	l.lately = l.lately[max(0, len(l.lately)-30):]
	stopped := p.agent && e.Hop >= l.config.Hops
	if stopped != (e.Suppressed != "") {
		l.breaks(13, "hop %d of %d is suppressed by %q", e.Hop, l.config.Hops, e.Suppressed)
	}
	for _, q := range l.players {
		if q.agent && q != p && !q.out && !stopped {
			q.pending = append(q.pending, owed{ref: room.Ref{Seq: l.seq}, pos: l.pos, line: true, hop: e.Hop})
		}
	}
}

// posted checks an agent's line: it is the one of its open turn, whose outcome
// stands in the same record.
func (l *ledger) posted(p *seat, e room.MessagePosted, rest []room.Event) {
	l.endsWith(p, e.Turn, room.Replied, rest)
	if p.draft != nil && (p.draft.Due.After(l.at) || p.draft.Text != e.Text) {
		l.breaks(5, "the draft %q, due %v, became %q at %v", p.draft.Text, p.draft.Due, e.Text, l.at)
	}
	hop := 0
	for i, t := range slices.DeleteFunc(p.reach(), func(t owed) bool { return !t.line }) {
		if i == 0 || t.hop < hop {
			hop = t.hop
		}
	}
	if e.Hop != hop+1 {
		l.breaks(13, "%s answers hop %d with hop %d", p.name, hop, e.Hop)
	}
	p.replies = append(p.replies, l.at)
	minute := 0
	for _, at := range p.replies {
		if at.After(l.at.Add(-time.Minute)) {
			minute++
		}
	}
	if minute > l.config.RepliesPerMinute {
		l.breaks(14, "%s replied %d times in a minute", p.name, minute)
	}
}

// reach returns the pending triggers that the open turn covers.
func (p *seat) reach() []owed {
	var out []owed
	for _, t := range p.pending {
		if t.pos <= p.through {
			out = append(out, t)
		}
	}
	return out
}

// endsWith checks that what was posted in a turn is followed by its outcome.
func (l *ledger) endsWith(p *seat, turn string, want room.Outcome, rest []room.Event) {
	if turn == "" || p.turn != turn || (!p.running && p.draft == nil) {
		l.breaks(5, "%s posts in turn %q; open is %q", p.name, turn, p.turn)
	}
	n := 0
	for _, e := range rest {
		if e, ok := e.(room.TurnEnded); ok && e.Turn == turn && e.Outcome == want {
			n++
		}
	}
	if n != 1 {
		l.breaks(2, "turn %s posts and has %d outcomes %s beside it", turn, n, want)
	}
}
