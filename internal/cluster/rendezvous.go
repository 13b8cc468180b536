package cluster

import "hash/fnv"

// member is a node that looks after rooms.
type member struct {
	name string
	hash uint64
}

// Nodes are nodes that rooms are dealt out to.
type Nodes []member

// NodesOf returns the nodes of those names.
func NodesOf(names []string) Nodes {
	nodes := make(Nodes, len(names))
	for i, n := range names {
		nodes[i] = member{n, hash(n)}
	}
	return nodes
}

// Caretaker returns which of the nodes looks after a room, whatever their
// order; empty when there are none. Each room goes to the node that draws the
// highest number for it, so a node that goes leaves every other room where it
// is, and a node that comes takes only what it draws highest.
func (nodes Nodes) Caretaker(code string) string {
	best, most, key := "", uint64(0), hash(code)
	for _, n := range nodes {
		draw := mix(n.hash ^ key)
		if best == "" || draw > most || (draw == most && n.name < best) {
			best, most = n.name, draw
		}
	}
	return best
}

// hash is the same on every node.
func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // never fails
	return mix(h.Sum64())
}

// mix makes every bit of the result depend on every bit of x.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
