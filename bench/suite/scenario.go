//go:build linux

package suite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/bench/load"
)

// Scenario is one way for people to talk.
type Scenario struct {
	Name, About   string
	Rooms, People int
	Rate          float64 // lines a second a room; 0: as fast as it goes
	Payload       int
	Durable       bool // beside the durable rival as well
}

// Round is one server's share of one round.
type Round struct {
	load.Result
	Processor time.Duration // of the server
	Resident  int64         // of the server, at the end, in bytes
}

// Sample is all rounds of one server in one scenario.
type Sample struct {
	Server string
	Rounds []Round
}

// Timing says for how long things are measured.
type Timing struct {
	Rounds        int
	Warm, Measure time.Duration
}

const drain = 3 * time.Second

// compare runs the contestants in turns, so that what else the machine does
// falls on all of them.
func compare(ctx context.Context, s Scenario, t Timing, all []contestant) (samples []Sample, err error) {
	type running struct {
		*server
		crowd *load.Crowd
	}
	var open []running
	defer func() {
		for _, r := range open {
			if r.crowd != nil {
				r.crowd.Close()
			}
			err = errors.Join(err, r.stop())
		}
	}()
	for _, c := range all {
		srv, err := start(ctx, c.name, c.args)
		if err != nil {
			return nil, err
		}
		open = append(open, running{server: srv})
		seats, err := c.seats(ctx, srv, s.Rooms, s.People)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		crowd, err := load.Gather(srv.address, seats, s.Payload)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		open[len(open)-1].crowd = crowd
		samples = append(samples, Sample{Server: c.name})
	}
	for n := range t.Rounds {
		for i, r := range open {
			round, err := talk(r.server, r.crowd, load.Plan{
				Rate: s.Rate, Warm: t.Warm, Measure: t.Measure, Drain: drain, Seed: uint64(n),
			})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", r.name, err)
			}
			samples[i].Rounds = append(samples[i].Rounds, round)
		}
	}
	return samples, nil
}

// talk has a crowd talk and looks at what the server used for it.
func talk(s *server, c *load.Crowd, p load.Plan) (Round, error) {
	var before, after usage
	var errs [2]error
	p.Started = func() { before, errs[0] = s.usage() }
	p.Ended = func() { after, errs[1] = s.usage() }
	res, err := c.Run(p)
	return Round{
		Result: res, Processor: after.processor - before.processor, Resident: after.resident,
	}, errors.Join(err, errs[0], errs[1])
}
