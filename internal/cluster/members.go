package cluster

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// stance is what a node says of itself.
type stance string

const (
	joining stance = "joining" // it listens only, and says nothing
	here    stance = "here"    // it looks after rooms
	leaving stance = "leaving" // it ends its turns and begins none
	gone    stance = "gone"
)

// beat is how a node announces itself.
type beat struct {
	Node   string        `json:"node"`
	Every  time.Duration `json:"every"`
	Stance stance        `json:"stance"`
}

// peer is what the last beat of a node said, and until when it is good.
type peer struct {
	stance stance
	every  time.Duration
	until  time.Time
}

// view is who looks after rooms, as far as this node knows.
type view struct {
	live   Nodes     // in the order of their names
	until  time.Time // by then this node has to have heard itself again
	always bool      // whatever the time
	sure   bool      // this node has listened for long enough to call others gone
}

// Live returns the nodes that look after rooms, in order.
func (c *Cluster) Live() []string {
	var out []string
	for _, m := range c.view.Load().live {
		out = append(out, m.name)
	}
	return out
}

// Caretaker returns the node that looks after a room; empty when none does. A
// node that has not heard itself lately takes part in no room.
func (c *Cluster) Caretaker(code string) string {
	v := c.view.Load()
	node := v.live.Caretaker(code)
	if node == c.node && !v.always && time.Now().After(v.until) {
		return ""
	}
	return node
}

// Cares reports whether this node looks after a room.
func (c *Cluster) Cares(code string) bool { return c.Caretaker(code) == c.node }

// Knows reports whether a node lives, as far as this one hears.
func (c *Cluster) Knows(node string) bool {
	if c.net == nil {
		return node == c.node
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p, known := c.peers[node]
	return known && time.Now().Before(p.until)
}

// Gone reports whether another node is certainly no more, as far as hearing
// nothing of it for long enough is certain. Of this node it is never true.
func (c *Cluster) Gone(node string) bool {
	if node == c.node {
		return false
	}
	if c.net == nil {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, lives := c.peers[node]
	return !lives && c.view.Load().sure
}

// run beats and looks who lives until the cluster is closed.
func (c *Cluster) run() {
	const looks = 4 // for each beat
	t := time.NewTicker(c.Every / looks)
	defer t.Stop()
	begun := time.Now()
	for {
		c.mu.Lock()
		if c.stance == joining && time.Since(begun) >= c.pause()+c.Every/looks {
			c.stance = here
		}
		due := c.stance != joining && time.Since(c.beatAt) >= c.pause()
		c.mu.Unlock()
		if due {
			c.beat()
		}
		c.look()
		select {
		case <-c.stop:
			return
		case <-t.C:
		}
	}
}

// pause is the time between two beats of a node; c.mu is held. It follows the
// slowest of the others, who know how many there are.
func (c *Cluster) pause() time.Duration {
	d := c.Pause(len(c.peers))
	for name, p := range c.peers {
		if name != c.node && c.stance == joining {
			d = max(d, p.every)
		}
	}
	return d
}

// beat says what this node is.
func (c *Cluster) beat() {
	c.mu.Lock()
	c.beatAt = time.Now()
	b := beat{Node: c.node, Every: c.pause(), Stance: c.stance}
	c.mu.Unlock()
	data, err := json.Marshal(b)
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	c.publish(beats, data)
}

// hear takes the beat of a node. One that is in no form says nothing.
func (c *Cluster) hear(data []byte) {
	var b beat
	if err := json.Unmarshal(data, &b); err != nil || b.Node == "" || b.Every <= 0 {
		return
	}
	c.mu.Lock()
	now := time.Now()
	last, known := c.peers[b.Node]
	if b.Node == c.node && (!known || now.After(last.until)) {
		c.since = now
	}
	if b.Stance == gone {
		delete(c.peers, b.Node)
	} else {
		c.peers[b.Node] = peer{stance: b.Stance, every: b.Every, until: now.Add(good * b.Every)}
	}
	c.mu.Unlock()
	if b.Node == c.node || !known || last.stance != b.Stance {
		c.look()
	}
}

// look draws up anew who lives, and tells when that has changed.
func (c *Cluster) look() {
	c.mu.Lock()
	now := time.Now()
	maps.DeleteFunc(c.peers, func(_ string, p peer) bool { return now.After(p.until) })
	old, next := c.view.Load(), &view{}
	for name, p := range c.peers {
		own := name == c.node
		if p.stance == here && (!own || c.stance == here) {
			next.live = append(next.live, member{name, hash(name)})
		}
		if own {
			next.until, next.sure = p.until, now.Sub(c.since) >= good*p.every
		}
	}
	slices.SortFunc(next.live, func(a, b member) int { return cmp.Compare(a.name, b.name) })
	c.view.Store(next)
	changed := c.changed
	c.mu.Unlock()
	if changed != nil && (next.sure != old.sure || !slices.Equal(next.live, old.live)) {
		changed()
	}
}
