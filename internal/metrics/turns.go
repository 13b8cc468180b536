package metrics

import (
	"sync"
	"time"

	"parley/room"
)

// models remembers which model the running attempt of each turn calls, because
// the event that ends an attempt does not name it. Attempts of programs
// outside have none.
type models struct {
	mu    sync.Mutex
	rooms map[string]map[string]string // code → turn → model
}

type turnKey struct{ room, turn string }

func newModels() *models { return &models{rooms: map[string]map[string]string{}} }

func (s *models) put(k turnKey, model string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rooms[k.room] == nil {
		s.rooms[k.room] = map[string]string{}
	}
	s.rooms[k.room][k.turn] = model
}

func (s *models) get(k turnKey) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rooms[k.room][k.turn]
}

func (s *models) drop(k turnKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.rooms[k.room], k.turn)
}

// Forget drops what is remembered of a room that has left memory. Its open
// turns end on another node, which this one does not hear of.
func (m *Metrics) Forget(code string) {
	m.models.mu.Lock()
	defer m.models.mu.Unlock()
	delete(m.models.rooms, code)
}

func (m *Metrics) observeEvent(code string, e room.Event) {
	switch e := e.(type) { //nolint:gochecksumtype // only turns are counted
	case room.TurnBegan:
		m.models.put(turnKey{code, e.Turn}, e.Model)
	case room.AttemptFailed:
		m.call(turnKey{code, e.Turn}, e.Call)
	case room.ReplyDrafted:
		if !e.Call.Drafted { // not put off
			m.call(turnKey{code, e.Turn}, e.Call)
		}
	case room.TurnEnded:
		k := turnKey{code, e.Turn}
		if e.Call != nil {
			m.call(k, *e.Call)
		}
		m.models.drop(k)
		m.turns.WithLabelValues(string(e.Outcome)).Inc()
		if len(e.Covers) > 1 {
			m.coalesced.Add(float64(len(e.Covers)))
		}
	}
}

// call counts an attempt once, when its call ends. A draft that comes to
// nothing later is a call wasted, but no further call.
func (m *Metrics) call(k turnKey, c room.Call) {
	model := m.models.get(k)
	if model == "" {
		return
	}
	if !c.Drafted {
		m.calls.WithLabelValues(model, string(c.Outcome)).Inc()
	}
	if c.Outcome != room.CallAnswered {
		m.wasted.WithLabelValues(string(c.Outcome)).Inc()
	}
}

// CallStarted counts the time from asking for a turn to sending its call.
func (m *Metrics) CallStarted(after time.Duration) { m.callStart.Observe(after.Seconds()) }
