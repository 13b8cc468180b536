package room

import "time"

// Version is the version of Record that this code writes.
const Version = 1

// Record is the events of one append, with its place, time and cause. What a
// room is, is its records folded in order.
type Record struct {
	V       int       `json:"v"`
	Room    string    `json:"room"`
	Ordinal uint64    `json:"ord"`   // 1, 2, 3 … in a room, without gaps
	ID      string    `json:"id"`    // unique to the append, the same when it is tried again
	At      time.Time `json:"at"`    // never before the record before it
	Node    string    `json:"node"`  // who appended it
	Cause   string    `json:"cause"` // the command's name
	Seq     uint64    `json:"seq"`   // the last public seq after it
	Events  []Event   `json:"events"`
	Head    *Head     `json:"head,omitempty"` // set when the head changed
}

// Head is what a list of rooms shows, and whether the room wants attention.
type Head struct {
	Code      string    `json:"code"`
	Title     string    `json:"title"`
	Mode      Mode      `json:"mode"`
	Status    Status    `json:"status"`
	Unlisted  bool      `json:"unlisted,omitempty"`
	Locked    bool      `json:"locked,omitempty"`  // asks for a password
	Follows   string    `json:"follows,omitempty"` // the room whose people are invited
	People    int       `json:"people"`
	Seats     int       `json:"seats"`
	Players   int       `json:"players"`
	CreatedAt time.Time `json:"created_at"`
	// Busy is true while the room has a clock running, a turn open or a
	// trigger pending: after a restart somebody has to look after it.
	Busy bool `json:"busy,omitempty"`
}
