//go:build linux

package suite

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"
)

// Try measures one scenario.
type Try struct {
	Parley  string        `help:"Parley's binary." default:"../.bin/parley" type:"path"`
	Servers []string      `help:"Which of the servers." default:"parley,hub,centrifuge"`
	Rooms   int           `default:"100"`
	People  int           `help:"In each room." default:"10"`
	Rate    float64       `help:"Lines a second in each room; 0 for as fast as it goes." default:"10"`
	Payload int           `help:"Bytes of a line." default:"200"`
	Rounds  int           `default:"3"`
	Warm    time.Duration `default:"1s"`
	Measure time.Duration `default:"3s"`
}

// Run measures and prints.
func (t Try) Run(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	all := slices.DeleteFunc(append(contestants(t.Parley, self), durable(self)), func(c contestant) bool { return !slices.Contains(t.Servers, c.name) })
	s := Scenario{Name: "try", Rooms: t.Rooms, People: t.People, Rate: t.Rate, Payload: t.Payload}
	samples, err := compare(ctx, s, Timing{t.Rounds, t.Warm, t.Measure}, all)
	if err != nil {
		return err
	}
	for _, sample := range samples {
		for _, r := range sample.Rounds {
			ms := func(q float64) float64 { return float64(r.Latency.ValueAtQuantile(q)) / 1e6 }
			_, _ = fmt.Fprintf(os.Stdout, "%-10s %8.0f published/s %8.0f delivered/s p50 %.2f p95 %.2f p99 %.2f max %.2f ms; late %d lost %d doubled %d reordered %d; %.2f processors, %.1f µs a delivery, %d MB\n",
				sample.Server, float64(r.Published)/r.Seconds, float64(r.Delivered)/r.Seconds, ms(50), ms(95), ms(99), float64(r.Latency.Max())/1e6,
				r.Late, r.Lost, r.Doubled, r.Reordered, r.Processor.Seconds()/r.Seconds, float64(r.Processor.Microseconds())/float64(max(r.Delivered, 1)), r.Resident>>20)
		}
	}
	return nil
}
