package agent

// queue holds the agents that wait for a slot of one model. Slots go round
// the rooms that have somebody waiting, one each, so that a busy room delays
// another by one call at most per round. It is guarded by its Crew.
type queue struct {
	free    int      // slots
	rooms   []string // those with somebody waiting, the next one first
	waiting map[string][]*job
}

func newQueue(slots int) *queue {
	return &queue{free: slots, waiting: map[string][]*job{}}
}

func (q *queue) push(j *job) {
	if len(q.waiting[j.code]) == 0 {
		q.rooms = append(q.rooms, j.code)
	}
	q.waiting[j.code] = append(q.waiting[j.code], j)
}

// take takes a slot for somebody who does not queue. Where one is free, nobody
// waits for it.
func (q *queue) take() bool {
	if q.free == 0 {
		return false
	}
	q.free--
	return true
}

// pop takes a slot for the one whose turn it is, if there are both.
func (q *queue) pop() (*job, bool) {
	if len(q.rooms) == 0 || !q.take() {
		return nil, false
	}
	code := q.rooms[0]
	q.rooms = q.rooms[1:]
	j, rest := q.waiting[code][0], q.waiting[code][1:]
	if len(rest) == 0 {
		delete(q.waiting, code)
		return j, true
	}
	q.waiting[code] = rest
	q.rooms = append(q.rooms, code)
	return j, true
}
