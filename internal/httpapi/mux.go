package httpapi

import (
	"net/http"
	"path"
	"strings"
)

// on serves requests that match the pattern.
func (s *Server) on(pattern string, h http.HandlerFunc) {
	s.patterns[pattern] = true
	s.mux.HandleFunc(pattern, h)
}

// dispatch serves a request, with problems in place of what the mux would say
// to unknown paths, wrong methods and paths that are not in order.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	h, pattern := s.mux.Handler(r)
	_, ours := h.(http.HandlerFunc) // the mux's redirects are something else
	if ours && s.patterns[pattern] && inOrder(r) {
		s.mux.ServeHTTP(w, r)
		return
	}
	seen := &refusalOnly{header: http.Header{}}
	if pattern == "" {
		h.ServeHTTP(seen, r)
	}
	if seen.status == http.StatusMethodNotAllowed {
		p := problem(http.StatusMethodNotAllowed, r.Method+" is not done here.")
		s.fail(w, r, p.with("Allow", seen.header.Get("Allow")))
		return
	}
	s.fail(w, r, problem(http.StatusNotFound, "There is nothing at this path."))
}

// inOrder reports whether the path is one that the mux would not redirect.
func inOrder(r *http.Request) bool {
	p := r.URL.EscapedPath()
	clean := path.Clean("/" + strings.TrimPrefix(p, "/"))
	return p == clean || p == clean+"/"
}

// refusalOnly takes an answer of which only the status and headers matter.
type refusalOnly struct {
	header http.Header
	status int
}

// Header implements http.ResponseWriter.
func (w *refusalOnly) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *refusalOnly) WriteHeader(status int) { w.status = status }

// Write implements http.ResponseWriter.
func (w *refusalOnly) Write(p []byte) (int, error) { return len(p), nil }
