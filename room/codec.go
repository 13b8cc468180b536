package room

import (
	"encoding/json"
	"errors"
	"fmt"
)

// recordWire is a Record whose events are tagged with their types.
type recordWire struct {
	recordFields
	Events []eventWire `json:"events"`
}

// recordFields is Record without its methods; its Events are shadowed by
// recordWire's.
type recordFields Record

type eventWire struct {
	Type  string          `json:"type"`
	Event json.RawMessage `json:"event"`
}

// MarshalJSON writes the record with a type beside every event.
func (r Record) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil) }

// UnmarshalJSON reads a record of any version up to Version. An event type it
// does not know is an error: folding past it would make another room. Called
// directly it spares encoding/json's look at the JSON before it.
func (r *Record) UnmarshalJSON(b []byte) error {
	d := decoder{rest: b}
	if rec := d.record(); d.done() && rec.V == Version {
		*r = rec
		return nil
	}
	var w recordWire
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	if w.V < 1 || w.V > Version {
		return fmt.Errorf("record version %d; this program reads up to %d", w.V, Version)
	}
	*r = Record(w.recordFields)
	r.Events = make([]Event, len(w.Events))
	for i, ew := range w.Events {
		e, err := decodeEvent(ew)
		if err != nil {
			return fmt.Errorf("record %d of room %s: %w", r.Ordinal, r.Room, err)
		}
		r.Events[i] = e
	}
	return nil
}

func decodeEvent(w eventWire) (Event, error) {
	var e Event
	var err error
	switch w.Type {
	case RoomCreated{}.Type():
		e, err = decodeAs[RoomCreated](w.Event)
	case PlayerSeated{}.Type():
		e, err = decodeAs[PlayerSeated](w.Event)
	case SeatFreed{}.Type():
		e, err = decodeAs[SeatFreed](w.Event)
	case PlayerJoined{}.Type():
		e, err = decodeAs[PlayerJoined](w.Event)
	case PlayerLeft{}.Type():
		e, err = decodeAs[PlayerLeft](w.Event)
	case HostPassed{}.Type():
		e, err = decodeAs[HostPassed](w.Event)
	case PhaseBegan{}.Type():
		e, err = decodeAs[PhaseBegan](w.Event)
	case Paused{}.Type():
		e, err = decodeAs[Paused](w.Event)
	case Resumed{}.Type():
		e, err = decodeAs[Resumed](w.Event)
	case MessagePosted{}.Type():
		e, err = decodeAs[MessagePosted](w.Event)
	case VoteCast{}.Type():
		e, err = decodeAs[VoteCast](w.Event)
	case RoundEnded{}.Type():
		e, err = decodeAs[RoundEnded](w.Event)
	case RolesRevealed{}.Type():
		e, err = decodeAs[RolesRevealed](w.Event)
	default:
		e, err = decodeTurnEvent(w)
	}
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", w.Type, err)
	}
	return e, nil
}

func decodeTurnEvent(w eventWire) (Event, error) {
	switch w.Type {
	case TriggerRaised{}.Type():
		return decodeAs[TriggerRaised](w.Event)
	case TurnBegan{}.Type():
		return decodeAs[TurnBegan](w.Event)
	case AttemptFailed{}.Type():
		return decodeAs[AttemptFailed](w.Event)
	case ReplyDrafted{}.Type():
		return decodeAs[ReplyDrafted](w.Event)
	case TurnEnded{}.Type():
		return decodeAs[TurnEnded](w.Event)
	}
	return nil, errors.New("unknown event type")
}

func decodeAs[E Event](b []byte) (Event, error) {
	if len(b) == 0 || string(b) == "null" {
		return nil, errors.New("no body")
	}
	var e E
	if err := json.Unmarshal(b, &e); err != nil {
		return nil, err
	}
	return e, nil
}
