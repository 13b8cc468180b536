package room

import (
	"slices"
	"strings"
)

func (d *decision) answer(c Answer) error {
	if done, err := d.answeredBefore(c.Turn, c.Attempt, c.words()); done {
		return err
	}
	p, err := d.current(c.Turn, c.Attempt)
	if err != nil {
		return err
	}
	call := Call{Attempt: c.Attempt, Outcome: CallAnswered, PromptTokens: c.PromptTokens, CompletionTokens: c.CompletionTokens}
	if d.s.over(d.m.At) {
		return d.late(p, c, call)
	}
	if err := c.fits(p.agent.turn.Kind); err != nil {
		return err
	}
	if p.agent.turn.Kind == TurnVote && (!c.Outside || !c.pass()) {
		return d.answerVote(p, c, call)
	}
	draft := ReplyDrafted{Turn: c.Turn, Agent: p.Name, Call: call, Pass: c.pass(), Due: c.Due, Typing: c.Typing}
	if !draft.Pass {
		if draft.Text, err = d.postable(c.Text); err != nil {
			return d.refuseAnswer(p, c, call, err)
		}
	}
	switch {
	case c.Due.After(d.m.At):
		d.emit(draft)
	case draft.Pass:
		d.end(p, TurnEnded{Outcome: Silent, Reason: ReasonChosen, Call: &call})
	default:
		d.reply(p, draft.Text, &call)
	}
	return nil
}

// fits refuses what a program outside says to a turn of another kind. It may
// keep silent in a vote, as people may.
func (c Answer) fits(kind TurnKind) error {
	switch {
	case !c.Outside || c.pass():
	case kind == TurnVote && c.Suspect == "":
		return invalid("outcome", "This turn is a vote: vote for somebody, or keep silent.")
	case kind == TurnMessage && c.Suspect != "":
		return invalid("outcome", "This turn is no vote.")
	}
	return nil
}

// late handles an answer after the bell: a recorded cancellation, never a line.
func (d *decision) late(p *Player, c Answer, call Call) error {
	if c.Outside {
		return refuse(Conflict, "The time of this phase is over.")
	}
	call.Outcome = CallCancelled
	e := TurnEnded{Turn: c.Turn, Agent: p.Name, Outcome: Cancelled, Reason: ReasonPhase, Covers: refs(p.agent.pending), Call: &call}
	d.emit(e)
	return nil
}

// postable returns the line as it may be posted, or why it may not: it is
// empty, too long, or repeats what it or another agent said lately.
func (d *decision) postable(text string) (string, error) {
	text, err := Text("text", text, MaxText)
	if err != nil {
		return "", err
	}
	folded := Fold(text)
	lately := d.s.Lines[max(0, len(d.s.Lines)-keepLines/2):]
	if slices.ContainsFunc(lately, func(l Line) bool { return l.Agent && Fold(l.Text) == folded }) {
		return "", invalid("text", "An agent said just this a moment ago.")
	}
	return text, nil
}

// refuseAnswer ends an attempt whose answer cannot be posted. A program
// outside may simply answer again; a model gets one more attempt.
func (d *decision) refuseAnswer(p *Player, c Answer, call Call, why error) error {
	if c.Outside {
		return why
	}
	call.Outcome = CallRefused
	d.fail(p, call, retry{reason: string(CallRefused)})
	return nil
}

// reply posts the turn's one line together with its outcome.
func (d *decision) reply(p *Player, text string, call *Call) {
	d.line(MessagePosted{Player: p.Name, Text: text, Hop: d.hop(p.agent), Turn: p.agent.turn.ID})
	d.end(p, TurnEnded{Outcome: Replied, Call: call})
}

// hop returns the hop of an answer: one more than the lowest it covers, and 1
// when it covers no line.
func (d *decision) hop(a *cursor) int {
	hop, lines := 0, 0
	for _, t := range a.covered() {
		if t.Kind != TriggerLine {
			continue
		}
		if lines == 0 || t.Hop < hop {
			hop = t.Hop
		}
		lines++
	}
	return hop + 1
}

// keepAnswers is how many answers of an outside agent are remembered.
const keepAnswers = 32

// wordFailed is what is remembered of a turn that its agent gave up.
const wordFailed = "failed"

// answeredBefore settles the call of an outside agent that comes again: the
// same words get the first answer, other words a conflict.
func (d *decision) answeredBefore(turn string, attempt int, words string) (bool, error) {
	for _, p := range d.s.agents() {
		for _, t := range p.agent.last {
			if t.turn != turn || t.attempt != attempt {
				continue
			}
			if t.words != words {
				return true, refuse(Conflict, "Turn %s has been answered otherwise.", turn)
			}
			d.Seq, d.Again = t.seq, true
			return true, nil
		}
	}
	return false, nil
}

// pass reports whether the answer is silence: said so, or by the word alone.
func (c Answer) pass() bool { return c.Pass || (c.Suspect == "" && isPass(c.Text)) }

// words is an answer as it is compared with an earlier one.
func (c Answer) words() string {
	switch {
	case c.pass():
		return "pass"
	case c.Suspect != "":
		return "vote " + foldName(c.Suspect)
	}
	return "text " + strings.TrimSpace(c.Text)
}
