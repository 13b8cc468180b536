package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"time"

	"parley/internal/agent"
	"parley/internal/cluster"
	"parley/internal/eventlog"
	"parley/internal/host"
	"parley/internal/httpapi"
	"parley/internal/metrics"
	"parley/internal/packs"
	"parley/room"
	"parley/web"
)

// node is the parts of a running Parley.
type node struct {
	logger  *slog.Logger
	cluster *cluster.Cluster
	host    *host.Host
	crew    *agent.Crew
	api     *httpapi.Server
	models  *models
}

// stuckAfter is how long a room may wait for the log: less than anybody's
// patience, but longer than a cluster takes to elect a leader.
const stuckAfter = 15 * time.Second

// newNode makes a node on a log; net is the way to the others, nil for none.
func newNode(s *settings, log eventlog.Log, net cluster.Net, logger *slog.Logger) (*node, error) {
	p, err := loadPacks(s.Packs)
	if err != nil {
		return nil, err
	}
	n := &node{logger: logger}
	if n.models, err = newModels(s, p); err != nil {
		return nil, err
	}
	counters := metrics.New()
	name := rand.Text()[:8] // another run has another name
	n.crew = agent.New(agent.Config{
		Submit:  n.submit,
		Lookup:  n.models.lookup,
		Persona: personaStyle(p),
		Observe: func(a agent.Attempt) { counters.CallStarted(a.Start) },
		Logger:  logger, Node: name, Model: s.Model, Limit: s.ModelCalls, Timeout: s.ModelTimeout,
	})
	n.cluster = cluster.New(net, name, cluster.Options{})
	rooms := host.Config{
		Log: log, Node: name, Logger: logger, Cluster: n.cluster,
		Offer: n.crew.Ready, Claim: n.crew.Claim, Over: n.crew.Over, Observe: counters.Observe,
		Dropped: func(code string) { counters.Forget(code); n.api.Forget(code) },
		Retain:  time.Duration(s.Retain),
	}
	if !n.cluster.Single() {
		rooms.StuckAfter = stuckAfter
	}
	n.host = host.New(rooms)
	counters.Rooms(n.host)
	n.api, err = httpapi.New(httpapi.Config{
		Host: n.host, Logger: logger, Web: web.Files(),
		Topic: p.DrawTopic, Personas: drawPersonas(p), Persona: findPersona(p),
		KnownModel: n.models.known, DefaultModel: s.Model,
		AllowOrigins: s.AllowOrigin, Limits: s.Limits == "on",
		Metrics: counters.Handler(), OperatorToken: s.OperatorToken, Version: release,
		Connections: counters.Connections,
	})
	if err != nil {
		return nil, errors.Join(err, n.stop(context.Background(), 0))
	}
	return n, nil
}

// submit gives agents the one verb of a room that they need.
func (n *node) submit(ctx context.Context, code string, c room.Command) (*room.Scene, error) {
	res, err := n.host.Submit(ctx, code, c)
	return res.Scene, err
}

// farewell is how long rooms may take to end what is in their queues.
const farewell = 30 * time.Second

// stop gives the rooms to other nodes, lets running turns end for as long as
// drain says, hands the rest to whoever goes on, and says goodbye to everybody.
func (n *node) stop(ctx context.Context, drain time.Duration) error {
	ctx = context.WithoutCancel(ctx) // which has ended
	n.host.Withdraw()
	defer n.cluster.Close()
	calm, cancel := context.WithTimeout(ctx, drain)
	defer cancel()
	if err := n.crew.Drain(calm); err != nil {
		n.logger.WarnContext(ctx, "turns were still running; the next start goes on with them", "reason", err)
	}
	bye, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	return n.host.Close(bye)
}

func loadPacks(dir string) (*packs.Packs, error) {
	if dir == "" {
		return packs.Default()
	}
	return packs.Load(os.DirFS(dir))
}

func personaStyle(p *packs.Packs) func(string) (agent.Persona, bool) {
	return func(id string) (agent.Persona, bool) {
		persona, ok := p.Persona(id)
		return agent.Persona{Style: persona.Style}, ok
	}
}

func drawPersonas(p *packs.Packs) func(string, int, uint64) []httpapi.Persona {
	return func(lang string, n int, chance uint64) []httpapi.Persona {
		all := p.Personas(lang)
		order := mathrand.New(mathrand.NewPCG(chance, 0)).Perm(len(all)) //nolint:gosec // a draw, no secret
		var out []httpapi.Persona
		for _, i := range order[:min(n, len(order))] {
			out = append(out, httpapi.Persona{ID: all[i].ID, Name: all[i].Name})
		}
		return out
	}
}

func findPersona(p *packs.Packs) func(string, string) (httpapi.Persona, bool) {
	return func(_, id string) (httpapi.Persona, bool) {
		persona, ok := p.Persona(id)
		return httpapi.Persona{ID: persona.ID, Name: persona.Name}, ok
	}
}
