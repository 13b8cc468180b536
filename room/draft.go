package room

import "time"

// A draft that nobody has posted by its time, since no node was there, is put
// off. Those of several agents would otherwise come in one moment.
const (
	overdue    = 2 * time.Second // after its time
	maxPutOff  = 3               // times, so that a slow node posts it at last
	longPutOff = 20 * time.Second
)

// overdue reports whether the draft of a game is to be put off. Silence that
// is over shows nothing.
func (d *decision) overdue(t *Draft) bool {
	return d.s.Config.Mode == Imitation && !t.Pass && t.putOff < maxPutOff && d.m.At.Sub(t.Due) > overdue
}

// putOff drafts the answer anew for a later moment that is drawn, rather soon
// than late, within what is left of the phase. What would have been typed since
// is typed then.
func (d *decision) putOff(p *Player) {
	t := p.agent.turn
	longest := longPutOff
	if !d.s.EndsAt.IsZero() {
		longest = max(min(longest, d.s.EndsAt.Sub(d.m.At)*3/4), 10*time.Millisecond)
	}
	const steps = 1000
	lot := d.draw.below(steps)
	after := longest/10 + longest*9/10*time.Duration(lot*lot)/(steps*steps)
	due := d.m.At.Add(after).Truncate(time.Millisecond)
	call := Call{Attempt: t.Attempt, Outcome: CallAnswered, Drafted: true}
	if t.Draft.Random {
		call.Outcome = CallRefused
	}
	e := ReplyDrafted{Turn: t.ID, Agent: p.Name, Call: call, Text: t.Draft.Text, Suspect: t.Draft.Suspect, Random: t.Draft.Random, Due: due}
	for _, s := range t.Draft.Typing {
		if s.From = s.From.Add(due.Sub(t.Draft.Due)); s.From.After(d.m.At) {
			e.Typing = append(e.Typing, Stretch{From: s.From, To: s.To.Add(due.Sub(t.Draft.Due))})
		}
	}
	d.emit(e)
}

// shown reports whether the answer is seen being typed by then.
func (t *Draft) shown(at time.Time) bool { return len(t.Typing) > 0 && !t.Typing[0].From.After(at) }
