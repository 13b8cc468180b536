// Package httpapi is Parley over HTTP: rooms, players, messages and votes, the
// stream of a room by WebSocket, SSE and JSON poll, the host's actions, turns
// for agents from outside, and what an operator wants to see.
//
// A request passes, from outside in: the log line and the answer to a panic
// (middleware.go), headers for browsers and their origin (origin.go), the
// mux, whose own refusals become problems (mux.go), then for every operation
// the same steps in the same order (route.go): query parameters, who asks
// (auth.go), limits (limits.go), the body (body.go), the handler. Each handler
// turns its input into one room.Command or one look at the room. Rules live in
// package room; nothing here decides one.
//
// Operations are described once, by a route: it serves the request, checks it
// and stands in the OpenAPI document, which therefore cannot disagree.
//
// Every refusal is a Problem (RFC 9457). 2xx to a write means that the log has
// acknowledged it.
package httpapi

import (
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/internal/host"
)

// Persona is a character that an agent can play.
type Persona struct {
	ID   string
	Name string // what the agent is called in an open room
}

// Config is what a Server is made of. Host and Logger are required; of the
// functions those that are nil find nothing.
type Config struct {
	Host   *host.Host
	Logger *slog.Logger
	// Web holds the page: index.html and the files served below /assets/. Nil
	// serves no page.
	Web fs.FS

	// Topic draws a topic for a game in a language.
	Topic func(lang string, chance uint64) string
	// Personas draws up to n different characters of a language.
	Personas func(lang string, n int, chance uint64) []Persona
	// Persona finds a character by its id in a language.
	Persona func(lang, id string) (Persona, bool)
	// KnownModel reports whether agents can be given that model.
	KnownModel   func(name string) bool
	DefaultModel string

	// AllowOrigins are further origins of browsers, as in "https://example.org".
	AllowOrigins []string
	// Limits turns the rate limits on.
	Limits bool

	// Metrics answers GET /metrics for those who may see it. Nil: not found.
	Metrics http.Handler
	// OperatorToken lets its bearer read the metrics from anywhere; empty: nobody.
	OperatorToken string
	Version       string
	// Now is the clock; nil for the system's.
	Now func() time.Time
	// Connections is told of streams that open (+1) and close (-1), by
	// transport: "ws", "sse", "poll".
	Connections func(transport string, delta int)
}

// Server answers HTTP requests. It is safe for concurrent use.
type Server struct {
	Config
	mux      *http.ServeMux
	patterns map[string]bool // those of mux
	doc      *huma.OpenAPI
	schemas  huma.Registry
	wsSchema *huma.Schema // of a client's frame
	limits   *limits
	seats    seats
	sockets  sync.WaitGroup // those that are open
	batches  sync.Pool      // of *batch
	handler  http.Handler
}

// New returns a server for the rooms of a host. Its errors are about the
// configuration.
func New(c Config) (*Server, error) {
	if c.Host == nil || c.Logger == nil {
		return nil, errors.New("httpapi: Host and Logger are required")
	}
	fillIn(&c)
	s := &Server{Config: c, mux: http.NewServeMux(), patterns: map[string]bool{}}
	if err := normalOrigins(s.AllowOrigins); err != nil {
		return nil, err
	}
	s.limits = newLimits(c.Limits, c.Now)
	s.doc, s.schemas = newDocument(c.Version)
	s.addRooms()
	s.addPlayers()
	s.addLines()
	s.addStreams()
	s.addHostActions()
	s.addTurns()
	s.addOutside()
	s.addOperator()
	s.addProfiles()
	if err := s.addDocs(); err != nil {
		return nil, err
	}
	if err := s.addPage(); err != nil {
		return nil, err
	}
	s.handler = s.guard(http.HandlerFunc(s.dispatch))
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func fillIn(c *Config) {
	if c.Topic == nil {
		c.Topic = func(string, uint64) string { return "" }
	}
	if c.Personas == nil {
		c.Personas = func(string, int, uint64) []Persona { return nil }
	}
	if c.Persona == nil {
		c.Persona = func(string, string) (Persona, bool) { return Persona{}, false }
	}
	if c.KnownModel == nil {
		c.KnownModel = func(name string) bool { return name == c.DefaultModel }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Connections == nil {
		c.Connections = func(string, int) {}
	}
}
