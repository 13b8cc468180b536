package sim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/memlog"
	"parley/internal/verify"
	"parley/room"
)

// world is one run of a script.
type world struct {
	*dice
	log   *memlog.Log
	bell  *eventlog.Bell
	moods map[string]mood
	alone bool   // nobody but one node writes to the log
	most  uint64 // records of a room
	began time.Time
	life  context.Context // of the inhabitants
	end   context.CancelFunc
	going sync.WaitGroup // of the inhabitants, and of what they have begun

	mu     sync.Mutex
	nodes  []*process // by slot; nil while it is down
	births int
	spells []spell
	cuts   map[int]time.Time     // until when a slot hears no other
	off    map[int]time.Duration // by how much a slot's clock is wrong
	ears   map[string][]*ear     // by subject
	stages []*stage
	kept   map[string][]kept
	tried  map[string]bool // attempts in the log, as calls name them
	calls  map[string]int
	proofs map[string]*verify.Room
	broken bool // there are faults; nothing more is stored
	faults []Violation
}

// kept is a record as it was appended, for those who would otherwise decode the
// log again and again.
type kept struct {
	seq eventlog.Seq
	rec room.Record
}

// Violation is something that must not happen.
type Violation struct {
	Rule   string `json:"rule"`
	Detail string `json:"detail"`
}

// String returns the violation as one line.
func (v Violation) String() string { return v.Rule + ": " + v.Detail }

var errOver = errors.New("the world is at its end")

// mostFaults is how many violations of a world are kept.
const mostFaults = 50

// fault notes a violation. The first one ends the world: what follows from it is
// of no interest, and may have no end.
func (w *world) fault(rule, format string, args ...any) {
	w.stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.faults) < mostFaults {
		w.faults = append(w.faults, Violation{rule, fmt.Sprintf(format, args...)})
	}
}

// newWorld is called in its bubble.
func newWorld(s script) *world {
	w := &world{
		dice: newDice(s.seed), log: memlog.New(memlog.Options{}), bell: eventlog.NewBell(), alone: s.alone && s.nodes == 1, most: s.most, moods: moods(), began: time.Now(),
		nodes: make([]*process, s.nodes), cuts: map[int]time.Time{}, off: map[int]time.Duration{}, ears: map[string][]*ear{}, kept: map[string][]kept{}, tried: map[string]bool{}, calls: map[string]int{}, proofs: map[string]*verify.Room{},
	}
	w.life, w.end = context.WithCancel(context.Background())
	for _, c := range s.rooms {
		w.stages = append(w.stages, newStage(w, c))
	}
	return w
}

// play carries out the script, lets everything end, and closes the world.
func (w *world) play(s script) {
	for slot := range w.nodes {
		w.boot(slot)
	}
	for _, step := range s.steps {
		if pass(w.life, step.at-time.Since(w.began)) != nil {
			break
		}
		w.going.Go(func() { step.do(w) })
	}
	_ = pass(w.life, time.Second) // the last step comes before what follows
	w.heal()
	w.settle()
	w.end()
	w.going.Wait()
	for slot := range w.nodes {
		w.shut(slot, time.Minute)
	}
	// A record that is late may still be on its way out of a dead process.
	_ = pass(context.Background(), time.Minute)
}

// store puts records of a room into the log, and remembers which attempts they
// begin.
func (w *world) store(ctx context.Context, after eventlog.Seq, recs []room.Record) ([]eventlog.Seq, error) {
	if w.over() {
		return nil, errOver
	}
	if rec := recs[len(recs)-1]; rec.Ordinal > w.most {
		w.fault("endless", "room %s has %d records and wants more", rec.Room, w.most)
		return nil, errOver
	}
	places, err := w.log.AppendBatch(ctx, after, recs)
	if err != nil {
		return nil, err
	}
	for i, rec := range recs {
		if !w.keep(places[i], rec) {
			w.stop() // the judge says why
		}
	}
	w.bell.Ring(recs[0].Room)
	return places, nil
}

// stop ends the world before its time.
func (w *world) stop() {
	w.end()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = true
}

// over reports whether a violation has ended the world.
func (w *world) over() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.broken
}

// keep notes what a record of the log says, and reports whether it is sound.
func (w *world) keep(seq eventlog.Seq, rec room.Record) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.kept[rec.Room] = append(w.kept[rec.Room], kept{seq, rec})
	for _, e := range rec.Events {
		if e, ok := e.(room.TurnBegan); ok {
			w.tried[callName(rec.Room, e)] = true
		}
	}
	v := w.proofs[rec.Room]
	if v == nil {
		v = verify.NewRoom(rec.Room)
		w.proofs[rec.Room] = v
	}
	v.Record(rec)
	return v.Sound()
}

// since returns what has been appended to a room after a place.
func (w *world) since(code string, place eventlog.Seq) []kept {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.kept[code]
	i, _ := slices.BinarySearchFunc(all, place+1, func(k kept, seq eventlog.Seq) int { return cmp.Compare(k.seq, seq) })
	return all[i:]
}

// called counts a call that has reached a model.
func (w *world) called(name string) {
	w.mu.Lock()
	w.calls[name]++
	n, tried := w.calls[name], w.tried[name]
	w.mu.Unlock()
	switch {
	case n > 1:
		w.fault("call_twice", "%s was called %d times", name, n)
	case !tried:
		w.fault("call_first", "%s was called and is not in the log", name)
	}
}

// node returns the process in a slot, nil while it is down.
func (w *world) node(slot int) *process {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.nodes[slot]
}

// boot starts the node of a slot, unless it runs.
func (w *world) boot(slot int) {
	w.mu.Lock()
	p := w.nodes[slot]
	if p != nil {
		w.mu.Unlock()
		return
	}
	w.births++
	p = w.newProcess(slot, w.births)
	w.nodes[slot] = p
	w.mu.Unlock()
	p.start()
}

// take takes the process out of its slot.
func (w *world) take(slot int) *process {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.nodes[slot]
	w.nodes[slot] = nil
	return p
}

// shut stops the node of a slot in order.
func (w *world) shut(slot int, drain time.Duration) {
	if p := w.take(slot); p != nil {
		p.thaw()
		p.stop(drain)
	}
}

// heal ends all trouble.
func (w *world) heal() {
	w.mu.Lock()
	w.spells = nil
	clear(w.cuts)
	clear(w.off)
	nodes := slices.Clone(w.nodes)
	w.mu.Unlock()
	for slot, p := range nodes {
		if p != nil {
			p.thaw()
		} else {
			w.boot(slot)
		}
	}
}
