package host

import (
	"fmt"
	"slices"
	"time"

	"parley/internal/eventlog"
	"parley/room"
)

// apply folds a proposal's record into the state, once.
func (r *runner) apply(p *proposal) error {
	if p.folded {
		return nil
	}
	triggers, suppressed := r.state.Triggers, r.state.Suppressed
	if err := r.state.ApplyRecord(*p.record); err != nil {
		return err
	}
	p.folded = true
	p.seen.Triggers, p.seen.Suppressed = r.state.Triggers-triggers, r.state.Suppressed-suppressed
	for _, e := range p.record.Events {
		if e, ok := e.(room.PlayerSeated); ok && p.res.Player == "" {
			p.res.Player = e.Player
		}
	}
	if scene, ok := r.state.Scene(p.res.Turn); ok {
		p.res.Scene = &scene
	}
	return nil
}

// tellAll answers proposals whose records are in the log, and tells everybody
// who listens.
func (r *runner) tellAll(all []*proposal, places []eventlog.Seq) {
	var shown []Frame
	closed := false
	for _, p := range all {
		if p.record == nil {
			continue
		}
		began := time.Now()
		err := r.apply(p)
		if err == nil {
			shown, err = r.note(places[0], *p.record, shown)
		}
		if err != nil {
			r.doubt(err)
			p.err = err
			break
		}
		closed = closes(*p.record)
		places = places[1:]
		p.seen.Record = p.record
		p.seen.Held += time.Since(began)
	}
	r.publish(shown, closed)
}

// fold applies a record that is in the log and tells everybody who listens.
func (r *runner) fold(place eventlog.Seq, rec room.Record) error {
	if err := r.state.ApplyRecord(rec); err != nil {
		return err
	}
	shown, err := r.note(place, rec, nil)
	if err != nil {
		return err
	}
	r.publish(shown, closes(rec))
	return nil
}

// note keeps a record that is in the log and in the state for those who come
// later, tells the hooks of it, and appends to shown what watchers are to get.
func (r *runner) note(place eventlog.Seq, rec room.Record, shown []Frame) ([]Frame, error) {
	r.place = place
	delete(r.way, rec.Node)
	if r.audience.empty() || rec.Ordinal <= r.told {
		r.tail.keep(rec)
	} else {
		now, err := room.Show(rec)
		if err == nil {
			err = r.tail.add(now)
		}
		if err != nil {
			return shown, fmt.Errorf("encode record %d of room %s: %w", rec.Ordinal, r.code, err)
		}
		shown = append(shown, now...)
	}
	if rec.Ordinal <= r.told {
		return shown, nil
	}
	r.told = rec.Ordinal
	if rec.Head != nil {
		r.h.headChanged(*rec.Head)
	}
	if rec.Node != r.h.Node && shownPerson(rec) && rec.At.After(r.lastSeen) {
		r.lastSeen = rec.At
	}
	for _, e := range rec.Events {
		r.announce(e)
	}
	return shown, nil
}

// closes reports whether the room is closed by a record.
func closes(rec room.Record) bool {
	return slices.ContainsFunc(rec.Events, func(e room.Event) bool {
		p, ok := e.(room.PhaseBegan)
		return ok && p.Phase == room.PhaseClosed
	})
}

// announce tells the crew, the typing signs and the log file of an event.
func (r *runner) announce(e room.Event) {
	over := func(turn string, attempt int) {
		if r.h.Over != nil {
			r.h.Over(r.code, turn, attempt)
		}
	}
	switch e := e.(type) { //nolint:gochecksumtype // the others concern nobody here
	case room.MessagePosted:
		r.stopTyping(e.Player)
	case room.TurnBegan:
		r.h.Logger.Info("turn begun", "room", r.code, "agent", e.Agent, "turn", e.Turn, "attempt", e.Attempt, "model", e.Model)
	case room.AttemptFailed:
		over(e.Turn, e.Call.Attempt)
		r.h.Logger.Info("attempt failed", "room", r.code, "agent", e.Agent, "turn", e.Turn, "attempt", e.Call.Attempt, "outcome", e.Call.Outcome)
	case room.TurnEnded:
		if e.Call != nil {
			over(e.Turn, e.Call.Attempt)
		}
		r.h.Logger.Info("turn ended", "room", r.code, "agent", e.Agent, "turn", e.Turn, "outcome", e.Outcome, "reason", e.Reason, "covers", len(e.Covers))
	}
}
