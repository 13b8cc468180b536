package room

import (
	"fmt"
	"slices"
	"time"
)

// Trigger is something that an agent ought to consider.
type Trigger struct {
	Ref   Ref
	Pos   uint64
	Kind  TriggerKind
	Hop   int // of a line
	Chars int // of a line
}

// cursor is an agent: a place in the room's log, what lies beyond it, and the
// turn that reads it.
type cursor struct {
	name    string
	pending []Trigger // not yet covered by an outcome, oldest first
	turn    *Turn
	turns   int         // begun or ended so far
	replies []time.Time // of the last replies, for the limit a minute
	voted   bool
	outside bool
	last    []endedTurn // of an agent from outside: what it answered
}

// Turn is an agent's open turn.
type Turn struct {
	ID      string
	Agent   string
	Kind    TurnKind
	Through uint64 // position of the last trigger it covers
	Seen    uint64 // its prompt shows nothing after this position
	BeganAt time.Time
	from    uint64 // position of its beginning

	Attempt  int // the last one begun
	Running  bool
	Node     string
	Model    string
	Deadline time.Time // of the running attempt

	RetryAt  time.Time // when the next attempt may begin
	Failures int       // attempts that count against the budget of attempts
	Refusals int       // of these, answers that could not be posted
	Losses   int       // attempts whose node died
	Draft    *Draft
}

// Draft is an answer that waits for its time.
type Draft struct {
	Text    string
	Suspect string
	Random  bool
	Pass    bool
	Due     time.Time
	Typing  []Stretch
	putOff  int // times
}

// endedTurn is what an agent from outside answered, so that the same call
// again gets the first answer.
type endedTurn struct {
	turn    string
	attempt int
	words   string // outcome and words
	seq     uint64 // of the message or vote; 0 for none
}

// covered returns the triggers that the open turn covers.
func (c *cursor) covered() []Trigger {
	if c.turn == nil {
		return nil
	}
	n := 0
	for n < len(c.pending) && c.pending[n].Pos <= c.turn.Through {
		n++
	}
	return c.pending[:n]
}

// during returns the triggers that came during the open turn and that it does
// not cover.
func (c *cursor) during() []Trigger {
	rest := c.pending[len(c.covered()):]
	for len(rest) > 0 && rest[0].Pos < c.turn.from {
		rest = rest[1:]
	}
	return rest
}

// waiting counts the triggers that no open turn covers.
func (c *cursor) waiting() int { return len(c.pending) - len(c.covered()) }

// applyEnded moves the cursor. A turn that covers a trigger that is not
// pending does not follow from the log.
func (c *cursor) applyEnded(e TurnEnded, at time.Time) error {
	rest := e.Covers // in the order of pending
	c.pending = slices.DeleteFunc(c.pending, func(t Trigger) bool {
		hit := len(rest) > 0 && rest[0] == t.Ref
		if hit {
			rest = rest[1:]
		}
		return hit
	})
	if len(rest) > 0 {
		return fmt.Errorf("turn %s covers %s, which is not pending", e.Turn, rest[0])
	}
	if c.turn != nil && c.turn.ID == e.Turn {
		switch e.Outcome {
		case Silent:
			c.answered(Answer{Pass: true}, 0)
		case Failed:
			c.remember(wordFailed, 0)
		case Replied, Voted, Cancelled:
		}
		c.turn = nil
	} else {
		c.turns++
	}
	if e.Outcome == Replied {
		c.replies = append(c.replies, at)
	}
	if e.Outcome == Voted {
		c.voted = true
	}
	return nil
}

func (s *State) applyTurnBegan(c *cursor, e TurnBegan, at time.Time) error {
	if c.turn != nil && c.turn.ID != e.Turn {
		return fmt.Errorf("turn %s of %s is open", c.turn.ID, c.name)
	}
	if !c.outside {
		s.calls++
	}
	t := c.turn
	if t == nil {
		c.turns++
		t = &Turn{ID: e.Turn, Agent: e.Agent, Kind: e.Kind, BeganAt: at, from: s.Pos}
		c.turn = t
	}
	if t.Attempt == 0 || e.Through > t.Through {
		t.Through, t.Seen = e.Through, e.Through
		if c.waiting() == 0 {
			t.Seen = s.Pos
		}
	}
	t.Attempt, t.Running, t.Draft = e.Attempt, true, nil
	t.Node, t.Model, t.Deadline = e.Node, e.Model, e.Deadline
	return nil
}

func (t *Turn) applyFailed(e AttemptFailed) {
	t.Running, t.Draft, t.RetryAt = false, nil, e.RetryAt
	switch e.Call.Outcome {
	case CallLost:
		t.Losses++
	case CallCancelled:
	case CallRefused:
		t.Refusals++
		t.Failures++
	case CallAnswered, CallAuth, CallRate, CallOverload, CallTimeout, CallTruncated, CallGarbage, CallEmpty, CallError:
		t.Failures++
	}
}

func (t *Turn) applyDrafted(e ReplyDrafted) {
	t.Running = false
	before := t.Draft
	t.Draft = &Draft{Text: e.Text, Suspect: e.Suspect, Random: e.Random, Pass: e.Pass, Due: e.Due, Typing: e.Typing}
	if before != nil {
		t.Draft.putOff = before.putOff + 1
	}
}

// trigger makes an event pending for an agent.
func (s *State) trigger(c *cursor, t Trigger) {
	s.Triggers++
	c.pending = append(c.pending, t)
}

// agents returns the seats of agents, in the order of their seats.
func (s *State) agents() []*Player {
	var out []*Player
	for _, p := range s.players {
		if p.agent != nil {
			out = append(out, p)
		}
	}
	return out
}

func (s *State) applyRaised(c *cursor, e TriggerRaised, at time.Time) error {
	s.raised[e.Kind]++
	if e.Kind == TriggerSilence {
		s.silences++
		s.lastLine = at
	}
	s.trigger(c, Trigger{Ref: Ref{Name: e.Name}, Pos: s.Pos, Kind: e.Kind})
	return nil
}

// answered remembers what an agent from outside answered in its open turn.
func (c *cursor) answered(a Answer, seq uint64) { c.remember(a.words(), seq) }

func (c *cursor) remember(words string, seq uint64) {
	if !c.outside || c.turn == nil {
		return
	}
	c.last = append(c.last, endedTurn{turn: c.turn.ID, attempt: c.turn.Attempt, words: words, seq: seq})
	if len(c.last) > keepAnswers {
		c.last = slices.Delete(c.last, 0, 1)
	}
}
