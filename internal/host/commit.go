package host

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"parley/internal/eventlog"
	"parley/room"
)

const (
	appendLimit  = 20 * time.Second // for one append with all its doubts settled
	maxConflicts = 50               // others who came first, in a row
)

// proposal is a command on its way into the log, and what became of it.
type proposal struct {
	command room.Command
	waited  time.Duration
	res     Result
	err     error

	record *room.Record // what it comes to; nil for nothing
	folded bool         // the record is in the state
	seen   Observation

	begun func(*room.Scene, error) // of what the room itself has added
}

// submit is submitAll for one command.
func (r *runner) submit(c room.Command, waited time.Duration) (Result, error) {
	p := &proposal{command: c, waited: waited}
	r.submitAll([]*proposal{p})
	return p.res, p.err
}

// submitAll decides commands one after the other, each on the state that those
// before it make, appends what they come to together, and fans it out. Nobody
// hears of any of it, and none is answered, before it is in the log. When
// others appended first their records are folded in, and what was not stored is
// decided anew.
func (r *runner) submitAll(left []*proposal) {
	defer func() { r.asked = false }()
	var begins []*proposal
	defer func() {
		for _, p := range begins {
			p.begun(p.res.Scene, p.err)
		}
	}()
	for lost := 0; lost < maxConflicts; lost++ {
		if err := r.letPass(); err != nil {
			fail(left, err)
			return
		}
		all, n, err := r.try(left)
		begins = append(begins, all[len(left):]...)
		left = all
		conflict := errors.Is(err, eventlog.ErrConflict)
		if err != nil && !conflict {
			fail(left[n:], err)
			return
		}
		before := len(left)
		left = append(r.hasty(left[:n]), left[n:]...)
		if len(left) == 0 || (!conflict && r.broken != nil) {
			return
		}
		if len(left) < before {
			lost = 0
		}
		r.askWay(lost + 1)
		news, unread := r.reread(left)
		switch {
		case unread != nil && (conflict || r.broken != nil):
			fail(left, fmt.Errorf("read what others appended: %w", unread))
			return
		case !conflict && !news:
			return
		}
	}
	fail(left, fmt.Errorf("room %s: others came first %d times: %w", r.code, maxConflicts, eventlog.ErrConflict))
}

func fail(left []*proposal, err error) {
	for _, p := range left {
		p.res, p.err = Result{}, err
	}
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

// hasty returns those whose refusal may be due to what this node has not heard
// of yet. Where others append too, only the newest state refuses.
func (r *runner) hasty(settled []*proposal) []*proposal {
	var out []*proposal
	for _, p := range settled {
		if _, refused := errors.AsType[*room.Error](p.err); refused && !r.h.Cluster.Single() {
			out = append(out, p)
		}
	}
	return out
}

// try decides and appends once, with the beginnings that belong with it. It
// returns all of them, how many are settled, and why the next one is not.
func (r *runner) try(all []*proposal) ([]*proposal, int, error) {
	recs, err := r.decideAll(make([]room.Record, 0, len(all)), all)
	if err == nil && len(recs) > 0 {
		var begins []*proposal
		if begins, err = r.claim(all); len(begins) > 0 {
			all = append(slices.Clip(all), begins...)
			recs, err = r.decideAll(recs, begins)
		}
	}
	if err != nil {
		return all, 0, err
	}
	began := time.Now()
	places, err := r.append(recs)
	appending := time.Since(began)
	n := settled(all, len(places))
	if err == nil {
		n = len(all)
	}
	r.tellAll(all[:n], places)
	if err != nil {
		r.distrust(err, all[n:])
	}
	for i, p := range all {
		if i >= n {
			p.seen.Err = err
		}
		if p.record != nil {
			p.seen.Appending = appending
			p.seen.Held += appending
		}
		if r.h.Observe != nil {
			r.h.Observe(p.seen)
		}
	}
	return all, n, err
}

// settled returns how many proposals are when so many records are stored.
func settled(all []*proposal, stored int) int {
	for i, p := range all {
		if p.record == nil {
			continue
		}
		if stored == 0 {
			return i
		}
		stored--
	}
	return len(all)
}

// decideAll decides each proposal on the state that the ones before it make, and
// adds their records to recs. The last record is not in the state yet:
// nobody decides on it before it is stored.
func (r *runner) decideAll(recs []room.Record, all []*proposal) ([]room.Record, error) {
	for i, p := range all {
		r.decide(p)
		if p.record == nil {
			continue
		}
		recs = append(recs, *p.record)
		if i == len(all)-1 {
			break
		}
		if err := r.apply(p); err != nil {
			r.doubt(err)
			return nil, err
		}
	}
	return recs, nil
}

func (r *runner) decide(p *proposal) {
	began := time.Now()
	*p = proposal{command: p.command, waited: p.waited, begun: p.begun, seen: Observation{Room: r.code, Command: p.command, Waited: p.waited}}
	defer func() { p.seen.Err, p.seen.Held = p.err, time.Since(began) }()
	if _, creating := p.command.(room.Create); !creating && !r.state.Exists() {
		p.err = ErrUnknown
		return
	}
	m := room.Moment{At: r.h.Now().UTC().Truncate(time.Millisecond), Chance: r.h.Chance()}
	p.res.Before = r.state.Seq
	d, err := room.Decide(r.state, m, p.command)
	if err != nil {
		r.logRefusal(p.command, err)
		p.err = err
		return
	}
	p.res.Decision = d
	if byPerson(p.command) {
		r.lastSeen = m.At
	}
	if len(d.Events) == 0 {
		return
	}
	rec := room.NewRecord(r.state, m, p.command, d.Events)
	rec.ID, rec.Node = r.recordID(), r.h.Node
	p.record = &rec
}

// append puts records into the log and returns the places of those that are
// there, with the reason why the next one is not.
func (r *runner) append(recs []room.Record) ([]eventlog.Seq, error) {
	if len(recs) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), appendLimit)
	defer cancel()
	return eventlog.AppendAll(ctx, r.h.Log, r.place, recs)
}

// distrust gives the state up if it holds, or may lack, what the log does not,
// or does, after an append has failed; it is then folded from the log before
// anything else happens. After a conflict reread does that.
func (r *runner) distrust(err error, left []*proposal) {
	switch {
	case errors.Is(err, eventlog.ErrConflict):
		left[0].seen.Conflict = true
		return
	case errors.Is(err, eventlog.ErrInvalid), errors.Is(err, eventlog.ErrClosed):
		if !slices.ContainsFunc(left, func(p *proposal) bool { return p.folded }) {
			return
		}
	default:
		for _, p := range left {
			if p.record != nil {
				r.h.orphaned(*p.record)
			}
		}
		r.h.Logger.Error("append failed", "room", r.code, "error", err)
	}
	r.doubt(errInDoubt)
}

// reread brings the state to where the log is, and reports whether others have
// appended.
func (r *runner) reread(left []*proposal) (bool, error) {
	if r.broken != nil || slices.ContainsFunc(left, func(p *proposal) bool { return p.folded }) {
		r.open() // the state holds what was not stored
		return r.broken == nil, r.broken
	}
	return r.hearMore()
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
