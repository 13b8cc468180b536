package host_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/room"
)

// slowly makes each append of a node take so long.
func (m *member) slowly(d time.Duration) {
	m.log.mu.Lock()
	defer m.log.mu.Unlock()
	m.log.slow = d
}

// chatter posts lines at a node, one after the other, until stop is called,
// which returns the longest time that one took.
func (m *member) chatter(code string) (stop func() time.Duration) {
	ctx, cancel := context.WithCancel(m.t.Context())
	var longest time.Duration
	var talking sync.WaitGroup
	talking.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			began := time.Now()
			if _, err := m.Submit(context.WithoutCancel(ctx), code, room.Say{Player: "Kim", Text: fmt.Sprint("chatter ", n)}); err != nil {
				m.t.Errorf("%s: %v", m.name, err)
			}
			longest = max(longest, time.Since(began))
			select {
			case <-time.After(3 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	})
	return func() time.Duration { cancel(); talking.Wait(); return longest }
}

// newQuarrel is a room without agents on three nodes, where c talks all the
// time.
func newQuarrel(t *testing.T) (w *town, code string, stop func() time.Duration) {
	t.Helper()
	w, code = newTown(t, "a", "b", "c"), "ROOMAA"
	w.node("c").openRoom(code, func(c *room.Config) { c.Agents = nil })
	for _, m := range w.nodes {
		m.watch(code, "Kim")
	}
	return w, code, w.node("c").chatter(code)
}

func TestASlowNodeGetsItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, code, stop := newQuarrel(t)
		began := time.Now()
		var slow sync.WaitGroup
		for _, name := range []string{"a", "b"} { // both ask the others, and each other
			m := w.node(name)
			m.slowly(20 * time.Millisecond)
			slow.Go(func() {
				for n := range 20 {
					if _, err := m.Submit(t.Context(), code, room.Say{Player: "Kim", Text: fmt.Sprint(m.name, n)}); err != nil {
						t.Errorf("line %d on %s: %v", n, m.name, err)
					}
				}
			})
		}
		slow.Wait()
		stop()
		if took := time.Since(began); took > 4*time.Second {
			t.Errorf("40 lines took %v: the two waited for each other", took)
		}
	})
}

func TestANodeThatAskedAndIsGoneIsNotWaitedForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, code, stop := newQuarrel(t)
		ask, err := json.Marshal(map[string]string{"node": "a", "kind": "way"})
		if err != nil {
			t.Fatal(err)
		}
		w.node("a").cluster.Tell(code, ask)
		pass(10 * time.Millisecond)
		w.kill("a")
		pass(3 * time.Second)
		if longest := stop(); longest < 100*time.Millisecond || longest > 2*time.Second {
			t.Errorf("the other node waited for %v", longest)
		}
	})
}
