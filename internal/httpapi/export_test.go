package httpapi

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// Patterns returns what the mux serves.
func (s *Server) Patterns() []string { return slices.Sorted(maps.Keys(s.patterns)) }

// Frame decodes a client's frame and returns its type, or the status of the
// refusal.
func (s *Server) Frame(b []byte) (kind string, status int) {
	f, err := decodeFrame(s.schemas, s.wsSchema, b)
	if err != nil {
		p, _ := problemOf(err)
		return "", refusedFrame(f, p).Status
	}
	return f.Type, 0
}

// PlainFrame decodes a plain frame, and says whether the schema makes the same
// of it.
func (s *Server) PlainFrame(b []byte) (plain, same bool) {
	f, plain := plainFrame(b)
	g, err := decodeAny(s.schemas, s.wsSchema, b)
	return plain, !plain || (err == nil && f == g)
}

// Break makes a path whose handler panics.
func (s *Server) Break() {
	s.on("GET /break", func(http.ResponseWriter, *http.Request) { panic("on purpose") })
}

// Buckets counts what the limits remember.
func (s *Server) Buckets() int { return len(s.limits.young) + len(s.limits.old) }

// Address is whom a request is counted for.
func Address(r *http.Request) string { return address(r) }

// Fill makes the limits remember n more.
func (s *Server) Fill(n int) {
	for i := range n {
		_ = s.limits.take("test", strconv.Itoa(i), 1, 1)
	}
}

// Generation is how many buckets make room for another generation.
const Generation = maxBuckets
