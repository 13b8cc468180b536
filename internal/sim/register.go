package sim

import (
	"math"
	"time"

	"github.com/anishathalye/porcupine"
)

// asked is a client's request to a room as a register of lines: one posts a
// line, the other reads all.
type asked struct {
	line     string // posted; empty for a read
	seq      uint64 // that it was given; 0: none, or not known
	refused  bool
	through  uint64   // the last seq that was read
	read     [][]byte // the frames up to there, if they were read from a host
	place    int      // of the line among those of the log, from 1; or how many were read
	call     time.Time
	answered time.Time // zero: nobody knows whether it happened
}

// register is the state that porcupine follows: how many lines there are, and
// the last seq given or seen.
type register struct {
	lines int
	last  uint64
}

// post says what the register is after a line was posted, and whether it is the
// line's turn. Without its place a line could come too early, and porcupine
// would try all subsets of those that are under way.
func (r register) post(a asked) (next register, ok bool) {
	return register{a.place, a.seq}, a.place == r.lines+1 && a.seq > r.last
}

// shows says what the register is after it was read, and whether all that it
// holds was read.
func (r register) shows(a asked) (next register, ok bool) {
	return register{r.lines, a.through}, a.place == r.lines && a.through >= r.last
}

// once makes one request of those that posted the same line: it was posted
// after one of them was made, and before any of them was answered.
func once(history []asked) []asked {
	var out []asked
	place := map[string]int{}
	for _, a := range history {
		i, again := place[a.line]
		if a.line == "" || !again {
			place[a.line] = len(out)
			out = append(out, a)
			continue
		}
		first := &out[i]
		if a.call.Before(first.call) {
			first.call = a.call
		}
		if first.answered.IsZero() || !a.answered.IsZero() && a.answered.Before(first.answered) {
			first.answered = a.answered
		}
	}
	return out
}

// linearizable reports whether the requests can have happened one after the
// other, each between its call and its answer, and whether that was found out.
func linearizable(history []asked, limit time.Duration) (ok, known bool) {
	history = once(history)
	model := porcupine.Model{
		Init: func() any { return register{} },
		Step: func(state, input, _ any) (bool, any) {
			r, a := state.(register), input.(asked) // there are no others
			do := r.shows
			if a.line != "" {
				do = r.post
			}
			next, ok := do(a)
			return ok, next
		},
	}
	ops := make([]porcupine.Operation, len(history))
	for i, a := range history {
		ops[i] = porcupine.Operation{ClientId: i, Input: a, Call: a.call.UnixNano(), Return: math.MaxInt64}
		if !a.answered.IsZero() {
			ops[i].Return = a.answered.UnixNano()
		}
	}
	res := porcupine.CheckOperationsTimeout(model, ops, limit)
	return res != porcupine.Illegal, res != porcupine.Unknown
}
