package httpapi

import (
	"io"
	"net/http"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"time"
)

// addProfiles serves the runtime's profiles where `go tool pprof` looks for
// them, to those who may see the metrics.
func (s *Server) addProfiles() {
	add(s, route{
		method: http.MethodGet, path: "/debug/pprof/{profile}", id: "profile", tag: "operator", summary: "Profiles of the process",
		about: "profile (of the processor, for so many seconds), heap, allocs, goroutine, block, mutex or threadcreate, in pprof's format or, " +
			"with debug, as text; or trace, of all that runs and waits for so many seconds, for go tool trace. Only for those who may see the metrics.",
		query: []param{
			{name: "seconds", about: "for which profile and trace watch", number: true, least: 1, most: 60, normally: 30},
			{name: "debug", about: "1 or 2 for text; not of profile and trace", number: true, most: 2},
			{name: "gc", about: "1 to collect garbage first", number: true, most: 1},
		},
		status: http.StatusOK, content: []string{"application/octet-stream"}, refusals: []int{http.StatusNotFound, http.StatusConflict},
	}, s.profile)
}

func (s *Server) profile(c *call, _ nothing) (answer, error) {
	if !s.mayMeasure(c.r) {
		return refused(problem(http.StatusForbidden, "Profiles are for this machine and for the operator's token."))
	}
	name := c.r.PathValue("profile")
	switch name {
	case "profile":
		return s.observe(c, pprof.StartCPUProfile, pprof.StopCPUProfile)
	case "trace":
		return s.observe(c, trace.Start, trace.Stop)
	}
	p := pprof.Lookup(name)
	if p == nil {
		return refused(problem(http.StatusNotFound, "There is no such profile."))
	}
	if c.query.numbers["gc"] > 0 {
		runtime.GC()
	}
	debug := int(c.query.numbers["debug"])
	c.w.Header().Set("Content-Type", "application/octet-stream")
	if debug > 0 {
		c.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	_ = p.WriteTo(c.w, debug) // the client may be gone
	return sent()
}

// observe watches what the process does until the time is over or the client
// gone.
func (s *Server) observe(c *call, start func(io.Writer) error, stop func()) (answer, error) {
	c.w.Header().Set("Content-Type", "application/octet-stream")
	if err := start(c.w); err != nil {
		return refused(problem(http.StatusConflict, "Somebody watches that already."))
	}
	defer stop()
	t := time.NewTimer(time.Duration(c.query.numbers["seconds"]) * time.Second)
	defer t.Stop()
	select {
	case <-t.C:
	case <-c.ctx().Done():
	}
	return sent()
}
