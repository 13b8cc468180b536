package host

import "parley/room"

// keepFrames is how many of a room's last events stay in memory for those who
// resume; older ones are read from the log.
const keepFrames = 1024

// tail is the last public events of a room, made ready to send.
type tail struct{ frames []Frame }

func framesOf(shown []room.Shown) []Frame {
	out := make([]Frame, len(shown))
	for i, s := range shown {
		out[i] = Frame{Seq: s.Seq, Type: s.Type, JSON: s.Frame}
	}
	return out
}

func (t *tail) add(shown []room.Shown) {
	t.frames = append(t.frames, framesOf(shown)...)
	if len(t.frames) > 2*keepFrames {
		t.frames = append([]Frame(nil), t.frames[len(t.frames)-keepFrames:]...)
	}
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
func (t *tail) after(seq uint64) ([]Frame, bool) {
	first := t.first()
	switch {
	case first == 0:
		return nil, true
	case seq+1 < first:
		return t.frames, false
	case seq-first+1 >= uint64(len(t.frames)):
		return nil, true
	}
	return t.frames[seq-first+1:], true
}
