// Package memnet is a cluster.Net in memory, for tests and simulations. It
// works inside a testing/synctest bubble when New is called there. Nodes may be
// cut off from it, and found again.
package memnet

import (
	"errors"
	"sync"
)

// Hub joins the nodes of one process.
type Hub struct {
	mu        sync.Mutex
	listeners map[string]map[*listener]struct{} // by subject
	cut       map[string]bool
	island    map[string]bool
	words     map[string]int // published, by node
}

// Net is one node's way to the others.
type Net struct {
	hub  *Hub
	node string
}

type listener struct {
	node string
	hear func([]byte)
}

// New returns a hub without nodes.
func New() *Hub {
	return &Hub{listeners: map[string]map[*listener]struct{}{}, cut: map[string]bool{}, island: map[string]bool{}, words: map[string]int{}}
}

// Net returns the net as a node has it.
func (h *Hub) Net(node string) *Net { return &Net{h, node} }

// Cut keeps a node's words from everybody and everybody's from it, until it is
// joined again.
func (h *Hub) Cut(node string, off bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cut[node] = off
}

// Split parts some nodes from the others until heal is called: each half hears
// itself alone.
func (h *Hub) Split(nodes ...string) (heal func()) {
	set := func(apart bool) {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, n := range nodes {
			h.island[n] = apart
		}
	}
	set(true)
	return func() { set(false) }
}

// Words returns how many words a node has published.
func (h *Hub) Words(node string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.words[node]
}

// Publish implements cluster.Net. It calls those who listen, one after the
// other, before it returns.
func (n *Net) Publish(subject string, data []byte) error {
	h := n.hub
	h.mu.Lock()
	h.words[n.node]++
	if h.cut[n.node] {
		h.mu.Unlock()
		return errors.New("the node is cut off")
	}
	var to []*listener
	for l := range h.listeners[subject] {
		if !h.cut[l.node] && h.island[l.node] == h.island[n.node] {
			to = append(to, l)
		}
	}
	h.mu.Unlock()
	for _, l := range to {
		l.hear(data)
	}
	return nil
}

// Listen implements cluster.Net.
func (n *Net) Listen(subject string, hear func(data []byte)) (stop func(), err error) {
	h := n.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	l := &listener{n.node, hear}
	if h.listeners[subject] == nil {
		h.listeners[subject] = map[*listener]struct{}{}
	}
	h.listeners[subject][l] = struct{}{}
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.listeners[subject], l)
	}, nil
}
