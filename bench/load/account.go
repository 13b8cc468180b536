//go:build linux

package load

// heard counts a line that has come to a member.
func (r *run) heard(m *member, s stamp, now int64) {
	r.received++
	r.last = now
	if now >= r.from && now < r.to {
		r.Delivered++
	}
	if r.measured(s.at) {
		_ = r.Latency.RecordValue(max(now-s.at, 1)) // beyond two minutes it counts as lost
	}
	if int(s.sender) >= len(m.next) {
		r.Doubled++ // from another room
		return
	}
	switch want := m.next[s.sender] + 1; {
	case s.number == want:
		m.next[s.sender] = s.number
	case s.number > want:
		if m.gaps == nil {
			m.gaps = map[stamp]bool{}
		}
		for n := want; n < s.number; n++ {
			m.gaps[stamp{sender: s.sender, number: n}] = true
		}
		m.next[s.sender] = s.number
	default:
		missed := stamp{sender: s.sender, number: s.number}
		if !m.gaps[missed] {
			r.Doubled++
			return
		}
		r.Reordered++
		delete(m.gaps, missed)
	}
}

// outstanding counts the lines that members have not got yet.
func (c *Crowd) outstanding() int {
	n := 0
	for _, m := range c.members {
		n += len(m.gaps)
		for i, sender := range c.rooms[m.room] {
			n += int(sender.sent) - int(m.next[i])
		}
	}
	return n
}
