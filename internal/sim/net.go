package sim

import (
	"slices"
	"time"
)

// wordTime is how long a word takes from node to node at most.
const wordTime = 5 * time.Millisecond

// ear is somebody who listens to a subject.
type ear struct {
	p    *process
	hear func([]byte)
}

// net is a process's way to the others: cluster.Net, with words that take their
// time, and get lost while one of the two is cut off.
type net struct{ p *process }

// Publish implements cluster.Net.
func (n net) Publish(subject string, data []byte) error {
	w := n.p.w
	w.mu.Lock()
	ears := slices.Clone(w.ears[subject])
	w.mu.Unlock()
	if n.p.alive.Err() != nil {
		return errDead
	}
	for _, e := range ears {
		if e.p != n.p && (w.cutOff(n.p.slot) || w.cutOff(e.p.slot)) {
			continue
		}
		dice := w.of(n.p.name + " tells " + e.p.name + " of " + subject)
		time.AfterFunc(dice.upTo(wordTime), func() {
			if e.p.awake(dice) {
				e.hear(data)
			}
		})
	}
	return nil
}

// Listen implements cluster.Net.
func (n net) Listen(subject string, hear func(data []byte)) (stop func(), err error) {
	w, e := n.p.w, &ear{n.p, hear}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ears[subject] = append(w.ears[subject], e)
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.ears[subject] = slices.DeleteFunc(slices.Clone(w.ears[subject]), func(o *ear) bool { return o == e })
	}, nil
}
