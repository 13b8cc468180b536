package httpapi

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"time"
)

// recorder remembers how a request was answered. http.ResponseController
// reaches what is below it through Unwrap.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// guard writes the access log, checks where a page comes from and turns a
// panic into an answer.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		rec := &recorder{ResponseWriter: w}
		defer func() { //nolint:contextcheck // the request's is all there is
			s.recovered(rec, r, recover())
			s.Logger.DebugContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path,
				"status", rec.status, "bytes", rec.bytes, "seconds", time.Since(began).Seconds(), "remote", r.RemoteAddr)
		}()
		answered, err := s.checkOrigin(rec, r)
		switch {
		case err != nil:
			s.fail(rec, r, err)
		case !answered:
			next.ServeHTTP(rec, r)
		}
	})
}

// recovered answers for a handler that panicked, if it can still be done.
func (s *Server) recovered(w *recorder, r *http.Request, cause any) {
	if cause == nil {
		return
	}
	if err, ok := cause.(error); ok && err == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
		panic(cause)
	}
	s.Logger.ErrorContext(r.Context(), "panic", "method", r.Method, "path", r.URL.Path,
		"cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
	if w.status == 0 {
		s.fail(w, r, problem(http.StatusInternalServerError, "The server failed; the fault is logged."))
	}
}
