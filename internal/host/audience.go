package host

import (
	"maps"
	"slices"
	"sync"
)

// audience is the watchers of a room. The room's goroutine changes it; the
// watch over the room's progress reads it too.
type audience struct {
	mu       sync.Mutex
	watchers map[*Watcher]struct{}
	players  map[string]int // sockets of each person
}

func (a *audience) add(w *Watcher) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.watchers == nil {
		a.watchers, a.players = map[*Watcher]struct{}{}, map[string]int{}
	}
	a.watchers[w] = struct{}{}
	if w.player != "" {
		a.players[w.player]++
	}
}

// remove reports whether the watcher was there.
func (a *audience) remove(w *Watcher) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.watchers[w]; !ok {
		return false
	}
	delete(a.watchers, w)
	if w.player != "" {
		if a.players[w.player]--; a.players[w.player] == 0 {
			delete(a.players, w.player)
		}
	}
	return true
}

func (a *audience) all() []*Watcher {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Collect(maps.Keys(a.watchers))
}

func (a *audience) empty() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.watchers) == 0
}

// anyone reports whether a person watches.
func (a *audience) anyone() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.players) > 0
}

// people returns the names of the persons who watch, in order.
func (a *audience) people() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Sorted(maps.Keys(a.players))
}

func (a *audience) count(player string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.players[player]
}

// each calls f with every watcher while nobody comes or goes.
func (a *audience) each(f func(*Watcher)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for w := range a.watchers {
		f(w)
	}
}
