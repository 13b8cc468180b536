package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/client"
)

// crowd is people who talk in the rooms of a city, each through the node that
// its load balancer gives, and watchers at every node.
type crowd struct {
	*city
	rooms []*client.Room
	seats [][]*client.Seat // by room, one a node

	mu       sync.Mutex
	acked    map[string]uint64 // room/text → seq
	failed   int               // requests that failed
	again    int               // requests that failed at a second node as well
	latency  [2][]time.Duration
	sequence map[string][]string // room and node → what was seen
	gaps     []string
	why      map[string]int // requests failed, by reason
}

// newCrowd makes rooms of two agents each that answer people only.
func newCrowd(c *city, rooms int, change client.Settings) *crowd {
	c.t.Helper()
	w := &crowd{city: c, acked: map[string]uint64{}, sequence: map[string][]string{}, why: map[string]int{}}
	for i := range rooms {
		s := client.Settings{
			"mode": "open", "agents": 2, "seats": 50, "pacing": "instant", "hops": 1, "silence_seconds": 0,
			"replies_per_minute": 600, "calls": 1000000,
		}
		for k, v := range change {
			s[k] = v
		}
		r, err := c.nodes[i%len(c.nodes)].Create(c.t.Context(), s)
		if err != nil {
			c.t.Fatal(err)
		}
		w.rooms = append(w.rooms, r)
		var seats []*client.Seat
		for n := range c.nodes {
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
// until stop is called. name keeps lines of different times apart.
func (w *crowd) talk(name string, every time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	var wg sync.WaitGroup
	for i := range w.rooms {
		for n := range w.nodes {
			wg.Go(func() {
				tick := time.NewTicker(every)
				defer tick.Stop()
				for k := 0; ctx.Err() == nil; k++ {
					w.say(i, n, fmt.Sprintf("%s-%d-%d-%d", name, i, n, k))
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
	for try := 0; w.t.Context().Err() == nil; try++ {
		text := fmt.Sprintf("%s at %d", id, time.Now().UnixNano())
		seat := w.seats[i][n].At(w.room(n+try, w.rooms[i].Code))
		ctx, cancel := context.WithTimeout(w.t.Context(), 3*time.Second)
		seq, err := seat.Say(ctx, text, id)
		cancel()
		w.mu.Lock()
		if err == nil {
			w.acked[w.rooms[i].Code+"/"+id] = seq
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

// watch follows every room at every node until stop is called. A stream that
// ends is resumed at the next node, after its last seq.
func (w *crowd) watch() (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	var wg sync.WaitGroup
	for _, r := range w.rooms {
		for n := range w.nodes {
			wg.Go(func() {
				last := uint64(0)
				for try := 0; ctx.Err() == nil; try++ {
					last = w.stream(ctx, r.Code, n, try, last)
					if try%len(w.nodes) == len(w.nodes)-1 {
						w.rest(50 * time.Millisecond)
					}
				}
			})
		}
	}
	return func() { cancel(); wg.Wait() }
}

// stream reads events until the stream ends, and returns the last seq.
func (w *crowd) stream(ctx context.Context, code string, home, try int, last uint64) uint64 {
	node := (home + try) % len(w.nodes)
	url := fmt.Sprintf("http://%s/v1/rooms/%s/events?after=%d", w.nodes[node].listen, code, last)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return last
	}
	req.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return last
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		var e client.Event
		if !ok || json.Unmarshal([]byte(data), &e) != nil || e.Seq == 0 {
			continue
		}
		w.saw(code, home, node, e, last)
		last = e.Seq
	}
	return last
}

// saw notes an event that a watcher got.
func (w *crowd) saw(code string, home, node int, e client.Event, last uint64) {
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if e.Seq != last+1 {
		w.gaps = append(w.gaps, fmt.Sprintf("%s at node %d: %d after %d", code, home, e.Seq, last))
	}
	key := fmt.Sprintf("%s at %d", code, home)
	w.sequence[key] = append(w.sequence[key], fmt.Sprintf("%d %s %s", e.Seq, e.Player, e.Text))
	_, at, posted := strings.Cut(e.Text, " at ")
	if nano, err := strconv.ParseInt(at, 10, 64); posted && err == nil {
		other := 1
		if e.Player == "Kim "+strconv.Itoa(node) {
			other = 0
		}
		w.latency[other] = append(w.latency[other], now.Sub(time.Unix(0, nano)))
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

// compare holds what the watchers of a room saw to what it has.
func (w *crowd) compare(code string, events []client.Event) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.gaps) > 0 {
		w.t.Errorf("watchers missed events: %v", w.gaps)
	}
	for n := range w.nodes {
		seen := w.sequence[fmt.Sprintf("%s at %d", code, n)]
		if len(w.sequence) > 0 && len(seen) == 0 {
			w.t.Errorf("nothing of room %s was seen at node %d", code, n)
		}
		for i, s := range seen {
			if e := events[i]; s != fmt.Sprintf("%d %s %s", e.Seq, e.Player, e.Text) {
				w.t.Fatalf("at node %d event %d of room %s was %q, and is %s", n, i+1, code, s, e.JSON)
			}
		}
	}
}

// median and worst of a hundred.
func quantiles(d []time.Duration) (p50, p99 time.Duration) {
	if len(d) == 0 {
		return 0, 0
	}
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2], d[len(d)*99/100]
}

// report logs how long lines took from being sent to being seen.
func (w *crowd) report(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, where := range []string{"on the same node", "on another node"} {
		p50, p99 := quantiles(w.latency[i])
		t.Logf("from sending a line to seeing it %s: p50 %v, p99 %v (%d times)", where, p50.Round(time.Microsecond), p99.Round(time.Microsecond), len(w.latency[i]))
	}
}
