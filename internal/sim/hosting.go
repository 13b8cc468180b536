package sim

import (
	"time"

	"parley/room"
)

// hosting writes what the host of a room does.
func (w *writer) hosting(l life, c room.Config) {
	order := func(at time.Duration, c room.Command) {
		n, slot := l.n, w.slot()
		w.add(at, func(w *world) { w.stages[n].order(slot, c) }, "%s: the host wants %s, at node %d", l.code, c.Cause(), slot)
	}
	if c.Mode == room.Imitation {
		order(l.from+8*time.Second, room.Start{})
	}
	for at := l.from + w.about(4*time.Minute); at < l.until; at += w.about(4 * time.Minute) {
		switch w.below(8) {
		case 0, 1:
			order(at, room.Pause{})
			order(at+w.about(20*time.Second), room.Resume{})
		case 2:
			order(at, room.Skip{})
		case 3:
			n, slot, who := l.n, w.slot(), w.below(8)
			w.add(at, func(w *world) { w.stages[n].remove(slot, who) }, "%s: the host removes player %d, at node %d", l.code, who, slot)
		default:
			n, slot, who := l.n, w.slot(), w.below(8)
			w.add(at, func(w *world) { w.stages[n].nudge(slot, who) }, "%s: the host nudges player %d, at node %d", l.code, who, slot)
		}
	}
	if w.chance(0.3) {
		order(l.until, room.End{})
	}
}

// readers writes the reads of somebody who polls.
func (w *writer) readers(l life) {
	n := l.n
	for at := l.from + w.about(30*time.Second); at < l.until; at += w.about(30 * time.Second) {
		slot := w.slot()
		w.add(at, func(w *world) { w.stages[n].read(slot) }, "%s is read at node %d", l.code, slot)
	}
}

// rivals writes what another writer does to the room.
func (w *writer) rivals(l life) {
	n := l.n
	for at := l.from + w.about(time.Minute); at < l.until; at += w.about(time.Minute) {
		skew := pick(w.stream, 0, 0, -2*time.Second, 2*time.Second, -time.Minute, 30*time.Second)
		id, i, text := len(w.steps), w.below(l.people), w.text()
		switch w.below(3) {
		case 0:
			w.add(at, func(w *world) { w.stages[n].rival(id, skew).ticks() }, "%s: a rival ticks, its clock off by %v", l.code, skew)
		case 1:
			w.add(at, func(w *world) { v := w.stages[n].rival(id, skew); v.speaks(v.people[i], text) },
				"%s: person %d says %q, by a rival whose clock is off by %v", l.code, i, text, skew)
		default:
			w.add(at, func(w *world) { w.stages[n].rival(id, skew).takesTurn() }, "%s: a rival takes a turn, its clock off by %v", l.code, skew)
		}
	}
}

// order submits what the host wants.
func (s *stage) order(slot int, c room.Command) {
	_, _ = s.ask(asking{s.config.Code + " host " + c.Cause(), slot}, c) // that it is refused is as well
}

// player returns the name of one of the players, empty when there are none.
func (s *stage) player(name string, slot, who int) string {
	player := ""
	_ = s.inspect(asking{name, slot}, func(st *room.State) {
		if all := st.Players(); len(all) > 0 {
			player = all[who%len(all)].Name
		}
	}) // nobody answers: nobody
	return player
}

func (s *stage) remove(slot, who int) {
	if name := s.player(s.config.Code+" host looks", slot, who); name != "" {
		s.order(slot, room.Remove{Player: name})
	}
}

func (s *stage) nudge(slot, who int) {
	if name := s.player(s.config.Code+" host looks", slot, who); name != "" {
		s.order(slot, room.Nudge{Agent: name})
	}
}
