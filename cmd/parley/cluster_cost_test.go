package main

import (
	"bufio"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/client"
)

// metric adds up a counter over all nodes.
func (c *city) metric(name string) float64 {
	c.t.Helper()
	sum := 0.0
	for _, s := range c.nodes {
		res, err := http.Get("http://" + s.listen + "/metrics")
		if err != nil {
			c.t.Fatal(err)
		}
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
				v, err := strconv.ParseFloat(value, 64)
				if err != nil {
					c.t.Fatal(err)
				}
				sum += v
			}
		}
		res.Body.Close()
	}
	return sum
}

// What a conflict costs and how often it happens: the same people at the node
// that looks after their room, where there is none, and spread over all nodes.
func TestWhatConflictsCost(t *testing.T) {
	if os.Getenv("PARLEY_LONG") == "" {
		t.Skip("PARLEY_LONG=1 measures")
	}
	c := newCity(t, 3)
	for _, every := range []time.Duration{3 * time.Second, 500 * time.Millisecond, 100 * time.Millisecond, time.Millisecond} {
		for _, spread := range []bool{false, true} {
			w := newCrowd(c, 3, nil)
			for i := range w.rooms {
				w.say(i, 0, "hello")
			}
			w.quiet()
			cares := w.model.caretakers()
			where := "at the caretaker"
			if spread {
				where = "spread over three"
			} else {
				w.via = func(i, _, _ int) int { return cares[w.rooms[i].Code] }
			}
			w.posting = nil
			conflicts, commits := c.metric("parley_commit_conflicts_total"), c.metric("parley_commit_seconds_count")
			hush := w.talk(every)
			w.rest(8 * time.Second)
			hush()
			w.quiet()
			conflicts, commits = c.metric("parley_commit_conflicts_total")-conflicts, c.metric("parley_commit_seconds_count")-commits
			p50, p99 := quantiles(w.posting)
			t.Logf("%d people of 3 rooms, a line every %v, %s: %d lines, %.0f commits, %.0f conflicts (%.1f in 100), p50 %v, p99 %v, %v",
				9, every, where, len(w.posting), commits, conflicts, 100*conflicts/max(commits, 1), p50.Round(100*time.Microsecond), p99.Round(100*time.Microsecond), w.why)
		}
	}
}

// The same people at one node, two and three, all on one machine: what more
// nodes cost there. Nothing but lines is posted, without a pause. Those of a
// room come through all nodes, or, as a balancer can see to, through one.
func TestOneNodeTwoAndThree(t *testing.T) {
	if os.Getenv("PARLEY_LONG") == "" {
		t.Skip("PARLEY_LONG=1 measures")
	}
	const rooms, seconds = 12, 8
	var alone float64
	for n := 1; n <= 3; n++ {
		c := newCity(t, n)
		for _, where := range []string{"a room's people at one node", "spread over all"} {
			w := newCrowd(c, rooms, client.Settings{"agents": 0})
			if n == 1 || where != "spread over all" {
				w.via = func(room, _, try int) int { return room + try }
			}
			conflicts := w.metric("parley_commit_conflicts_total")
			stop := w.watch()
			hush := w.talk(time.Millisecond)
			w.rest(seconds * time.Second)
			hush()
			rate := float64(len(w.posting)) / seconds
			if alone == 0 {
				alone = rate
			}
			w.rest(time.Second)
			stop()
			t.Logf("%d nodes, %s: %.0f lines/s, %.2f of one node's; %.0f conflicts in %d lines", n, where, rate, rate/alone,
				w.metric("parley_commit_conflicts_total")-conflicts, len(w.posting))
			w.report()
		}
	}
}
