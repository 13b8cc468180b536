package httpapi

import (
	"net/http"
	"runtime"
	"runtime/pprof"
	"time"
)

// addProfiles serves the runtime's profiles where `go tool pprof` looks for
// them, to those who may see the metrics.
func (s *Server) addProfiles() {
	add(s, route{
		method: http.MethodGet, path: "/debug/pprof/{profile}", id: "profile", tag: "operator", summary: "Profiles of the process",
		about: "profile (of the processor, for so many seconds), heap, allocs, goroutine, block, mutex or threadcreate, in pprof's format or, " +
			"with debug, as text. Only for those who may see the metrics.",
		query: []param{
			{name: "seconds", about: "for which the processor is watched", number: true, least: 1, most: 60, normally: 30},
			{name: "debug", about: "1 or 2 for text; not of the processor", number: true, most: 2},
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
	if name == "profile" {
		return s.profileProcessor(c)
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

// profileProcessor watches what the process does until the time is over or the
// client gone.
func (s *Server) profileProcessor(c *call) (answer, error) {
	c.w.Header().Set("Content-Type", "application/octet-stream")
	if err := pprof.StartCPUProfile(c.w); err != nil {
		return refused(problem(http.StatusConflict, "The processor is being profiled already."))
	}
	defer pprof.StopCPUProfile()
	t := time.NewTimer(time.Duration(c.query.numbers["seconds"]) * time.Second)
	defer t.Stop()
	select {
	case <-t.C:
	case <-c.ctx().Done():
	}
	return sent()
}
