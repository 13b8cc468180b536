package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/client"
	"parley/internal/eventlog/natslog/natstest"
	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/internal/verify"
)

// city is three servers of NATS, nodes of Parley on them, and the model that
// all agents speak by.
type city struct {
	t       *testing.T
	servers *natstest.Cluster
	model   *speaker
	nodes   []*site
}

// site is the place of a node: its address, its way to NATS, and the process
// that runs there at present.
type site struct {
	listen  string
	env     []string
	args    []string
	proxies []*natstest.Proxy
	*process
}

func newCity(t *testing.T, nodes int) *city {
	t.Helper()
	c := &city{t: t, servers: natstest.Start(t, 3), model: newSpeaker()}
	server := httptest.NewServer(c.model)
	t.Cleanup(server.Close)
	for i := range nodes {
		s := &site{listen: freeAddress(t), env: []string{fmt.Sprintf("OPENAI_BASE_URL=%s/%d/v1", server.URL, i)}}
		var urls []string
		for _, n := range c.servers.Servers {
			p := natstest.NewProxy(t, n.Address())
			s.proxies, urls = append(s.proxies, p), append(urls, p.URL())
		}
		s.args = []string{
			"--listen", s.listen, "--nats", strings.Join(urls, ","), "--model", "openai:test",
			"--limits", "off", "--drain", "30s", "--log-level", "warn",
		}
		c.nodes = append(c.nodes, s)
		s.start(t)
	}
	c.await(nodes)
	return c
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start starts the site's process.
func (s *site) start(t *testing.T) {
	t.Helper()
	s.process = start(t, s.env, s.args...)
}

// cut takes the node off NATS, mend brings it back.
func (s *site) cut() {
	for _, p := range s.proxies {
		p.Cut()
	}
}

func (s *site) mend() {
	for _, p := range s.proxies {
		p.Mend()
	}
}

// ready reports whether the node says that it can serve.
func (s *site) ready(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 6*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.listen+"/readyz", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// await waits until so many nodes say that they are ready.
func (c *city) await(n int) {
	c.t.Helper()
	c.poll(func() bool {
		ready := 0
		for _, s := range c.nodes {
			if s.ready(c.t.Context()) {
				ready++
			}
		}
		return ready >= n
	})
}

// poll looks again and again until done, for as long as a test may take.
func (c *city) poll(done func() bool) {
	c.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-c.t.Context().Done():
			c.t.Fatal("waited in vain")
		}
	}
}

// room returns a room as one of the nodes serves it.
func (c *city) room(node int, code string) *client.Room {
	return client.New("http://"+c.nodes[node%len(c.nodes)].listen, &http.Client{Timeout: 15 * time.Second}).Room(code)
}

// verify runs the real `parley verify` on the log.
func (c *city) verify() verify.Report {
	c.t.Helper()
	out, err := parley(c.t, nil, "verify", "--nats", c.servers.URL(), "--json").Output()
	if err != nil {
		c.t.Fatalf("parley verify: %v\n%s", err, out)
	}
	var r verify.Report
	if err := json.Unmarshal(out, &r); err != nil {
		c.t.Fatal(err)
	}
	return r
}

// speaker is the model. Each node has an address of its own for it, so that it
// is known who calls.
type speaker struct {
	*llmtest.Handler
	mu   sync.Mutex
	made []made
}

// made is a call that a node has made.
type made struct {
	node          int
	at            time.Time
	room, attempt string // attempt: agent, turn and number
}

func newSpeaker() *speaker {
	return &speaker{Handler: llmtest.NewHandler(func(c llmtest.Call) llmtest.Reply {
		return llmtest.Reply{Text: "words of call " + strconv.Itoa(c.N), Latency: 100 * time.Millisecond}
	})}
}

func (s *speaker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	node, err := strconv.Atoi(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	code, attempt, _ := strings.Cut(r.Header.Get(llm.TurnHeader), "/")
	s.mu.Lock()
	s.made = append(s.made, made{node: node, at: time.Now(), room: code, attempt: attempt})
	s.mu.Unlock()
	s.Handler.ServeHTTP(w, r)
}

// calls returns the calls made after a moment.
func (s *speaker) calls(after time.Time) []made {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, m := range s.made {
		if m.at.After(after) {
			return append([]made(nil), s.made[i:]...)
		}
	}
	return nil
}

// caretakers returns which node last called for each room.
func (s *speaker) caretakers() map[string]int {
	out := map[string]int{}
	for _, m := range s.calls(time.Time{}) {
		out[m.room] = m.node
	}
	return out
}
