// Package cluster tells the nodes of Parley of each other: who lives, which of
// them bothers about a room, and what is worth a word but no record.
//
// All of it is hints. A node that is wrong about another costs a lost race or
// some seconds, never a line or a second answer: the log decides. That is why
// words may get lost, come late or come from a node that has slept, and why
// nothing here is stored.
//
// A node announces itself by a beat, again and again; a beat is good for three
// times the pause between two. Whose last beat is good lives. A node hears its
// own beats as well, and one that does not hear itself counts itself out: it is
// cut off, or it has slept. A node that begins listens before it speaks, so
// that it does not take itself for the only one.
//
// The caretaker of a room is found by rendezvous hashing over the nodes that
// live: every node computes the same one, and when a node comes or goes only
// its own rooms move.
//
// One node without others is a cluster of one, made by [Alone]: it has no net,
// sends nothing and starts no goroutine.
package cluster

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Net carries words between nodes, each at most once and perhaps never. Its
// methods may be called by any number of goroutines at once.
type Net interface {
	// Publish sends data to all who listen to the subject now, the sender
	// among them. It does not wait for them.
	Publish(subject string, data []byte) error
	// Listen calls hear with what is published from now on, until stop is
	// called. hear must not wait and not keep data.
	Listen(subject string, hear func(data []byte)) (stop func(), err error)
}

// Options are the times of a cluster; zero takes what stands here.
type Options struct {
	Every   time.Duration // between two beats of a node: 1 s
	PerNode time.Duration // beats are at least so far apart for each node that lives, so that all together stay few: 1 ms
}

// Pause returns the time between two beats of a node among so many.
func (o Options) Pause(nodes int) time.Duration {
	return max(o.Every, o.PerNode*time.Duration(nodes))
}

// good is how many beats may be missed: so often Every a beat is good for.
const good = 3

// Cluster is what a node knows of itself and the others. It is safe for
// concurrent use.
type Cluster struct {
	Options
	net  Net // nil: there are no others
	node string

	mu      sync.Mutex
	peers   map[string]peer // this node too, by its echo
	stance  stance
	since   time.Time // from then on this node has heard itself without a gap
	beatAt  time.Time
	changed func()
	stops   []func()
	stop    chan struct{}
	running sync.WaitGroup

	view atomic.Pointer[view]
}

// Alone returns the cluster of a node that has no others.
func Alone(node string) *Cluster { return New(nil, node, Options{}) }

// New returns a cluster that knows nobody yet, this node included; Join makes
// it listen and then speak. Of one made without a net the node is all there is.
func New(net Net, node string, o Options) *Cluster {
	c := &Cluster{Options: o.complete(), net: net, node: node, peers: map[string]peer{}, stop: make(chan struct{})}
	c.view.Store(&view{})
	if net == nil {
		c.view.Store(&view{live: Nodes{{node, hash(node)}}, always: true})
	}
	return c
}

// complete fills in what is left open.
func (o Options) complete() Options {
	if o.Every == 0 {
		o.Every = time.Second
	}
	if o.PerNode == 0 {
		o.PerNode = time.Millisecond
	}
	return o
}

// Node returns the name of this node.
func (c *Cluster) Node() string { return c.node }

// Single reports whether there can be no other node.
func (c *Cluster) Single() bool { return c.net == nil }

// Join begins to listen, and to beat once this node has listened for long
// enough to know the others. called says which rooms other nodes want this one
// to look after; changed is called after every change of who lives. Neither
// may wait.
func (c *Cluster) Join(called func(code string), changed func()) error {
	if c.net == nil {
		return nil
	}
	c.mu.Lock()
	c.changed, c.stance = changed, joining
	c.mu.Unlock()
	for subject, hear := range map[string]func([]byte){
		beats:               c.hear,
		nodeSubject(c.node): func(data []byte) { called(string(data)) },
	} {
		stop, err := c.net.Listen(subject, hear)
		if err != nil {
			c.Close()
			return fmt.Errorf("join the cluster: %w", err)
		}
		c.mu.Lock()
		c.stops = append(c.stops, stop)
		c.mu.Unlock()
	}
	c.running.Go(c.run)
	return nil
}

// Leave withdraws this node from looking after rooms. It goes on to live, for
// the turns that it still runs, until Close.
func (c *Cluster) Leave() {
	if c.net == nil {
		return
	}
	c.mu.Lock()
	c.stance = leaving
	c.mu.Unlock()
	c.beat()
	c.look()
}

// Close says that this node is no more, and stops listening.
func (c *Cluster) Close() {
	if c.net == nil {
		return
	}
	c.mu.Lock()
	stops := c.stops
	c.stops, c.stance = nil, gone
	select {
	case <-c.stop:
	default:
		close(c.stop)
	}
	c.mu.Unlock()
	c.running.Wait()
	c.beat()
	for _, stop := range stops {
		stop()
	}
}

// Call asks a node to look after a room.
func (c *Cluster) Call(node, code string) { c.publish(nodeSubject(node), []byte(code)) }

// Tell says something about a room to the nodes that listen to it, this one
// among them.
func (c *Cluster) Tell(code string, data []byte) { c.publish(roomSubject(code), data) }

// Listen calls hear with what nodes say about a room; hear must not wait.
func (c *Cluster) Listen(code string, hear func(data []byte)) (stop func(), err error) {
	if c.net == nil {
		return func() {}, nil
	}
	return c.net.Listen(roomSubject(code), hear)
}

// publish sends a word. One that cannot be sent is a word lost, as any may be.
func (c *Cluster) publish(subject string, data []byte) {
	if c.net != nil {
		_ = c.net.Publish(subject, data)
	}
}

// Subjects on the net.
const beats = "nodes"

func nodeSubject(node string) string { return "node." + node }
func roomSubject(code string) string { return "room." + code }
