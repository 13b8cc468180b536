//go:build linux

package suite

import (
	"context"
	"fmt"
)

// curve is how a cost grows with something.
type curve struct {
	name   string
	points []point
}

type point struct {
	about  string
	sample Sample
}

// grow has one server carry 1, 10 and 100 times as many rooms, and people, in
// half as many rounds as beside others: there is no ratio to be taken.
func grow(ctx context.Context, t Timing, c contestant) ([]curve, error) {
	t.Rounds /= 2
	curves := []curve{{name: "rooms of 10 people, 1 line/s each"}, {name: "people in one room, 10 lines/s"}}
	for _, times := range []int{1, 10, 100} {
		for i, s := range []Scenario{
			{Rooms: 10 * times, People: 10, Rate: 1, Payload: payload, About: fmt.Sprintf("%d rooms", 10*times)},
			{Rooms: 1, People: 10 * times, Rate: 10, Payload: payload, About: fmt.Sprintf("%d people", 10*times)},
		} {
			samples, err := compare(ctx, s, t, []contestant{c})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.About, err)
			}
			curves[i].points = append(curves[i].points, point{s.About, samples[0]})
		}
	}
	return curves, nil
}
