package host

import (
	"maps"
	"slices"
	"time"
)

// A node that is slower than the others, or has more to append, may find the
// room moved on every time. It then asks them to let it append first. Nothing
// depends on their doing so: a place in the log is still taken by whoever comes
// first.
const (
	askAfter = 4           // others who came first, in a row
	wayFor   = time.Second // the node that asked may be gone
)

// askWay asks the other nodes to wait, each time this one has come second often
// enough.
func (r *runner) askWay(lost int) {
	if lost%askAfter == 0 {
		r.asked = true
		r.tell(whisper{Kind: whisperWay})
	}
}

// giveWay lets a node append first. Of two that ask, the one whose name comes
// first goes.
func (r *runner) giveWay(node string, now time.Time) {
	if r.asked && r.h.Node < node {
		return
	}
	if r.way == nil {
		r.way = map[string]time.Time{}
	}
	r.way[node] = now.Add(wayFor)
}

// letPass waits until the nodes that asked have appended, or have had the time
// to. It returns why the room's state is not known any more.
func (r *runner) letPass() error {
	for r.broken == nil && len(r.way) > 0 {
		last := slices.MaxFunc(slices.Collect(maps.Values(r.way)), time.Time.Compare)
		over := time.NewTimer(time.Until(last))
		select {
		case hear := <-r.news:
			hear(r)
		case <-over.C:
		}
		over.Stop()
		now := time.Now()
		maps.DeleteFunc(r.way, func(_ string, until time.Time) bool { return !now.Before(until) })
	}
	return r.broken
}
