package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"parley/internal/sim"
)

type simCmd struct {
	Seed  uint64  `default:"1" help:"The first seed."`
	Seeds int     `default:"20" help:"How many worlds, a seed each."`
	Rooms int     `default:"3" help:"Rooms of a world at a time."`
	Hours float64 `default:"1" help:"How long a world lasts, by its own clock."`
	JSON  bool    `help:"Print the outcome as JSON."`
}

// Run runs worlds and prints what they came to.
func (c *simCmd) Run(ctx context.Context, to console) error {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // worlds are small, and leave much behind
	o := sim.Run(ctx, sim.Options{
		Seed: c.Seed, Seeds: c.Seeds, Rooms: c.Rooms, Hours: time.Duration(c.Hours * float64(time.Hour)), Short: 300,
	})
	err := c.print(to.out, o)
	if err == nil && len(o.Failures) > 0 {
		return failure{code: 1}
	}
	return err
}

func (c *simCmd) print(to io.Writer, o sim.Outcome) error {
	if c.JSON {
		e := json.NewEncoder(to)
		e.SetIndent("", "  ")
		return e.Encode(o)
	}
	if err := o.WriteText(to); err != nil {
		return err
	}
	for _, f := range o.Failures {
		again := fmt.Sprintf("parley sim --seed %d --seeds 1 --rooms %d --hours %g", f.Seed, c.Rooms, c.Hours)
		if _, err := fmt.Fprintf(to, "\nseed %d fails; to see it again: %s\n%s", f.Seed, again, f); err != nil {
			return err
		}
	}
	return nil
}
