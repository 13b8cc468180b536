package httpapi

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"
)

// readyTime is how long the log may take to show that it can be appended to.
const readyTime = 5 * time.Second

// Health is what a program that watches the server asks for.
type Health struct {
	Status  string `json:"status" enum:"ok,ready"`
	Version string `json:"version"`
}

func (s *Server) addOperator() {
	add(s, route{
		method: http.MethodGet, path: "/healthz", id: "health", tag: "operator", summary: "The process lives",
		status: http.StatusOK, answer: Health{},
	}, func(*call, nothing) (answer, error) { return ok(Health{"ok", s.Version}) })
	add(s, route{
		method: http.MethodGet, path: "/readyz", id: "ready", tag: "operator", summary: "It can append to its log",
		status: http.StatusOK, answer: Health{}, refusals: []int{http.StatusServiceUnavailable},
	}, s.ready)
	add(s, route{
		method: http.MethodGet, path: "/metrics", id: "metrics", tag: "operator", summary: "Counters for Prometheus",
		about: "Only for loopback without forwarding headers or with the operator's token: its counters could tell a player when agents act.",
		query: nil, status: http.StatusOK, content: []string{"text/plain"}, refusals: []int{http.StatusNotFound},
	}, s.metrics)
}

func (s *Server) ready(c *call, _ nothing) (answer, error) {
	ctx, cancel := context.WithTimeout(c.ctx(), readyTime)
	defer cancel()
	if err := s.Host.Ready(ctx); err != nil {
		s.Logger.WarnContext(ctx, "not ready", "error", err)
		return refused(unavailable("The log cannot be appended to."))
	}
	return ok(Health{"ready", s.Version})
}

func (s *Server) metrics(c *call, _ nothing) (answer, error) {
	switch {
	case !s.mayMeasure(c.r):
		return refused(problem(http.StatusForbidden, "Metrics are for this machine and for the operator's token."))
	case s.Metrics == nil:
		return refused(problem(http.StatusNotFound, "There is nothing at this path."))
	}
	s.Metrics.ServeHTTP(c.w, c.r)
	return sent()
}

// mayMeasure reports whether a request comes from this machine without having
// been forwarded, or with the operator's token.
func (s *Server) mayMeasure(r *http.Request) bool {
	if scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " "); s.OperatorToken != "" && strings.EqualFold(scheme, "Bearer") {
		got, want := sha256.Sum256([]byte(strings.TrimSpace(token))), sha256.Sum256([]byte(s.OperatorToken))
		if subtle.ConstantTimeCompare(got[:], want[:]) == 1 {
			return true
		}
	}
	for name := range r.Header {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return false
		}
	}
	peer, ok := peerAddress(r)
	return ok && peer.IsLoopback()
}
