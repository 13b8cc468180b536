package room

import "time"

// TurnLog is what the turns of a room were, folded from its records.
type TurnLog struct {
	state State
	turns []*TurnView
	byID  map[string]*TurnView
	seqOf map[string]uint64 // turn → seq of its message
}

// TurnView is a turn as a host or a researcher sees it.
type TurnView struct {
	Turn     string        `json:"turn"`
	Agent    string        `json:"agent"`
	Kind     TurnKind      `json:"kind"`
	Covers   []Ref         `json:"covers" doc:"seqs, and names of triggers that have none"`
	State    string        `json:"state" doc:"open, or the outcome"`
	ReplySeq *uint64       `json:"reply_seq"`
	Reason   *string       `json:"reason"`
	BeganAt  string        `json:"began_at"`
	EndedAt  *string       `json:"ended_at"`
	Attempts []AttemptView `json:"attempts"`
}

// AttemptView is one model call of a turn.
type AttemptView struct {
	N                int     `json:"n"`
	Model            string  `json:"model"`
	Node             string  `json:"node"`
	StartedAt        string  `json:"started_at"`
	EndedAt          *string `json:"ended_at"`
	PromptTokens     int     `json:"prompt_tokens"`
	CompletionTokens int     `json:"completion_tokens"`
	Outcome          *string `json:"outcome"`
}

// Apply folds the next record in.
func (l *TurnLog) Apply(r Record) error {
	if l.byID == nil {
		l.byID, l.seqOf = map[string]*TurnView{}, map[string]uint64{}
	}
	seq := l.state.Seq
	for _, e := range r.Events {
		if public(e) {
			seq++
		}
		l.applyEvent(e, seq, r.At)
	}
	return l.state.ApplyRecord(r)
}

func (l *TurnLog) applyEvent(e Event, seq uint64, at time.Time) {
	switch e := e.(type) {
	case MessagePosted:
		if e.Turn != "" {
			l.seqOf[e.Turn] = seq
		}
	case TurnBegan:
		t := l.turn(e.Turn, e.Agent, e.Kind, at)
		t.Attempts = append(t.Attempts, AttemptView{N: e.Attempt, Model: e.Model, Node: e.Node, StartedAt: Time(at)})
	case AttemptFailed:
		l.call(e.Turn, e.Call, at)
	case ReplyDrafted:
		l.call(e.Turn, e.Call, at)
	case TurnEnded:
		l.ended(e, at)
	case RoomCreated, PlayerSeated, SeatFreed, PlayerJoined, PlayerLeft, HostPassed, PhaseBegan, Paused, Resumed, VoteCast, RoundEnded, RolesRevealed, TriggerRaised:
	}
}

func (l *TurnLog) turn(id, agent string, kind TurnKind, at time.Time) *TurnView {
	t, ok := l.byID[id]
	if !ok {
		t = &TurnView{Turn: id, Agent: agent, Kind: kind, State: "open", Covers: []Ref{}, BeganAt: Time(at), Attempts: []AttemptView{}}
		l.byID[id] = t
		l.turns = append(l.turns, t)
	}
	return t
}

func (l *TurnLog) call(turn string, c Call, at time.Time) {
	t, ok := l.byID[turn]
	if !ok || c.Attempt < 1 || c.Attempt > len(t.Attempts) {
		return
	}
	a := &t.Attempts[c.Attempt-1]
	outcome := string(c.Outcome)
	a.Outcome = &outcome
	if c.Drafted {
		return
	}
	ended := Time(at)
	a.EndedAt, a.PromptTokens, a.CompletionTokens = &ended, c.PromptTokens, c.CompletionTokens
}

func (l *TurnLog) ended(e TurnEnded, at time.Time) {
	t := l.turn(e.Turn, e.Agent, l.state.turnKind(), at)
	ended := Time(at)
	t.State, t.Covers, t.EndedAt = string(e.Outcome), e.Covers, &ended
	if e.Reason != "" {
		t.Reason = &e.Reason
	}
	if e.Call != nil {
		l.call(e.Turn, *e.Call, at)
	}
	if seq, ok := l.seqOf[e.Turn]; ok && e.Outcome == Replied {
		t.ReplySeq = &seq
	}
}

// Turns returns the turns in the order in which they began, open ones with
// what they cover so far.
func (l *TurnLog) Turns() []TurnView {
	open := map[string][]Ref{}
	for _, p := range l.state.agents() {
		if p.agent.turn != nil {
			open[p.agent.turn.ID] = refs(p.agent.covered())
		}
	}
	out := make([]TurnView, len(l.turns))
	for i, t := range l.turns {
		out[i] = *t
		if c, ok := open[t.Turn]; ok {
			out[i].Covers = c
		}
	}
	return out
}
