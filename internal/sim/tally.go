package sim

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"parley/internal/verify"
	"parley/room"
)

// Tally is what worlds come to, in numbers.
type Tally struct { //nolint:recvcheck // merge and add alone change it; whoever reads has a value
	Seeds     int            `json:"seeds"`
	Rooms     int            `json:"rooms"`
	RoomHours float64        `json:"room_hours"`
	Events    int            `json:"events"`
	Triggers  int            `json:"triggers"`
	Turns     int            `json:"turns"`
	Replies   int            `json:"replies"`
	Doubled   int            `json:"duplicate_replies"`
	Uncovered int            `json:"uncovered_triggers"`
	Twice     int            `json:"doubly_covered_triggers"`
	Attempts  int            `json:"attempts"` // of agents of a node
	Calls     int            `json:"calls"`    // that reached a model
	Extra     map[string]int `json:"extra"`    // attempts after a turn's first, by why the one before ended
	Seconds   float64        `json:"seconds"`  // of the wall
}

// add counts a room.
func (t *Tally) add(r verify.Report, records []room.Record) {
	t.Rooms++
	t.RoomHours += records[len(records)-1].At.Sub(records[0].At).Hours()
	t.Events += r.Events
	t.Triggers += r.Triggers
	t.Turns += r.Turns
	t.Replies += r.Replies
	t.Doubled += r.DuplicateReplies
	t.Uncovered += r.UncoveredTriggers
	t.Twice += r.DoublyCoveredTriggers
	t.Attempts += r.ModelCalls
}

// merge adds the worlds of another tally.
func (t *Tally) merge(o Tally) {
	t.Seeds += o.Seeds
	t.Rooms += o.Rooms
	t.RoomHours += o.RoomHours
	t.Events += o.Events
	t.Triggers += o.Triggers
	t.Turns += o.Turns
	t.Replies += o.Replies
	t.Doubled += o.Doubled
	t.Uncovered += o.Uncovered
	t.Twice += o.Twice
	t.Attempts += o.Attempts
	t.Calls += o.Calls
	if t.Extra == nil {
		t.Extra = map[string]int{}
	}
	for why, n := range o.Extra {
		t.Extra[why] += n
	}
}

// WriteText writes the numbers, a line each.
func (t Tally) WriteText(to io.Writer) error {
	for _, line := range []struct {
		name string
		n    any
	}{
		{"seeds", t.Seeds},
		{"rooms", t.Rooms},
		{"room-hours", fmt.Sprintf("%.0f", t.RoomHours)},
		{"events", t.Events},
		{"triggers", t.Triggers},
		{"turns", t.Turns},
		{"replies", t.Replies},
		{"duplicate replies", t.Doubled},
		{"uncovered triggers", t.Uncovered},
		{"doubly covered triggers", t.Twice},
		{"attempts", t.Attempts},
		{"calls", t.Calls},
	} {
		if _, err := fmt.Fprintf(to, "%-28s%v\n", line.name, line.n); err != nil {
			return err
		}
	}
	for _, why := range slices.Sorted(maps.Keys(t.Extra)) {
		if _, err := fmt.Fprintf(to, "%-28s%d\n", "further attempts, "+why, t.Extra[why]); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(to, "%-28s%.1f\n", "seconds", t.Seconds)
	return err
}
