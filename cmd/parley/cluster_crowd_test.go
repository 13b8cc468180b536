package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"parley/client"
)

// people is how many persons talk in each room.
const people = 3

// crowd is people who talk in the rooms of a city, each through the node that
// its load balancer gives, and watchers at every node.
type crowd struct {
	*city
	rooms    []*client.Room
	patience time.Duration                   // with one request
	seats    [][]*client.Seat                // by room
	via      func(room, person, try int) int // the node that a request goes to

	mu       sync.Mutex
	acked    map[string]uint64   // room/text → seq
	failed   int                 // requests that failed
	again    int                 // requests that failed at a second node as well
	posting  []time.Duration     // from sending a line to its acknowledgement
	latency  [2][]time.Duration  // to seeing it, at the same node and at another one
	sequence map[string][]string // room and node → what was seen
	gaps     []string
	why      map[string]int // requests failed, by reason
}

// newCrowd makes rooms of two agents each that answer people only.
func newCrowd(c *city, rooms int, change client.Settings) *crowd {
	c.t.Helper()
	w := &crowd{
		city: c, patience: 3 * time.Second, via: func(_, person, try int) int { return person + try },
		acked: map[string]uint64{}, sequence: map[string][]string{}, why: map[string]int{},
	}
	for i := range rooms {
		s := client.Settings{
			"mode": "open", "agents": 2, "seats": 50, "pacing": "instant", "hops": 1, "silence_seconds": 0,
			"replies_per_minute": 600, "calls": 1000000,
		}
		maps.Copy(s, change)
		r, err := c.nodes[i%len(c.nodes)].Create(c.t.Context(), s)
		if err != nil {
			c.t.Fatal(err)
		}
		w.rooms = append(w.rooms, r)
		var seats []*client.Seat
		for n := range people {
			seat, err := c.room(n, r.Code).Join(c.t.Context(), "Kim "+strconv.Itoa(n))
			if err != nil {
				c.t.Fatal(err)
			}
			seats = append(seats, seat)
		}
		w.seats = append(w.seats, seats)
	}
	return w
}

// talk lets one person a node post in every room, with a pause between lines,
// until stop is called.
func (w *crowd) talk(every time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	var wg sync.WaitGroup
	for i := range w.rooms {
		for n := range people {
			wg.Go(func() {
				w.rest(rand.N(every)) // people do not speak in chorus
				tick := time.NewTicker(every)
				defer tick.Stop()
				for k := 0; ctx.Err() == nil; k++ {
					w.say(i, n, fmt.Sprintf("line-%d-%d-%d", i, n, k)) //nolint:contextcheck // a line that was begun is ended
					select {
					case <-tick.C:
					case <-ctx.Done():
					}
				}
			})
		}
	}
	return func() { cancel(); wg.Wait() }
}

// say posts a line until it is acknowledged, at one node after the other, as a
// client behind a load balancer does.
func (w *crowd) say(i, n int, id string) {
	began := time.Now()
	for try := 0; w.t.Context().Err() == nil; try++ {
		text := fmt.Sprintf("%s at %d", id, time.Now().UnixNano())
		seat := w.seats[i][n].At(w.room(w.via(i, n, try), w.rooms[i].Code))
		ctx, cancel := context.WithTimeout(w.t.Context(), w.patience)
		seq, err := seat.Say(ctx, text, id)
		cancel()
		w.mu.Lock()
		if err == nil {
			w.acked[w.rooms[i].Code+"/"+id] = seq
			w.posting = append(w.posting, time.Since(began))
			w.mu.Unlock()
			return
		}
		w.failed++
		w.why[reason(err)]++
		if try == 1 {
			w.again++
		}
		w.mu.Unlock()
		if try > 0 {
			w.rest(200 * time.Millisecond)
		}
	}
}

// reason is an error without what differs each time.
func reason(err error) string {
	switch {
	case client.Status(err) > 0:
		return err.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	}
	return "no connection"
}

func (w *crowd) rest(d time.Duration) {
	select {
	case <-time.After(d):
	case <-w.t.Context().Done():
	}
}

// quiet waits until every line is covered by both agents.
func (w *crowd) quiet() {
	w.t.Helper()
	for i, r := range w.rooms {
		settled(w.t, w.host(i, r))
	}
}

// host returns the host's seat of a room at a node that answers.
func (w *crowd) host(i int, r *client.Room) *client.Seat {
	w.t.Helper()
	node := i
	w.poll(func() bool {
		node++
		return w.nodes[node%len(w.nodes)].ready(w.t.Context())
	})
	return r.Host.At(w.room(node, r.Code))
}

// check looks at the rooms from outside: every acknowledged line is where it
// was said to be, no line and no answer stands twice, and all watchers saw the
// same.
func (w *crowd) check() {
	w.t.Helper()
	lost, doubled := 0, 0
	for i, r := range w.rooms {
		host := w.host(i, r)
		replies, spoken := 0, 0
		for _, turn := range settled(w.t, host) {
			if turn.State == "replied" {
				replies++
			}
		}
		events := everything(w.t, host.Room())
		count := map[string]int{}
		for _, e := range events {
			if e.Type != "message" {
				continue
			}
			id, _, person := strings.Cut(e.Text, " at ")
			if count[id]++; count[id] > 1 {
				doubled++
			}
			if !person {
				spoken++
			} else if seq, known := w.acked[r.Code+"/"+id]; known && seq != e.Seq {
				w.t.Errorf("%s was acknowledged as %d and stands at %d", id, seq, e.Seq)
			}
		}
		for key := range w.acked {
			if id, here := strings.CutPrefix(key, r.Code+"/"); here && count[id] == 0 {
				lost++
			}
		}
		if spoken != replies {
			w.t.Errorf("room %s: %d lines of agents, %d turns that replied", r.Code, spoken, replies)
		}
		w.compare(r.Code, events)
	}
	w.t.Logf("%d lines acknowledged, lost %d, doubled %d; %d requests failed, %d of them also at a second node: %v", len(w.acked), lost, doubled, w.failed, w.again, w.why)
	if lost+doubled > 0 {
		w.t.Errorf("lost %d, doubled %d", lost, doubled)
	}
	if again := w.model.Repeated(); len(again) > 0 {
		w.t.Errorf("attempts that were sent twice: %v", again)
	}
}
