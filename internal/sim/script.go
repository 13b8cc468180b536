package sim

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"parley/room"
)

// script is what a seed comes to.
type script struct {
	seed  uint64
	nodes int
	alone bool   // no rival writes to the log
	most  uint64 // records that a room may have: far more than those in it can make
	rooms []cast
	steps []step // in the order of time
}

// cast is a room and who may come to it.
type cast struct {
	config   room.Config
	people   int
	programs int
}

// step is something that somebody does.
type step struct {
	at   time.Duration
	says string
	do   func(*world)
}

// String tells the step as a line of a transcript.
func (s step) String() string {
	return fmt.Sprintf("%02d:%06.3f %s", int(s.at.Minutes()), (s.at % time.Minute).Seconds(), s.says)
}

// writer draws a script.
type writer struct {
	*stream
	script
	until time.Duration
	rest  *stream
}

// draw makes the script of a seed: so many rooms at a time, for so long.
func draw(seed uint64, rooms int, length time.Duration) script {
	dice := newDice(seed)
	w := &writer{stream: dice.of("script"), until: length, rest: dice.of("rest")}
	w.seed, w.nodes, w.alone = seed, pick(w.stream, 1, 1, 2, 3), w.chance(0.5)
	w.most = 5000 + 1000*uint64(length.Minutes())
	for range rooms {
		for at := w.upTo(time.Minute); at < length; {
			at = w.room(at) + w.upTo(time.Minute)
		}
	}
	w.troubles()
	w.clocks(dice.of("clocks"))
	slices.SortStableFunc(w.steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	return w.script
}

// add writes a step, unless it comes too late.
func (w *writer) add(at time.Duration, do func(*world), says string, args ...any) {
	if at < w.until {
		w.steps = append(w.steps, step{at, fmt.Sprintf(says, args...), do})
	}
}

// slot draws a node.
func (w *writer) slot() int { return w.below(w.nodes) }

// troubles writes what happens to nodes and to their ways to the log.
func (w *writer) troubles() {
	mean := pick(w.stream, 0, 10*time.Minute, 4*time.Minute)
	if mean == 0 {
		return
	}
	for at := w.about(mean); at < w.until; at += w.about(mean) {
		slot, lasts := w.slot(), w.about(20*time.Second)
		switch w.below(7) {
		case 0:
			w.add(at, func(w *world) { w.crash(slot) }, "node %d dies", slot)
			w.add(at+lasts, func(w *world) { w.boot(slot) }, "node %d starts", slot)
		case 1:
			drain := w.upTo(20 * time.Second)
			w.add(at, func(w *world) { w.shut(slot, drain) }, "node %d stops within %v", slot, drain)
			w.add(at+lasts+20*time.Second, func(w *world) { w.boot(slot) }, "node %d starts", slot)
		case 2:
			lasts += w.about(time.Minute)
			w.add(at, func(w *world) { w.freeze(slot) }, "node %d is frozen", slot)
			w.add(at+lasts, func(w *world) { w.thaw(slot) }, "node %d goes on", slot)
		case 3:
			w.add(at, func(w *world) { w.cut(slot, lasts) }, "node %d hears no other for %v", slot, lasts)
		default:
			kind, share := pick(w.stream, unsaid, refuses, late, slow), pick(w.stream, 0.1, 0.5, 1)
			w.add(at, func(w *world) { w.enchant(slot, kind, share, lasts) },
				"the log %s for node %d, in %.0f %% of cases, for %v", kind, slot, 100*share, lasts)
		}
	}
}

// clocks writes how the clocks of nodes jump, in half of the worlds.
func (w *writer) clocks(dice *stream) {
	if dice.chance(0.5) {
		return
	}
	for at := dice.about(4 * time.Minute); at < w.until; at += dice.about(4 * time.Minute) {
		slot, off := dice.below(w.nodes), pick(dice, 0, -2*time.Second, 2*time.Second, -time.Minute, 30*time.Second)
		w.add(at, func(w *world) { w.setClock(slot, off) }, "the clock of node %d jumps to where it is off by %v", slot, off)
	}
}
