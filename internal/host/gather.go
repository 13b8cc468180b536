package host

import (
	"time"

	"parley/room"
)

const (
	// maxGroup is how many commands that wait are decided and appended together.
	maxGroup = 64
	// crowd is how many lines at once make a room crowded.
	crowd = 3
	// maxPause is how long a crowded room waits for more of them.
	maxPause = 20 * time.Millisecond
)

// serveNext does a job, and with a command all the commands that wait directly
// behind it.
func (r *runner) serveNext(j *job) {
	r.pause(j)
	group := []*job{j}
	for j.proposal != nil && len(group) < maxGroup {
		select {
		case j = <-r.inbox.queue:
			if j.proposal != nil {
				group = append(group, j)
			}
			continue
		default:
		}
		break
	}
	began := time.Now()
	r.serve(group...)
	if now := time.Now(); lines(group) >= crowd {
		r.crowded = now.Add(min(now.Sub(began), maxPause))
	}
	if j.proposal == nil && group[0].proposal != nil {
		r.begin(j.what)
		r.serve(j)
	}
}

// pause lets a crowded room wait, before its next line, for as long as its last
// lines took to be stored and told. What comes meanwhile is stored and told
// together, at the cost of one, and a machine that is busy takes its time:
// where there is none to be saved, there is next to no pause.
func (r *runner) pause(j *job) {
	left := time.Until(r.crowded)
	if left <= 0 || lines([]*job{j}) == 0 {
		return
	}
	<-time.After(left)
}

// lines counts what people say.
func lines(group []*job) int {
	n := 0
	for _, j := range group {
		if j.proposal == nil {
			continue
		}
		if _, line := j.proposal.command.(room.Say); line {
			n++
		}
	}
	return n
}
