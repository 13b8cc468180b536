package verify

import (
	"slices"

	"parley/room"
)

// Record judges the room's next record. It keeps nothing of it but strings.
func (r *Room) Record(rec room.Record) {
	if r.stopped {
		return
	}
	r.current = rec.Ordinal
	if !r.follows(rec) {
		return
	}
	r.ordinal, r.cause = rec.Ordinal, rec.Cause
	r.stamped(rec)
	if r.clock.phase == room.PhaseClosed {
		r.fault(ruleClosed, "%s comes after the room was closed", rec.Cause)
		return
	}
	for i, e := range rec.Events {
		_, creates := e.(room.RoomCreated)
		if creates != (rec.Ordinal == 1 && i == 0) {
			r.stop(ruleCreated, "event %d is %s", i+1, e.Type())
		}
		if r.stopped {
			return
		}
		r.report.Events++
		r.pos++
		if public(e) {
			r.seq++
		}
		if r.clock.phase == room.PhaseClosed {
			r.fault(ruleClosed, "%s comes after the room was closed", e.Type())
			continue
		}
		r.event(e)
	}
	if r.stopped {
		return
	}
	r.counted(rec)
	r.settled()
	if r.clock.phase == room.PhaseClosed {
		r.release()
	}
}

// follows reports whether the record can be read as the next one.
func (r *Room) follows(rec room.Record) bool {
	switch {
	case rec.V < 1 || rec.V > room.Version:
		r.stop(ruleVersion, "version %d is not known", rec.V)
	case rec.Ordinal <= r.ordinal:
		r.fault(ruleOrdinal, "record %d comes after record %d", rec.Ordinal, r.ordinal)
	case rec.Ordinal > r.ordinal+1:
		r.stop(ruleOrdinal, "record %d comes after record %d", rec.Ordinal, r.ordinal)
	case len(rec.Events) == 0 || slices.Contains(rec.Events, nil):
		r.stop(ruleEmpty, "the record lacks events")
	default:
		return true
	}
	return false
}

// stamped judges what a record says of itself.
func (r *Room) stamped(rec room.Record) {
	if rec.Room != r.code {
		r.fault(ruleCode, "the record names room %q", rec.Room)
	}
	if r.records != nil && !r.insert(r.records, rec.ID) {
		r.fault(ruleRecordID, "id %q has been used before", rec.ID)
	}
	if rec.At.Before(r.now) {
		r.fault(ruleTime, "%s is before %s", stamp(rec.At), stamp(r.now))
		return
	}
	r.now = rec.At
}

// counted compares the record's seq with the public events so far. A number
// that is off by as much as the one before it was is no further fault.
func (r *Room) counted(rec room.Record) {
	if off := rec.Seq - r.seq; off != r.drift {
		r.fault(ruleSeq, "the seq is %d where %d public events have happened", rec.Seq, r.seq)
		r.drift = off
	}
}

func (r *Room) roomCreated(e room.RoomCreated) {
	r.cfg = e.Config
	if e.Config.Code != r.code {
		r.fault(ruleCode, "the room is created as %q", e.Config.Code)
	}
}

// settled judges a record as a whole, after its events.
func (r *Room) settled() {
	if r.clock.phase == "" {
		r.stop(rulePhase, "the room was created without a phase")
		return
	}
	r.paired()
	r.overlapped()
	r.seated()
	r.voting()
	r.said, r.ended, r.personal = r.said[:0], r.ended[:0], false
}

// release forgets what only a room that goes on needs.
func (r *Room) release() {
	r.records, r.turnIDs, r.names, r.lately, r.said, r.ended = nil, nil, nil, nil, nil, nil
	r.seats = seats{}
	r.ballot = ballot{}
}
