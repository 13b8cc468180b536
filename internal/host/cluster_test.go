package host_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/cluster"
	"parley/internal/cluster/memnet"
	"parley/internal/eventlog"
	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/room"
)

// town is some nodes on one log.
type town struct {
	t     *testing.T
	log   *memlog.Log
	hub   *memnet.Hub
	nodes []*member
}

// member is a node: a host, and agents that answer a line after a while.
type member struct {
	*host.Host
	t       *testing.T
	name    string
	log     *gate
	cluster *cluster.Cluster
	think   time.Duration

	mu      sync.Mutex
	offered int                // rooms that were offered to the agents
	calls   map[string]int     // attempts begun, by room
	over    []string           // attempts that were called over
	tasks   map[string]bool    // agents at work
	running context.CancelFunc // ends the agents
	ctx     context.Context
	busy    sync.WaitGroup
}

// gate is the way of one node to the log, which can be shut.
type gate struct {
	eventlog.Log
	mu   sync.Mutex
	shut bool
	deaf bool
	slow time.Duration // what an append takes
}

// Follow yields nothing to a node that is deaf.
func (g *gate) Follow(ctx context.Context, code string, after eventlog.Seq) iter.Seq2[eventlog.Entry, error] {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.deaf {
		return g.Log.Follow(ctx, code, after)
	}
	return func(yield func(eventlog.Entry, error) bool) {
		<-ctx.Done()
		yield(eventlog.Entry{}, ctx.Err())
	}
}

// FollowHeads is the log's.
func (g *gate) FollowHeads(ctx context.Context) iter.Seq2[eventlog.HeadChange, error] {
	return g.Log.(eventlog.HeadFollower).FollowHeads(ctx)
}

func (g *gate) Append(ctx context.Context, after eventlog.Seq, rec room.Record) (eventlog.Seq, error) {
	g.mu.Lock()
	shut, slow := g.shut, g.slow
	g.mu.Unlock()
	if slow > 0 {
		<-time.After(slow)
	}
	if shut {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	return g.Log.Append(ctx, after, rec)
}

func newTown(t *testing.T, names ...string) *town {
	t.Helper()
	w := &town{t: t, log: memlog.New(memlog.Options{}), hub: memnet.New()}
	for _, n := range names {
		w.join(n)
	}
	pass(2 * time.Second)
	return w
}

func (w *town) join(name string) {
	w.t.Helper()
	m := &member{
		t: w.t, name: name, log: &gate{Log: w.log}, cluster: cluster.New(w.hub.Net(name), name, cluster.Options{}),
		think: time.Second, calls: map[string]int{}, tasks: map[string]bool{},
	}
	m.ctx, m.running = context.WithCancel(context.Background())
	m.Host = host.New(host.Config{
		Log: m.log, Node: name, Logger: slog.New(slog.DiscardHandler), Cluster: m.cluster,
		StuckAfter: time.Minute, Offer: m.offer, Over: m.isOver,
	})
	if err := m.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		m.running()
		if err := m.Close(context.Background()); err != nil {
			w.t.Error(err)
		}
		m.busy.Wait()
		m.cluster.Close()
	})
	w.nodes = append(w.nodes, m)
}

// node returns the node of that name.
func (w *town) node(name string) *member {
	for _, m := range w.nodes {
		if m.name == name {
			return m
		}
	}
	w.t.Fatalf("no node %s", name)
	return nil
}

// kill takes a node off the net and the log, as a power switch would.
func (w *town) kill(name string) {
	m := w.node(name)
	w.hub.Cut(name, true)
	m.log.mu.Lock()
	m.log.shut = true
	m.log.mu.Unlock()
	m.running()
}

// codeOf returns a room's code that is the named node's to look after.
func (w *town) codeOf(name string) string {
	var live []string
	for _, m := range w.nodes {
		live = append(live, m.name)
	}
	for i := 0; ; i++ {
		if code := fmt.Sprintf("R%05d", i); cluster.NodesOf(live).Caretaker(code) == name {
			return code
		}
	}
}

func (m *member) offer(code string, ready []room.Ready) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.offered++
	for _, r := range ready {
		task := code + "/" + r.Agent
		if m.tasks[task] || m.ctx.Err() != nil {
			continue
		}
		m.tasks[task] = true
		m.busy.Go(func() {
			m.turn(code, r.Agent)
			m.mu.Lock()
			delete(m.tasks, task)
			m.mu.Unlock()
			m.open(code)
		})
	}
}

// open makes the room look once more whether there is something to do.
func (m *member) open(code string) {
	_ = m.Inspect(m.ctx, code, func(*room.State) {})
}

// turn begins an attempt, thinks, and answers.
func (m *member) turn(code, agent string) {
	res, err := m.Submit(m.ctx, code, room.BeginTurn{Agent: agent, Model: "builtin", Node: m.name, Deadline: time.Now().Add(time.Minute)})
	if err != nil {
		return
	}
	m.mu.Lock()
	m.calls[code]++
	m.mu.Unlock()
	select {
	case <-time.After(m.think):
	case <-m.ctx.Done():
		return
	}
	_, _ = m.Submit(m.ctx, code, room.Answer{Turn: res.Turn, Attempt: res.Scene.Attempt, Text: fmt.Sprintf("%s answers in %s", agent, res.Turn)})
}

func (m *member) isOver(code, turn string, attempt int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.over = append(m.over, fmt.Sprintf("%s/%s/%d", code, turn, attempt))
}

func (m *member) called(code string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.calls[code]
}

func (m *member) do(code string, c room.Command) host.Result {
	m.t.Helper()
	res, err := m.Submit(m.t.Context(), code, c)
	if err != nil {
		m.t.Fatalf("%s on %s: %v", c.Cause(), m.name, err)
	}
	return res
}

// openRoom makes an open room with Ada and Bob, and Kim in it.
func (m *member) openRoom(code string, change ...func(*room.Config)) {
	m.t.Helper()
	c := room.Config{
		Code: code, Title: code, Mode: room.Open, Seats: 100, Overlap: room.Coalesce, Pacing: room.PaceInstant,
		Hops: 1, RepliesPerMinute: 600, Calls: 2000, CreatedAt: time.Now().UTC().Truncate(time.Millisecond),
		Agents: []room.AgentSpec{{Name: "Ada", Model: "builtin"}, {Name: "Bob", Model: "builtin"}},
	}
	for _, f := range change {
		f(&c)
	}
	if _, err := m.Create(m.t.Context(), room.Create{Config: c, HostToken: "host"}); err != nil {
		m.t.Fatal(err)
	}
	m.do(code, room.Join{Name: "Kim", Token: "k"})
}

func (m *member) watch(code, player string) *host.Watcher {
	m.t.Helper()
	w, err := m.Watch(m.t.Context(), code, host.Watching{Player: player})
	if err != nil {
		m.t.Fatal(err)
	}
	return w
}

// records returns what the log holds of a room.
func (w *town) records(code string) []room.Record {
	w.t.Helper()
	var out []room.Record
	for e, err := range w.log.Read(w.t.Context(), code, 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, e.Record)
	}
	return out
}

// eventsOf returns the events of a type, in order.
func eventsOf[E room.Event](records []room.Record) []E {
	var out []E
	for _, r := range records {
		for _, e := range r.Events {
			if e, ok := e.(E); ok {
				out = append(out, e)
			}
		}
	}
	return out
}

// pass lets fake time pass, and everybody do what is due then.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
