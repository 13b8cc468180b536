package eventlog

import (
	"fmt"

	"parley/room"
)

// usualSize is what a line's record takes.
const usualSize = 512

// Encode returns the JSON of a record that is to be stored directly after the
// place after. Its errors wrap ErrInvalid: a record is refused here when it
// could not be read again, or when its ordinal and after contradict each other.
// Whether the ordinal is one more than the predecessor's is left to the log.
func Encode(after Seq, rec room.Record) ([]byte, error) {
	switch {
	case rec.V < 1 || rec.V > room.Version:
		return nil, fmt.Errorf("record version %d: %w", rec.V, ErrInvalid)
	case rec.Room == "" || rec.ID == "":
		return nil, fmt.Errorf("record without room or id: %w", ErrInvalid)
	case rec.Ordinal == 0 || (rec.Ordinal == 1) != (after == 0):
		return nil, fmt.Errorf("record %d of room %s after place %d: %w", rec.Ordinal, rec.Room, after, ErrInvalid)
	case rec.Head != nil && rec.Head.Code != rec.Room:
		return nil, fmt.Errorf("record of room %s with the head of room %s: %w", rec.Room, rec.Head.Code, ErrInvalid)
	}
	for _, e := range rec.Events {
		if e == nil {
			return nil, fmt.Errorf("record %d of room %s holds no event: %w", rec.Ordinal, rec.Room, ErrInvalid)
		}
	}
	body, err := rec.AppendJSON(make([]byte, 0, usualSize))
	if err != nil {
		return nil, fmt.Errorf("encode record %d of room %s: %w: %w", rec.Ordinal, rec.Room, ErrInvalid, err)
	}
	return body, nil
}

// Decode reads the record that is stored as the room's with this ordinal. Its
// errors are *DamageError: a body that is no record, or another's.
func Decode(body []byte, code string, ordinal uint64) (room.Record, error) {
	var rec room.Record
	if err := rec.UnmarshalJSON(body); err != nil {
		return room.Record{}, &DamageError{Room: code, Ordinal: ordinal, Reason: err.Error()}
	}
	if rec.Room != code || rec.Ordinal != ordinal {
		return room.Record{}, &DamageError{
			Room: code, Ordinal: ordinal,
			Reason: fmt.Sprintf("record %d of room %s stands in its place", rec.Ordinal, rec.Room),
		}
	}
	return rec, nil
}
