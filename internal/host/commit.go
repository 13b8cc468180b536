package host

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"parley/internal/eventlog"
	"parley/room"
)

const (
	appendLimit  = 20 * time.Second // for one append with all its doubts settled
	maxConflicts = 50               // others who came first, for one command
)

// submit decides a command on the present state, appends its events, folds
// them in and fans them out. Whoever else appended first is folded in, and the
// command decided anew.
func (r *runner) submit(c room.Command, waited time.Duration) (Result, error) {
	for range maxConflicts {
		o := Observation{Room: r.code, Command: c, Waited: waited}
		began := time.Now()
		res, err := r.decide(c, &o)
		o.Held = time.Since(began)
		if r.h.Observe != nil {
			r.h.Observe(o)
		}
		conflict := errors.Is(err, eventlog.ErrConflict)
		if !conflict && !r.hasty(err) {
			return res, err
		}
		news, unread := r.hearMore()
		switch {
		case unread != nil && (conflict || r.broken != nil):
			return Result{}, fmt.Errorf("read what others appended: %w", unread)
		case !conflict && !news:
			return res, err
		}
	}
	return Result{}, fmt.Errorf("room %s: others came first %d times: %w", r.code, maxConflicts, eventlog.ErrConflict)
}

// hearMore takes in what others have appended, which has often been told
// already, and reports whether there was any.
func (r *runner) hearMore() (bool, error) {
	before := r.state.Ordinal
	r.catchNews()
	switch {
	case r.broken != nil:
		return false, r.broken
	case r.state.Ordinal > before:
		return true, nil
	}
	err := r.look()
	return r.broken == nil && r.state.Ordinal > before, err
}

// hasty reports whether a refusal may be due to what this node has not heard
// of yet. Where others append too, only the newest state refuses.
func (r *runner) hasty(err error) bool {
	_, refused := errors.AsType[*room.Error](err)
	return refused && !r.h.Cluster.Single()
}

func (r *runner) decide(c room.Command, o *Observation) (Result, error) {
	m := room.Moment{At: time.Now().UTC().Truncate(time.Millisecond), Chance: r.h.Chance()}
	res := Result{Before: r.state.Seq}
	d, err := room.Decide(r.state, m, c)
	o.Err = err
	if err != nil {
		r.logRefusal(c, err)
		return res, err
	}
	res.Decision = d
	if byPerson(c) {
		r.lastSeen = m.At
	}
	if len(d.Events) == 0 {
		return res, nil
	}
	rec := room.NewRecord(r.state, m, c, d.Events)
	rec.ID, rec.Node = r.recordID(), r.h.Node
	if err := r.append(rec, o); err != nil {
		o.Err = err
		return Result{}, err
	}
	for _, e := range d.Events {
		if p, ok := e.(room.PlayerSeated); ok && res.Player == "" {
			res.Player = p.Player
		}
	}
	if scene, ok := r.state.Scene(d.Turn); ok {
		res.Scene = &scene
	}
	return res, nil
}

// append puts the record into the log and, once it is there, into the state.
// An error other than a conflict leaves the room in doubt: its state is given
// up and folded from the log before anything else happens.
func (r *runner) append(rec room.Record, o *Observation) error {
	ctx, cancel := context.WithTimeout(context.Background(), appendLimit)
	defer cancel()
	began := time.Now()
	place, err := eventlog.AppendSettled(ctx, r.h.Log, r.place, rec)
	o.Appending = time.Since(began)
	switch {
	case errors.Is(err, eventlog.ErrConflict):
		o.Conflict = true
		return err
	case errors.Is(err, eventlog.ErrInvalid), errors.Is(err, eventlog.ErrClosed):
		return err
	case err != nil:
		r.h.orphaned(rec)
		r.doubt(errInDoubt)
		r.h.Logger.ErrorContext(ctx, "append failed", "room", r.code, "error", err)
		return err
	}
	triggers, suppressed := r.state.Triggers, r.state.Suppressed
	if err := r.fold(place, rec); err != nil {
		r.doubt(err)
		return err
	}
	o.Record, o.Triggers, o.Suppressed = &rec, r.state.Triggers-triggers, r.state.Suppressed-suppressed
	return nil
}

// fold applies a record that is in the log and tells everybody who listens.
func (r *runner) fold(place eventlog.Seq, rec room.Record) error {
	if err := r.state.ApplyRecord(rec); err != nil {
		return err
	}
	r.place = place
	shown, err := room.Show(rec)
	if err != nil {
		return fmt.Errorf("encode record %d of room %s: %w", rec.Ordinal, r.code, err)
	}
	r.tail.add(shown)
	if rec.Ordinal <= r.told {
		return nil
	}
	r.told = rec.Ordinal
	if rec.Head != nil {
		r.h.headChanged(*rec.Head)
	}
	if rec.Node != r.h.Node && shownPerson(rec) && rec.At.After(r.lastSeen) {
		r.lastSeen = rec.At
	}
	r.publish(shown)
	for _, e := range rec.Events {
		r.announce(e)
	}
	return nil
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

func (r *runner) logRefusal(c room.Command, err error) {
	switch {
	case errors.Is(err, &room.Error{Kind: room.Running}):
		r.h.Logger.Info("turn refused, running already", "room", r.code, "reason", err.Error())
	case errors.Is(err, &room.Error{Kind: room.Stale}):
		r.h.Logger.Info("outcome refused, attempt is not the current one", "room", r.code, "command", c.Cause(), "reason", err.Error())
	}
}

// recordID names an append uniquely.
func (r *runner) recordID() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], r.h.Chance())
	binary.BigEndian.PutUint64(b[8:], r.h.Chance())
	return base64.RawURLEncoding.EncodeToString(b[:])
}
