package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"parley/client"
)

// eye follows a room at a node, or at the next one when that is gone.
type eye struct {
	w    *crowd
	code string
	home int
	node int // where it looks now
	last uint64
}

// watch follows every room at every node until stop is called. A stream that
// ends is resumed at the next node, after its last seq.
func (w *crowd) watch() (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	var wg sync.WaitGroup
	for _, r := range w.rooms {
		for n := range w.nodes {
			e := &eye{w: w, code: r.Code, home: n, node: n}
			wg.Go(func() {
				for ctx.Err() == nil {
					e.stream(ctx)
					if e.node = (e.node + 1) % len(w.nodes); e.node == e.home {
						w.rest(50 * time.Millisecond)
					}
				}
			})
		}
	}
	return func() { cancel(); wg.Wait() }
}

// stream reads events until the stream ends.
func (e *eye) stream(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	silent := time.AfterFunc(20*time.Second, cancel) // a comment comes every 15 s
	defer silent.Stop()
	url := fmt.Sprintf("http://%s/v1/rooms/%s/events?after=%d", e.w.nodes[e.node].listen, e.code, e.last)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return
	}
	req.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		silent.Reset(20 * time.Second)
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		var event client.Event
		if ok && json.Unmarshal([]byte(data), &event) == nil && event.Seq > 0 {
			e.saw(event)
		}
	}
}

// saw notes an event.
func (e *eye) saw(event client.Event) {
	now, w := time.Now(), e.w
	w.mu.Lock()
	defer w.mu.Unlock()
	if event.Seq != e.last+1 {
		w.gaps = append(w.gaps, fmt.Sprintf("%s at node %d: %d after %d", e.code, e.home, event.Seq, e.last))
	}
	e.last = event.Seq
	key := fmt.Sprintf("%s at %d", e.code, e.home)
	w.sequence[key] = append(w.sequence[key], fmt.Sprintf("%d %s %s", event.Seq, event.Player, event.Text))
	_, at, posted := strings.Cut(event.Text, " at ")
	if nano, err := strconv.ParseInt(at, 10, 64); posted && err == nil {
		other := 1
		if event.Player == "Kim "+strconv.Itoa(e.node) {
			other = 0
		}
		w.latency[other] = append(w.latency[other], now.Sub(time.Unix(0, nano)))
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

// quantiles returns the median and the worst of a hundred.
func quantiles(d []time.Duration) (p50, p99 time.Duration) {
	if len(d) == 0 {
		return 0, 0
	}
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2], d[len(d)*99/100]
}

// report logs how long lines took from being sent to being seen.
func (w *crowd) report() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	p50, p99 := quantiles(w.posting)
	w.t.Logf("from sending a line to its acknowledgement: p50 %v, p99 %v", p50.Round(100*time.Microsecond), p99.Round(100*time.Microsecond))
	for i, where := range []string{"on the same node", "on another node"} {
		p50, p99 := quantiles(w.latency[i])
		w.t.Logf("from sending a line to seeing it %s: p50 %v, p99 %v (%d times)", where, p50.Round(100*time.Microsecond), p99.Round(100*time.Microsecond), len(w.latency[i]))
	}
}
