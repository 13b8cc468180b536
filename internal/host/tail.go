package host

import (
	"slices"

	"parley/room"
)

// keepFrames is how many of a room's last events stay in memory for those who
// resume; older ones are read from the log.
const keepFrames = 1024

// tail is the last public events of a room, made ready to send. Those of
// records that nobody watched are made ready when somebody comes.
type tail struct {
	frames []Frame
	kept   []room.Record // after the frames
}

// keep adds a record that nobody watches.
func (t *tail) keep(rec room.Record) {
	t.kept = append(t.kept, rec)
	if len(t.kept) > 2*keepFrames {
		t.frames = nil // they are older
		t.kept = slices.Delete(t.kept, 0, len(t.kept)-keepFrames)
	}
}

// add adds the events of a record.
func (t *tail) add(shown []Frame) error {
	if err := t.ready(); err != nil {
		return err
	}
	t.frames = append(t.frames, shown...)
	if len(t.frames) > 2*keepFrames {
		t.frames = append([]Frame(nil), t.frames[len(t.frames)-keepFrames:]...)
	}
	return nil
}

// ready makes frames of the kept records.
func (t *tail) ready() error {
	kept := t.kept
	t.kept = nil
	for _, rec := range kept {
		shown, err := room.Show(rec)
		if err == nil {
			err = t.add(shown)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// first returns the seq of the oldest event in memory; 0 for none.
func (t *tail) first() uint64 {
	if len(t.frames) == 0 {
		return 0
	}
	return t.frames[0].Seq
}

// after returns the events after a seq, and whether they are all there; if
// not, those that are.
func (t *tail) after(seq uint64) (frames []Frame, complete bool, err error) {
	if err := t.ready(); err != nil {
		return nil, false, err
	}
	first := t.first()
	switch {
	case first == 0:
		return nil, true, nil
	case seq+1 < first:
		return t.frames, false, nil
	case seq-first+1 >= uint64(len(t.frames)):
		return nil, true, nil
	}
	return t.frames[seq-first+1:], true, nil
}
