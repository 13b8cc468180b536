package verify

import (
	"fmt"
	"io"
	"time"
)

// Report is what the logs of some rooms come to.
type Report struct { //nolint:recvcheck // Add alone changes it; whoever reads has a value
	Rooms  int `json:"rooms"`
	Events int `json:"events"` // public or not
	// Triggers counts pairs of a trigger and an agent.
	Triggers int `json:"triggers"`
	// Turns counts those that ended, begun or not, and those that are open.
	Turns   int `json:"turns"`
	Replies int `json:"replies"` // agents' lines
	// DuplicateReplies counts replies of a turn that had replied, or to a
	// trigger that the agent had replied to.
	DuplicateReplies int `json:"duplicate_replies"`
	// UncoveredTriggers counts those that can no longer be covered in their place.
	UncoveredTriggers     int     `json:"uncovered_triggers"`
	DoublyCoveredTriggers int     `json:"doubly_covered_triggers"`
	PendingTriggers       int     `json:"pending_triggers"` // not covered yet
	OpenTurns             int     `json:"open_turns"`
	ModelCalls            int     `json:"model_calls"`  // attempts but those claimed from outside
	WastedCalls           int     `json:"wasted_calls"` // those of them that ended otherwise than answered
	Faults                []Fault `json:"faults"`
}

// Fault is a place in a log at which a rule does not hold.
type Fault struct {
	Room    string `json:"room"`    // empty: it is of no room but of the file
	Ordinal uint64 `json:"ordinal"` // of the record
	Rule    string `json:"rule"`    // a short name that stays the same
	Detail  string `json:"detail"`  // a sentence for people
}

// String returns the fault as one line.
func (f Fault) String() string {
	if f.Room == "" {
		return fmt.Sprintf("%s: %s", f.Rule, f.Detail)
	}
	return fmt.Sprintf("room %s, record %d: %s: %s", f.Room, f.Ordinal, f.Rule, f.Detail)
}

// OK reports whether every log is sound.
func (r Report) OK() bool {
	return len(r.Faults) == 0 && r.DuplicateReplies == 0 && r.UncoveredTriggers == 0 && r.DoublyCoveredTriggers == 0
}

// Add adds another report's rooms to this one.
func (r *Report) Add(o Report) {
	r.Rooms += o.Rooms
	r.Events += o.Events
	r.Triggers += o.Triggers
	r.Turns += o.Turns
	r.Replies += o.Replies
	r.DuplicateReplies += o.DuplicateReplies
	r.UncoveredTriggers += o.UncoveredTriggers
	r.DoublyCoveredTriggers += o.DoublyCoveredTriggers
	r.PendingTriggers += o.PendingTriggers
	r.OpenTurns += o.OpenTurns
	r.ModelCalls += o.ModelCalls
	r.WastedCalls += o.WastedCalls
	r.Faults = append(r.Faults, o.Faults...)
}

// Merge returns the sum of reports. Its Faults are never nil, so that JSON
// shows a list.
func Merge(reports ...Report) Report {
	sum := Report{Faults: []Fault{}}
	for _, r := range reports {
		sum.Add(r)
	}
	return sum
}

// WriteText writes the counts, a line each, then the faults and the verdict.
// Its error is the writer's.
func (r Report) WriteText(w io.Writer) error {
	type count struct {
		name string
		n    int
	}
	counts := []count{
		{"rooms", r.Rooms},
		{"events", r.Events},
		{"triggers", r.Triggers},
		{"turns", r.Turns},
		{"replies", r.Replies},
		{"duplicate replies", r.DuplicateReplies},
		{"uncovered triggers", r.UncoveredTriggers},
		{"doubly covered triggers", r.DoublyCoveredTriggers},
		{"pending triggers", r.PendingTriggers},
		{"open turns", r.OpenTurns},
		{"model calls", r.ModelCalls},
		{"wasted calls", r.WastedCalls},
	}
	for _, c := range counts {
		if _, err := fmt.Fprintf(w, "%-24s%d\n", c.name, c.n); err != nil {
			return err
		}
	}
	for _, f := range r.Faults {
		if _, err := fmt.Fprintln(w, f); err != nil {
			return err
		}
	}
	verdict := "every log is sound"
	if !r.OK() {
		verdict = fmt.Sprintf("not sound: faults %d", len(r.Faults))
	}
	_, err := fmt.Fprintln(w, verdict)
	return err
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
