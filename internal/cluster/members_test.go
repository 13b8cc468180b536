package cluster_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/cluster"
	"parley/internal/cluster/memnet"
)

// nodes is nodes of one hub.
type nodes struct {
	t   *testing.T
	hub *memnet.Hub
	all map[string]*cluster.Cluster
}

func newNodes(t *testing.T, names ...string) *nodes {
	t.Helper()
	n := &nodes{t: t, hub: memnet.New(), all: map[string]*cluster.Cluster{}}
	for _, name := range names {
		n.join(name, func() {})
	}
	pass(2 * time.Second)
	return n
}

func (n *nodes) join(name string, changed func()) {
	n.t.Helper()
	c := cluster.New(n.hub.Net(name), name, cluster.Options{})
	n.all[name] = c
	if err := c.Join(func(string) {}, changed); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(c.Close)
}

// want checks who lives, in the eyes of some nodes.
func (n *nodes) want(live []string, eyes ...string) {
	n.t.Helper()
	for _, e := range eyes {
		if got := n.all[e].Live(); !slices.Equal(got, live) {
			n.t.Errorf("%s sees %v live, want %v", e, got, live)
		}
	}
}

// pass lets fake time pass, and everybody do what is due then.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestNodesFindEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNodes(t, "a", "b", "c")
		n.want([]string{"a", "b", "c"}, "a", "b", "c")
		for i := range 100 {
			cares := 0
			for _, c := range n.all {
				if c.Cares(code(i)) {
					cares++
				}
			}
			if cares != 1 {
				t.Fatalf("%d nodes care for room %s", cares, code(i))
			}
		}
	})
}

func TestANewNodeDoesNotTakeItselfForTheOnlyOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNodes(t, "a", "b")
		alone := atomic.Bool{}
		n.join("c", func() {
			live := n.all["c"].Live()
			alone.Store(alone.Load() || (slices.Contains(live, "c") && len(live) == 1))
		})
		pass(3 * time.Second)
		n.want([]string{"a", "b", "c"}, "a", "b", "c")
		if alone.Load() {
			t.Error("the new node thought that it was alone")
		}
	})
}

func TestADeadNodeIsMissedWithinThreeBeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNodes(t, "a", "b", "c")
		n.hub.Cut("c", true)
		pass(time.Second)
		n.want([]string{"a", "b", "c"}, "a", "b") // one beat may get lost
		if n.all["a"].Gone("c") {
			t.Error("c is called gone after a second")
		}
		pass(2500 * time.Millisecond)
		n.want([]string{"a", "b"}, "a", "b")
		if !n.all["a"].Gone("c") {
			t.Error("c is not called gone")
		}
	})
}

func TestANodeThatDoesNotHearItselfCaresForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNodes(t, "a", "b")
		n.hub.Cut("b", true)
		pass(4 * time.Second)
		n.want(nil, "b")
		for i := range 20 {
			if n.all["b"].Cares(code(i)) {
				t.Fatalf("b, cut off, cares for room %s", code(i))
			}
		}
		if n.all["b"].Gone("a") {
			t.Error("b, cut off, calls a gone")
		}
		n.hub.Cut("b", false)
		pass(1500 * time.Millisecond)
		n.want([]string{"a", "b"}, "a", "b")
	})
}

func TestWhoLeavesLivesUntilItCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNodes(t, "a", "b")
		n.all["b"].Leave()
		n.want([]string{"a"}, "a", "b") // at once
		pass(10 * time.Second)
		n.want([]string{"a"}, "a", "b")
		if n.all["a"].Gone("b") {
			t.Error("b is called gone, while it ends its turns")
		}
		n.all["b"].Close()
		if !n.all["a"].Gone("b") {
			t.Error("b is not called gone after its goodbye")
		}
	})
}

func TestNobodyIsGoneBeforeOneHasListened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNodes(t, "a")
		changes := atomic.Int64{}
		n.join("b", func() { changes.Add(1) })
		pass(2 * time.Second)
		if n.all["b"].Gone("earlier") {
			t.Error("b calls a node gone of which it cannot know")
		}
		before := changes.Load()
		pass(3 * time.Second)
		if !n.all["b"].Gone("earlier") || changes.Load() == before {
			t.Error("b does not come to know that a node is gone")
		}
	})
}

func TestBeatsOfManyNodesStayFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := memnet.New()
		var all []*cluster.Cluster
		for _, name := range names(50) {
			c := cluster.New(hub.Net(name), name, cluster.Options{PerNode: 200 * time.Millisecond})
			if err := c.Join(func(string) {}, func() {}); err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			all = append(all, c)
		}
		pass(time.Minute)
		before := hub.Words("node00007")
		pass(time.Minute)
		if got := hub.Words("node00007") - before; got < 5 || got > 7 { // 50 × 200 ms apart
			t.Errorf("a node of 50 sent %d beats in a minute, want 6", got)
		}
		for _, c := range all {
			if len(c.Live()) != 50 {
				t.Fatalf("%s sees %d nodes", c.Node(), len(c.Live()))
			}
		}
	})
}

func TestOneNodeAloneIsItsOwnCluster(t *testing.T) {
	c := cluster.Alone("a")
	if err := c.Join(nil, nil); err != nil {
		t.Fatal(err)
	}
	if !c.Cares("ROOMAA") || !c.Gone("earlier") || c.Gone("a") || !c.Single() {
		t.Error("a node alone does not care for its rooms")
	}
	c.Leave()
	c.Close()
}
