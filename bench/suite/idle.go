//go:build linux

package suite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/bench/load"
)

// idle is what open connections cost a server while nobody says anything.
type idle struct {
	server    string
	people    int
	each      int64         // bytes of resident memory
	processor time.Duration // in a second
}

// idlers opens connections and lets them be. The first tenth is not counted: it
// warms the server up.
func idlers(ctx context.Context, people int, all []contestant) ([]idle, error) {
	var out []idle
	for _, c := range all {
		i, err := rest(ctx, people, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		out = append(out, i)
	}
	return out, nil
}

const idlePeople = 10 // in a room

func rest(ctx context.Context, people int, c contestant) (out idle, err error) {
	s, err := start(ctx, c.name, c.args)
	if err != nil {
		return idle{}, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	first := people / 10
	seats, err := c.seats(ctx, s, (people+first)/idlePeople, idlePeople)
	if err != nil {
		return idle{}, err
	}
	renumber(seats)
	warm, err := load.Gather(s.address, seats[:first], payload)
	if err != nil {
		return idle{}, err
	}
	defer warm.Close()
	before, err := s.after(ctx, settleTime)
	if err != nil {
		return idle{}, err
	}
	crowd, err := load.Gather(s.address, seats[first:], payload)
	if err != nil {
		return idle{}, err
	}
	defer crowd.Close()
	opened, err := s.after(ctx, settleTime)
	if err != nil {
		return idle{}, err
	}
	later, err := s.after(ctx, settleTime)
	return idle{
		server: c.name, people: people, each: (later.resident - before.resident) / int64(people),
		processor: (later.processor - opened.processor) / (settleTime / time.Second),
	}, err
}

// settleTime is for a server to do what opening a connection leaves to do.
const settleTime = 3 * time.Second

// after returns what the server has used when a time has passed.
func (s *server) after(ctx context.Context, d time.Duration) (usage, error) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return s.usage()
	case <-ctx.Done():
		return usage{}, ctx.Err()
	}
}

// renumber gives every person a room of the crowd's, for those who say nothing:
// a part of the seats need not hold whole rooms.
func renumber(seats []load.Seat) {
	for i := range seats {
		seats[i].Room = 0
	}
}
