package sim

import (
	"slices"
	"time"
)

// crash ends the node of a slot without a word.
func (w *world) crash(slot int) {
	if p := w.take(slot); p != nil {
		p.crash()
	}
}

func (w *world) freeze(slot int) {
	if p := w.node(slot); p != nil {
		p.freeze()
	}
}

func (w *world) thaw(slot int) {
	if p := w.node(slot); p != nil {
		p.thaw()
	}
}

// enchant puts the log in trouble for a node.
func (w *world) enchant(slot int, kind trouble, share float64, lasts time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spells = append(slices.Clip(w.spells), spell{slot, kind, share, time.Now().Add(lasts)})
}

// cut keeps a node's words from the others and theirs from it.
func (w *world) cut(slot int, lasts time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cuts[slot] = time.Now().Add(lasts)
}

func (w *world) cutOff(slot int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Before(w.cuts[slot])
}

// setClock makes the clock of a slot wrong by so much.
func (w *world) setClock(slot int, off time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.off[slot] = off
}
