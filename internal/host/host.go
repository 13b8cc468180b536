// Package host runs rooms on a node. One goroutine a room owns its state:
// commands queue for it, and it decides, appends, applies and fans out. Rooms
// are folded from the log when somebody wants them and dropped from memory
// when nobody does.
//
// What a room owes at a moment (Tick) and which of its agents may begin a turn
// (Ready) follows from its state, so no timer and no list of work has to
// survive a restart. Whoever bothers to do the work, the log decides who wins.
package host

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/cluster"
	"parley/internal/eventlog"
	"parley/room"
)

// Config is what a Host is made of. Log, Node and Logger are required.
type Config struct {
	Log     eventlog.Log
	Node    string // names this process; another run of it has another name
	Logger  *slog.Logger
	Cluster *cluster.Cluster // the other nodes; nil: there are none
	Chance  func() uint64    // nil: from the system's entropy; called by many goroutines
	Now     func() time.Time // what rooms take for the time; nil: the system's

	// Offer is told which agents of a room may begin an attempt, and Over that
	// an attempt is no longer the current one. Both are called on the room's
	// goroutine and must not wait. Hints may come again and again.
	Offer func(code string, agents []room.Ready)
	Over  func(code, turn string, attempt int)
	// Claim is asked, for an agent that a command has made ready, whether its
	// attempt is to begin in the same append: the command that begins it, and
	// who is told what came of that, once and in any case; nil for no. Both are
	// called on the room's goroutine and must not wait. It is asked only where
	// the log stores several records in one step.
	Claim func(code string, agent room.Ready) (begin room.BeginTurn, begun func(*room.Scene, error))
	// Observe is told of every command that was decided, on the room's goroutine.
	Observe func(Observation)
	// Dropped is told of every room that leaves memory, before it can come back.
	// It must not wait, nor call the host.
	Dropped func(code string)

	IdleAfter  time.Duration // a room nobody wants is dropped after this; 0: 30 s
	StuckAfter time.Duration // a room that makes no progress for this is started again; 0: 5 s
	Retain     time.Duration // a room that has been closed for this is removed, if the log can; 0: none is
}

// Observation is one command, decided.
type Observation struct {
	Room       string
	Command    room.Command
	Record     *room.Record  // what was appended; nil for nothing
	Err        error         // why it was refused
	Conflict   bool          // another node or process came first; it is decided again
	Waited     time.Duration // in the room's queue
	Appending  time.Duration // until the log had acknowledged
	Held       time.Duration // the room, from deciding to fanning out; holds Appending
	Triggers   uint64        // (trigger, agent) pairs it made
	Suppressed uint64        // those a limit kept from being one
}

// The errors of a Host, beside *room.Error and the log's own.
var (
	ErrUnknown   = errors.New("there is no such room")
	ErrSlow      = errors.New("the watcher did not keep up; resume after its last seq")
	ErrGoingDown = errors.New("the server is going down; come back")
	ErrCutOff    = errors.New("the other nodes are out of reach")
	ErrBeyond    = errors.New("the room has no event with that seq yet")
)

// Result is what a command came to.
type Result struct {
	room.Decision
	Before uint64      // the public seq before it
	Player string      // of Join: who was seated
	Scene  *room.Scene // of BeginTurn: what the agent knows
}

// Host runs the rooms of a node.
type Host struct {
	Config
	lobby lobby

	mu      sync.Mutex
	rooms   map[string]*runner
	wakes   map[string]*time.Timer // of rooms out of memory that want a Tick later
	leaving bool                   // this node takes no more care of rooms
	closing bool
	running sync.WaitGroup
	stop    chan struct{}
	orphans map[attempt]struct{}
	stuck   map[string]int // goroutines that have lost their room and are stuck still
	restart uint64         // rooms that were started again because they were stuck

	moves  atomic.Uint64 // how often nodes have come or gone
	moving chan struct{} // buffered; they have
}

