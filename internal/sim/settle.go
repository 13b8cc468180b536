package sim

import (
	"slices"
	"time"

	"parley/room"
)

// What a world has for its end. A turn may take three calls and the waits
// between them; a hundred waiting ones take as many turns.
const (
	settleLook  = 20 * time.Second
	settleStill = 15 * time.Minute
	settleLimit = 3 * time.Hour
)

// settle waits until nothing is pending in any room, then ends the rooms and
// waits for everybody to have heard of it.
func (w *world) settle() {
	for _, s := range w.stages {
		for _, p := range s.people {
			p.come(0)
		}
		s.order(0, room.Resume{})
	}
	until := time.Now().Add(settleLimit)
	for _, s := range w.stages {
		s.settle(until)
	}
	for _, s := range w.stages {
		_, _ = s.insist(asking{s.config.Code + " host ends", 0}, room.End{})
	}
	_ = pass(w.life, 30*time.Second)
}

// settle waits until nothing is pending in the room. That this may take long is
// no fault; that nothing happens is.
func (s *stage) settle(until time.Time) {
	v := s.rival(-1, 0)
	ordinal, since := uint64(0), time.Now()
	for v.pending() && time.Now().Before(until) {
		if v.state.Ordinal != ordinal {
			ordinal, since = v.state.Ordinal, time.Now()
		}
		if time.Since(since) > settleStill {
			s.w.fault("never", "%s: %d triggers are pending and nothing has happened for %v", s.config.Code, v.state.Pending(), settleStill)
			return
		}
		if pass(s.w.life, settleLook) != nil {
			return
		}
	}
}

// pending reports whether an agent has something to consider that may still
// come to its turn. In a room that all people have left it does not.
func (v *rival) pending() bool {
	if v.catchUp() != nil {
		return false
	}
	st := &v.state
	if !st.Exists() || st.Phase == room.PhaseClosed || st.Paused || st.Pending() == 0 {
		return false
	}
	return slices.ContainsFunc(st.Players(), func(p *room.Player) bool { return p.Role == room.Person && !p.Left })
}
