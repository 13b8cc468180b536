package verify

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"parley/room"
)

// seats is who is in the room.
type seats struct {
	byName    map[string]*player // by the name as events write it
	folded    map[string]bool    // names taken, as people would confuse them
	all       []*player          // of a game, as seated; who left stays
	agents    []*player          // who have not left
	taken     int                // seats given, also to those who left
	people    int                // persons who have not left
	announced int
	started   bool // a game has begun, or the room is an open one
	host      *player
	empty     time.Time // since when nobody has been there
}

type player struct {
	name      string
	role      room.Role
	outside   bool // its turns are taken by another program
	announced bool
	left      bool
	out       bool // voted out
	said      set  // hashes of client ids
	agent     *agent
}

// plays reports whether the player is there and not voted out.
func (p *player) plays() bool { return p != nil && !p.left && !p.out }

// playing counts the players of a role who are in play.
func (s *seats) playing(role room.Role) int {
	n := 0
	for _, p := range s.all {
		if p.role == role && p.plays() {
			n++
		}
	}
	return n
}

// sided reports whether a game has both its sides still in play, and anybody
// to suspect.
func (s *seats) sided() bool {
	people, agents := s.playing(room.Person), s.playing(room.Agent)
	had := slices.ContainsFunc(s.all, func(p *player) bool { return p.role == room.Agent })
	return people > 0 && people+agents > 1 && (agents > 0 || !had)
}

// foldName makes names equal that differ in case and space only.
func foldName(name string) string {
	return strings.ToLower(strings.ToUpper(strings.Join(strings.Fields(name), " ")))
}

func (r *Room) playerSeated(e room.PlayerSeated) {
	s := &r.seats
	fold := foldName(e.Player)
	if n := utf8.RuneCountInString(e.Player); fold == "" || n > room.MaxName || s.folded[fold] {
		r.fault(ruleName, "the name %q is taken, empty or too long", e.Player)
	}
	p := &player{name: e.Player, role: e.Role, outside: e.Outside}
	s.byName[e.Player], s.folded[fold] = p, true
	s.taken++
	if e.Role == room.Agent {
		p.agent = &agent{}
		s.agents = append(s.agents, p)
	} else {
		s.people++
	}
	if e.Host {
		s.host = p
	}
	game := r.cfg.Mode == room.Imitation
	if game {
		s.all = append(s.all, p)
	}
	switch {
	case s.people > r.cfg.Seats, len(s.agents) > room.MaxAgents, game && len(s.all) > room.MaxPlayersImitation:
		r.fault(ruleSeats, "%s is one more than the room has seats for", e.Player)
	case game && r.clock.phase != room.PhaseWaiting:
		r.fault(ruleSeats, "%s is seated in a game that has begun", e.Player)
	}
}

func (r *Room) playerJoined(e room.PlayerJoined) {
	p := r.seats.byName[e.Player]
	if p == nil || p.announced {
		r.fault(ruleAnnounce, "%q is announced twice or has no seat", e.Player)
		return
	}
	p.announced = true
	r.seats.announced++
}

func (r *Room) playerLeft(e room.PlayerLeft) {
	p := r.seats.byName[e.Player]
	if p == nil || !p.announced || p.left {
		r.fault(ruleLeave, "%q is not there to leave", e.Player)
		return
	}
	r.gone(p)
}

// seatFreed takes a seat back that was never announced; its name is free again.
func (r *Room) seatFreed(e room.SeatFreed) {
	p := r.seats.byName[e.Player]
	if p == nil || p.announced || p.left {
		r.fault(ruleLeave, "%q has no seat to free, or is known to the others", e.Player)
		return
	}
	r.gone(p)
	delete(r.seats.byName, p.name)
	delete(r.seats.folded, foldName(p.name))
	r.seats.taken--
	r.seats.all = slices.DeleteFunc(r.seats.all, func(q *player) bool { return q == p })
}

func (r *Room) gone(p *player) {
	p.left, p.said = true, nil
	if p.agent != nil {
		r.leavesNothing(p, "it left")
		r.seats.agents = slices.DeleteFunc(r.seats.agents, func(q *player) bool { return q == p })
		return
	}
	r.seats.people--
	if r.seats.people == 0 {
		r.seats.empty = r.now
	}
}

func (r *Room) hostPassed(e room.HostPassed) {
	p := r.seats.byName[e.Player]
	if p == nil || p.role != room.Person || p.left || r.seats.host == nil || !r.seats.host.left {
		r.fault(ruleHost, "hosting passes to %q, who is no person that is there, or from nobody", e.Player)
		return
	}
	r.seats.host = p
}

// seated judges the seats after a record.
func (r *Room) seated() {
	s := &r.seats
	want := 0
	if s.started {
		want = s.taken
	}
	if s.announced != want {
		r.fault(ruleAnnounce, "%d players are announced where %d are to be", s.announced, want)
		s.announced = want
	}
	if s.host == nil || !s.host.left {
		return
	}
	if s.people > 0 && r.clock.phase != room.PhaseClosed {
		r.fault(ruleHost, "%s left and nobody became host", s.host.name)
	}
	s.host = nil
}
