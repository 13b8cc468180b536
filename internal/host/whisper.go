package host

import (
	"encoding/json"
	"slices"
	"time"
)

// whisper is what nodes tell each other of a room and no log has to keep.
type whisper struct {
	Node   string   `json:"node"`
	Kind   string   `json:"kind"`
	People []string `json:"people,omitempty"` // here: who has a socket on the node
	Ago    int64    `json:"ago,omitempty"`    // here: milliseconds since a person was there
	Ask    bool     `json:"ask,omitempty"`    // here: the others are to say the same
	Player string   `json:"player,omitempty"` // typing
}

// The kinds of whispers.
const (
	whisperHere   = "here"   // the node has the room in memory
	whisperGone   = "gone"   // it has not any more
	whisperTyping = "typing" // a person types
	whisperWay    = "way"    // the others are to let the node append first
)

// seenEvery is how often at most a node tells that a person without a socket is
// there: often enough for hereFor.
const seenEvery = hereFor / 3

// parseWhisper reads what another node says; false for what is in no form and
// for this node's own words.
func parseWhisper(data []byte, node string) (whisper, bool) {
	var w whisper
	err := json.Unmarshal(data, &w)
	return w, err == nil && w.Node != "" && w.Node != node
}

func (r *runner) tell(w whisper) {
	w.Node = r.h.Node
	b, err := json.Marshal(w)
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	r.h.Cluster.Tell(r.code, b)
}

// tellHere says that the room is in memory here, and who is there.
func (r *runner) tellHere(ask bool) {
	if r.h.Cluster.Single() {
		return
	}
	r.toldSeen = r.lastSeen
	r.tell(whisper{Kind: whisperHere, People: r.audience.people(), Ago: r.h.Now().Sub(r.lastSeen).Milliseconds(), Ask: ask})
}

// hear takes the words of another node.
func (r *runner) hear(w whisper) {
	if r.broken != nil {
		return
	}
	now := r.h.Now()
	switch w.Kind {
	case whisperHere:
		r.peerHas(w.Node, w.People)
		if seen := now.Add(-time.Duration(w.Ago) * time.Millisecond); seen.After(r.lastSeen) {
			r.lastSeen = seen
		}
		if w.Ask {
			r.tellHere(false)
		}
	case whisperGone:
		r.peerHas(w.Node, nil)
		delete(r.peers, w.Node)
	case whisperWay:
		r.giveWay(w.Node, time.Now())
	case whisperTyping:
		if p, ok := r.state.Player(w.Player); ok && p.InPlay() {
			r.sign(p.Name, now)
		}
	}
}

// peerHas notes who has a socket on another node, and shows who has come and
// who has gone.
func (r *runner) peerHas(node string, people []string) {
	before := r.peers[node]
	r.peers[node] = nil
	for _, name := range before {
		if !slices.Contains(people, name) && !r.has(name) {
			r.showPresence(name, false)
			r.lastSeen = r.h.Now()
		}
	}
	for _, name := range people {
		if !slices.Contains(before, name) && !r.has(name) {
			r.showPresence(name, true)
		}
	}
	r.peers[node] = people
}

// has reports whether a person has a socket on any node.
func (r *runner) has(player string) bool {
	return r.audience.count(player) > 0 || r.elsewhere(player)
}

// renew looks at the other nodes anew after some have come or gone: those that
// are not heard of any more have no people here.
func (r *runner) renew() {
	moves := r.h.moves.Load()
	if r.moves == moves {
		return
	}
	r.moves, r.suspect = moves, true
	for node := range r.peers {
		if !r.h.Cluster.Knows(node) {
			r.peerHas(node, nil)
			delete(r.peers, node)
		}
	}
	live := r.h.Cluster.Knows(r.h.Node)
	switch {
	case live && !r.heard:
		r.tellHere(true) // what was said meanwhile is lost
	case !live && r.heard:
		r.dismiss(ErrGoingDown) // cut off; other nodes can show the room
	}
	r.heard = live
}
