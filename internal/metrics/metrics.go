// Package metrics counts what a node does, for Prometheus. The numbers come
// from what was committed, not from what was tried, so they agree with what
// `parley verify` derives from the log.
package metrics

import (
	"errors"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"parley/internal/host"
	"parley/room"
)

// Metrics is the counters of one node. Its methods may be called by any number
// of goroutines.
type Metrics struct {
	registry    *prometheus.Registry
	triggers    prometheus.Counter
	coalesced   prometheus.Counter
	suppressed  *prometheus.CounterVec
	turns       *prometheus.CounterVec
	prevented   *prometheus.CounterVec
	calls       *prometheus.CounterVec
	wasted      *prometheus.CounterVec
	commit      prometheus.Histogram
	wait        prometheus.Histogram
	connections *prometheus.GaugeVec
	callStart   prometheus.Histogram
	conflicts   prometheus.Counter
	models      *models
}

// New returns counters at zero.
func New() *Metrics {
	seconds := prometheus.ExponentialBuckets(10e-6, 2.5, 16) // 10 µs to 9 s
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	histogram := func(name, help string) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: seconds})
	}
	m := &Metrics{
		registry:    prometheus.NewRegistry(),
		triggers:    prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_triggers_total", Help: "(trigger, agent) pairs committed."}),
		coalesced:   prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_triggers_coalesced_total", Help: "Triggers covered by a turn that covered more than one."}),
		suppressed:  counter("parley_triggers_suppressed_total", "What a limit kept from being a trigger.", "limit"),
		turns:       counter("parley_turns_total", "Turns ended.", "outcome"),
		prevented:   counter("parley_duplicates_prevented_total", "Attempts to start a turn that was running, or to end one twice.", "at"),
		calls:       counter("parley_model_calls_total", "Model calls, by how the attempt ended.", "model", "outcome"),
		wasted:      counter("parley_model_calls_wasted_total", "Model calls whose answer became no line, silence or vote.", "reason"),
		commit:      histogram("parley_commit_seconds", "Appending a commit, until the log has acknowledged it."),
		wait:        histogram("parley_commit_wait_seconds", "Waiting for one's place in the room."),
		conflicts:   prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_commit_conflicts_total", Help: "Commits that found that another node had appended first, and were decided again."}),
		callStart:   histogram("parley_turn_start_seconds", "From asking for a turn to sending its model call."),
		connections: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "parley_connections", Help: "Open streams."}, []string{"transport"}),
		models:      newModels(),
	}
	m.registry.MustRegister(m.triggers, m.coalesced, m.suppressed, m.turns, m.prevented, m.calls, m.wasted,
		m.commit, m.wait, m.callStart, m.connections, m.conflicts,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.touch()
	return m
}

// touch makes the series that can be named in advance start at zero.
func (m *Metrics) touch() {
	for _, o := range []room.Outcome{room.Replied, room.Silent, room.Voted, room.Failed, room.Cancelled} {
		m.turns.WithLabelValues(string(o))
	}
	for _, at := range []string{"start", "commit"} {
		m.prevented.WithLabelValues(at)
	}
	m.suppressed.WithLabelValues("hops")
	for _, o := range []room.CallOutcome{
		room.CallRefused, room.CallAuth, room.CallRate, room.CallOverload, room.CallTimeout, room.CallTruncated,
		room.CallGarbage, room.CallEmpty, room.CallError, room.CallCancelled, room.CallLost,
	} {
		m.wasted.WithLabelValues(string(o))
	}
	for _, t := range []string{"ws", "sse", "poll"} {
		m.connections.WithLabelValues(t)
	}
}

// Handler serves the counters in Prometheus' text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Connections changes the number of open streams of a transport.
func (m *Metrics) Connections(transport string, delta int) {
	m.connections.WithLabelValues(transport).Add(float64(delta))
}

// Rooms adds the gauges that a host knows.
func (m *Metrics) Rooms(h *host.Host) {
	for _, s := range []room.Status{room.StatusWaiting, room.StatusRunning, room.StatusClosed} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Name: "parley_rooms", Help: "Rooms.", ConstLabels: prometheus.Labels{"status": string(s)}},
			func() float64 { return float64(h.Counts()[s]) },
		))
	}
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "parley_rooms_in_memory", Help: "Rooms in memory."},
			func() float64 { return float64(h.InMemory()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "parley_rooms_restarted_total", Help: "Rooms that made no progress and were started again from their log."},
			func() float64 { return float64(h.Restarted()) }),
	)
}

// Observe counts a command.
func (m *Metrics) Observe(o host.Observation) {
	m.wait.Observe(o.Waited.Seconds())
	if o.Conflict {
		m.conflicts.Inc()
	}
	if o.Record == nil {
		m.observeRefusal(o.Err)
		return
	}
	m.commit.Observe(o.Appending.Seconds())
	m.triggers.Add(float64(o.Triggers))
	m.suppressed.WithLabelValues("hops").Add(float64(o.Suppressed))
	for _, e := range o.Record.Events {
		m.observeEvent(o.Room, e)
	}
}

// observeRefusal counts what would have been done twice.
func (m *Metrics) observeRefusal(err error) {
	switch {
	case errors.Is(err, &room.Error{Kind: room.Running}):
		m.prevented.WithLabelValues("start").Inc()
	case errors.Is(err, &room.Error{Kind: room.Stale}):
		m.prevented.WithLabelValues("commit").Inc()
	}
}