// New returns a host without rooms; Start opens those that want attention.
func New(c Config) *Host {
	if c.IdleAfter == 0 {
		c.IdleAfter = 30 * time.Second
	}
	if c.StuckAfter == 0 {
		c.StuckAfter = 5 * time.Second
	}
	if c.Chance == nil {
		c.Chance = entropy
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Dropped == nil {
		c.Dropped = func(string) {}
	}
	if c.Cluster == nil {
		c.Cluster = cluster.Alone(c.Node)
	}
	h := &Host{
		Config: c, rooms: map[string]*runner{}, wakes: map[string]*time.Timer{}, orphans: map[attempt]struct{}{}, stuck: map[string]int{},
		stop: make(chan struct{}), moving: make(chan struct{}, 1),
	}
	h.running.Go(h.watchProgress)
	return h
}

// Start reads the list of rooms, joins the cluster and opens the rooms that
// were left with work to do and are this node's.
func (h *Host) Start(ctx context.Context) error {
	if err := h.listRooms(ctx); err != nil {
		return fmt.Errorf("read the list of rooms: %w", err)
	}
	if err := h.Cluster.Join(h.wake, h.moved); err != nil {
		return err
	}
	h.running.Go(h.watchMembers)
	if remover, ok := h.Log.(eventlog.Remover); ok && h.Retain > 0 {
		h.running.Go(func() { h.sweep(remover) }) //nolint:contextcheck // until the host closes
	}
	h.moved()
	return nil
}

// Submit gives a command to its room and returns what came of it. A refusal is
// a *room.Error; ErrUnknown says that there is no such room. When ctx ends
// before an answer the outcome is unknown to the caller.
func (h *Host) Submit(ctx context.Context, code string, c room.Command) (Result, error) {
	p := &proposal{command: c}
	if err := h.ask(ctx, code, &job{what: c.Cause(), proposal: p}); err != nil {
		return Result{}, err // p may be the room's yet
	}
	return p.res, p.err
}

// Create makes a room and returns it as players see it.
func (h *Host) Create(ctx context.Context, c room.Create) (room.View, error) {
	if _, err := h.Submit(ctx, c.Config.Code, c); err != nil {
		return room.View{}, err
	}
	var v room.View
	err := h.Inspect(ctx, c.Config.Code, func(s *room.State) { v = s.View() })
	return v, err
}

// Inspect calls look with the room's state, on the room's goroutine. look must
// be quick, change nothing and keep nothing.
func (h *Host) Inspect(ctx context.Context, code string, look func(*room.State)) error {
	return h.do(ctx, code, "inspect", func(r *runner, _ time.Duration) error {
		if !r.state.Exists() {
			return ErrUnknown
		}
		look(r.state)
		return nil
	})
}

// Records yields the room's records, from the first to the present last.
func (h *Host) Records(ctx context.Context, code string) iter.Seq2[room.Record, error] {
	return func(yield func(room.Record, error) bool) {
		for e, err := range h.Log.Read(ctx, code, 0) {
			if !yield(e.Record, err) || err != nil {
				return
			}
		}
	}
}

// Ready reports whether the node can serve: it hears the net of its cluster,
// and the log can be appended to, which it tries.
func (h *Host) Ready(ctx context.Context) error {
	h.mu.Lock()
	down := h.closing || h.leaving
	h.mu.Unlock()
	switch {
	case down:
		return ErrGoingDown
	case !h.Cluster.Knows(h.Node):
		return ErrCutOff
	}
	return h.probe(ctx)
}

// InMemory returns how many rooms are in memory.
func (h *Host) InMemory() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.rooms)
}

// Restarted returns how many rooms were started again because they were stuck.
func (h *Host) Restarted() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.restart
}

// Close says goodbye to all watchers, lets the commands in the queues end and
// drops every room. The log stays open; it is its owner's. Close returns the
// error of ctx when that ends first.
func (h *Host) Close(ctx context.Context) error {
	h.mu.Lock()
	if !h.closing {
		h.closing = true
		close(h.stop)
		for _, t := range h.wakes {
			t.Stop()
		}
	}
	h.mu.Unlock()
	done := make(chan struct{})
	go func() {
		h.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close the host: %w", ctx.Err())
	}
}
