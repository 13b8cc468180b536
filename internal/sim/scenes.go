package sim

import (
	"fmt"
	"time"

	"parley/room"
)

// alphabet is what codes of rooms are made of.
const alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// life is a room in a script: its number, and from when to when it is lived in.
type life struct {
	n           int
	code        string
	from, until time.Duration
	people      int
	gap         time.Duration // between a person's lines, on average
}

// room writes a room's life and returns its end.
func (w *writer) room(from time.Duration) time.Duration {
	c := cast{config: w.config(), people: w.between(1, 5)}
	game := c.config.Mode == room.Imitation
	l := life{n: len(w.rooms), code: c.config.Code, from: from, people: c.people}
	l.gap = pick(w.stream, 10*time.Second, 30*time.Second, 90*time.Second, 5*time.Minute)
	if game {
		c.config.Seats = c.people
		round := time.Duration(c.config.Discussion+c.config.Voting) * time.Second
		l.until = from + 10*time.Second + round*time.Duration(c.config.Rounds) + time.Duration(c.config.Reveal)*time.Second
	} else {
		c.config.Seats = c.people + 2
		l.until = from + 5*time.Minute + w.about(20*time.Minute)
	}
	if w.chance(0.2) {
		c.programs = w.between(1, 2)
	}
	w.rooms = append(w.rooms, c)
	n, slot, first := l.n, w.slot(), len(w.steps)
	w.add(from, func(w *world) { w.stages[n].create(slot) }, "%s is made at node %d", l.code, slot)
	w.arrivals(l, c)
	w.talk(l)
	if game {
		w.polls(l, c.config)
	}
	w.hosting(l, c.config)
	w.readers(l)
	if !w.alone {
		w.rivals(l)
	}
	if !game && w.rest.chance(0.7) {
		return l.until + w.quiet(l, w.steps[first:])
	}
	return l.until
}

// quiet has everybody in a room go for a while and come again, and returns for
// how long. The room leaves memory meanwhile. What was to follow follows then.
func (w *writer) quiet(l life, steps []step) time.Duration {
	from, lasts := l.from+10*time.Second+time.Duration(w.rest.unit()*float64(l.until-l.from)), 20*time.Minute+w.rest.about(40*time.Minute)
	if l.until+lasts > w.until {
		return 0 // they would not come again
	}
	for i := range steps {
		if steps[i].at > from {
			steps[i].at += lasts
		}
	}
	n := l.n
	w.add(from, func(w *world) {
		for _, p := range w.stages[n].people {
			p.goAway()
		}
	}, "%s: everybody goes", l.code)
	for i := range l.people {
		slot := w.rest.below(w.nodes)
		w.add(from+lasts+w.rest.upTo(time.Minute), func(w *world) { w.stages[n].people[i].come(slot) }, "%s: person %d is back, at node %d", l.code, i, slot)
	}
	return lasts
}

func (w *writer) config() room.Config {
	c := room.Config{
		Title: "a room", Mode: pick(w.stream, room.Open, room.Imitation),
		Overlap: pick(w.stream, room.Coalesce, room.Coalesce, room.Strict, room.Interrupt, room.Drop),
		Pacing:  pick(w.stream, room.PaceHuman, room.PaceInstant),
		Hops:    w.between(0, 5), RepliesPerMinute: pick(w.stream, 12, 12, 30, 4), Calls: pick(w.stream, 2000, 2000, 2000, 40, 5, 0),
		SilenceSeconds: pick(w.stream, 20, 20, 0, 5, 120),
		Discussion:     w.between(10, 180), Voting: w.between(5, 60), Reveal: w.between(5, 30), Rounds: w.between(1, 4),
		Topics: []string{"tea", "rain", "chess"}[:w.between(0, 3)],
	}
	if c.Overlap == room.Strict {
		c.RepliesPerMinute = 30 // so that a hundred waiting come to their turn
	}
	code := make([]byte, 6)
	for i := range code {
		code[i] = alphabet[w.below(len(alphabet))]
	}
	c.Code = string(code)
	agents := w.between(0, 4)
	if c.Mode == room.Imitation {
		agents = w.between(1, 4)
	}
	for i := range agents {
		a := room.AgentSpec{Model: pick(w.stream, "quick", "calm", "calm", "moody", "moody", "broken", "parrot")}
		if c.Mode == room.Open {
			a.Name = fmt.Sprintf("Agent %d", i)
		}
		c.Agents = append(c.Agents, a)
	}
	return c
}

// arrivals writes who joins, watches, moves and leaves.
func (w *writer) arrivals(l life, c cast) {
	n := l.n
	for i := range c.programs {
		at, slot := l.from+w.upTo(time.Second), w.slot()
		w.add(at, func(w *world) { w.stages[n].agents[i].live(slot) }, "%s: program %d comes, at node %d", l.code, i, slot)
	}
	for i := range c.people {
		at, slot := l.from+time.Second+w.upTo(5*time.Second), w.slot()
		w.add(at, func(w *world) {
			w.stages[n].people[i].join(slot)
			w.stages[n].people[i].come(slot)
		}, "%s: person %d joins and watches, at node %d", l.code, i, slot)
		for at += w.about(3 * time.Minute); at < l.until; at += w.about(3 * time.Minute) {
			slot := w.slot()
			if w.chance(0.5) {
				w.add(at, func(w *world) { w.stages[n].people[i].goAway() }, "%s: person %d does not watch", l.code, i)
				at += w.about(30 * time.Second)
			}
			w.add(at, func(w *world) { w.stages[n].people[i].come(slot) }, "%s: person %d watches, at node %d", l.code, i, slot)
		}
		if w.chance(0.1) {
			at := l.from + time.Duration(w.unit()*float64(l.until-l.from))
			w.add(at, func(w *world) { w.stages[n].people[i].leave() }, "%s: person %d leaves", l.code, i)
		}
	}
}

// talk writes people's lines: one now and then, or ten in a second.
func (w *writer) talk(l life) {
	for i := range l.people {
		for at := l.from + 3*time.Second + w.about(l.gap); at < l.until; at += w.about(l.gap) {
			lines := 1
			if w.chance(0.03) {
				lines = 10
			}
			for range lines {
				w.line(l, i, at+w.upTo(time.Second))
			}
		}
	}
}

// text draws a line that is in no other step.
func (w *writer) text() string { return fmt.Sprintf("%s/%d", words(w.stream), len(w.steps)) }

func (w *writer) line(l life, i int, at time.Duration) {
	text, twice, n := w.text(), w.chance(0.1), l.n
	how := ""
	if twice {
		how = ", twice at once"
	}
	w.add(at, func(w *world) { w.stages[n].people[i].say(text, twice) }, "%s: person %d says %q%s", l.code, i, text, how)
}

// polls writes people's votes.
func (w *writer) polls(l life, c room.Config) {
	n := l.n
	for round := range c.Rounds {
		begins := l.from + 6*time.Second + time.Duration((round+1)*c.Discussion+round*c.Voting)*time.Second
		for i := range l.people {
			at := begins + w.upTo(time.Duration(c.Voting)*time.Second)
			w.add(at, func(w *world) { w.stages[n].people[i].vote() }, "%s: person %d votes", l.code, i)
			if w.chance(0.3) {
				w.add(at+w.upTo(5*time.Second), func(w *world) { w.stages[n].people[i].vote() }, "%s: person %d votes again", l.code, i)
			}
		}
	}
}
