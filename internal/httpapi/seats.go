package httpapi

import (
	"net/http"
	"strings"
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
		s.rooms[strings.Clone(code)] = map[string]string{} // not with the request it is a piece of
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

// Forget drops what is remembered of a room: somebody has left it, or it has
// left memory.
func (s *Server) Forget(code string) {
	s.seats.mu.Lock()
	defer s.seats.mu.Unlock()
	s.seats.n -= len(s.seats.rooms[code])
	delete(s.seats.rooms, code)
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
