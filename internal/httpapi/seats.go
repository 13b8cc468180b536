package httpapi

import (
	"net/http"
	"sync"
)

// maxSeats is how many tokens are remembered.
const maxSeats = 1 << 15

// seats remembers whose token is whose, so that a line does not wait in its
// room's queue twice. What a token may do is never remembered: the rules look
// at the player again when the command comes.
type seats struct {
	mu    sync.Mutex
	rooms map[string]map[string]string // code → token hash → player
	n     int
}

func (s *seats) put(code string, who caller) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rooms == nil || s.n >= maxSeats {
		s.rooms, s.n = map[string]map[string]string{}, 0
	}
	if s.rooms[code] == nil {
		s.rooms[code] = map[string]string{}
	}
	if _, known := s.rooms[code][who.hash]; !known {
		s.n++
	}
	s.rooms[code][who.hash] = who.player
}

func (s *seats) get(code, hash string) (caller, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	player, found := s.rooms[code][hash]
	return caller{hash: hash, player: player}, found
}

// forget drops a room's tokens because somebody has left it.
func (s *seats) forget(code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n -= len(s.rooms[code])
	delete(s.rooms, code)
}

// known returns the person whose token a request carries, if it is remembered.
func (s *Server) known(r *http.Request, code string) (caller, bool) {
	token, named, err := bearer(r)
	if err != nil {
		return caller{}, false
	}
	if token == "" {
		c, err := r.Cookie("parley_" + code)
		if err != nil {
			return caller{}, false
		}
		token, named = c.Value, code
	}
	if named != code {
		return caller{}, false
	}
	return s.seats.get(code, hashToken(token))
}
