package agent

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"parley/internal/llm"
	"parley/room"
)

// What a Config leaves open.
const (
	DefaultLimit    = 64               // calls at once to one model
	DefaultTimeout  = 60 * time.Second // of an attempt
	DefaultMaxChars = 12000            // bytes of lines that one turn covers
)

// Submit hands a command to a room and returns when it is in the log or
// refused. A refusal is a *room.Error; any other error is taken for a passing
// problem. The scene is that of a begun turn, and nil for other commands.
type Submit func(ctx context.Context, code string, c room.Command) (*room.Scene, error)

// Persona is how an agent writes.
type Persona struct {
	Style string // a description addressed to the model
}

// Attempt is a finished model call, for counters.
type Attempt struct {
	Room    string
	Model   string
	Outcome room.CallOutcome // as the caller saw it; the rules may refuse an answer
	Queued  time.Duration    // from the hint to a slot of the model
	Start   time.Duration    // from submitting BeginTurn to the call
	Call    time.Duration    // of the call itself; 0 when there was none
}

// Config is what a Crew works with. Submit, Lookup and Logger are required.
type Config struct {
	Submit   Submit
	Lookup   func(model string) (llm.Model, bool)
	Persona  func(id string) (Persona, bool) // nil for none
	Observe  func(Attempt)                   // called side by side; nil for none
	Logger   *slog.Logger                    // for what is not expected
	Rand     func() uint64                   // need not be safe for concurrent use; nil for the runtime's
	Now      func() time.Time                // what deadlines are told by; nil for the system's
	Node     string                          // this node's name, recorded with each attempt
	Model    string                          // of agents that name none; llm.Builtin when empty
	Limit    int                             // calls at once to one model; 0 for DefaultLimit
	Timeout  time.Duration                   // of an attempt; 0 for DefaultTimeout
	MaxChars int                             // of lines that one turn covers; 0 for DefaultMaxChars
}

// Crew takes the turns of all agents of a node. It is safe for concurrent use.
type Crew struct {
	config Config
	chance *rand.Rand
	salt   uint64 // of the agents' hands

	mu        sync.Mutex
	jobs      map[seat]*job
	queues    map[string]*queue // by model
	calls     map[call]context.CancelCauseFunc
	beginning map[string]*beginning // by room
	draining  bool
	ended     chan struct{} // closed when running calls are to stop
	running   sync.WaitGroup
}

// seat is an agent of a room.
type seat struct{ code, agent string }

// call is an attempt of a room's turn.
type call struct {
	code, turn string
	attempt    int
}

// job is an agent that reads, is queued, at work, or rests after a failure to begin.
// There is one a seat at most, which keeps one node from taking a turn twice.
type job struct {
	seat
	model  string
	hinted time.Time
	taken  time.Time // when it got its slot
	reads  room.TriggerKind
	timer  *time.Timer // of its reading
	atWork bool
	again  *room.Ready // a hint that came while it was at work
	fails  int         // beginnings in a row that failed without being refused
}

// beginning keeps the attempts that are over before their begin was heard of.
type beginning struct {
	count int
	over  map[call]bool
}

// New gives a crew that works on its first hint.
func New(config Config) *Crew {
	if config.Rand == nil {
		config.Rand = rand.Uint64
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Model == "" {
		config.Model = llm.Builtin
	}
	if config.Limit <= 0 {
		config.Limit = DefaultLimit
	}
	if config.Timeout <= 0 {
		config.Timeout = DefaultTimeout
	}
	if config.MaxChars <= 0 {
		config.MaxChars = DefaultMaxChars
	}
	chance := newChance(config.Rand)
	return &Crew{
		config: config, chance: chance, salt: chance.Uint64(),
		jobs: map[seat]*job{}, queues: map[string]*queue{}, calls: map[call]context.CancelCauseFunc{},
		beginning: map[string]*beginning{}, ended: make(chan struct{}),
	}
}

// Ready hints that agents of a room may begin an attempt. It never blocks. The
// hint may be stale or come again; agents from outside are ignored.
func (c *Crew) Ready(code string, ready []room.Ready) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range ready {
		if !r.Outside && !c.draining {
			c.hint(seat{code, r.Agent}, r)
		}
	}
}

func (c *Crew) hint(s seat, r room.Ready) {
	if j, ok := c.jobs[s]; ok {
		switch {
		case j.atWork:
			j.again = &r
		case j.reads != "":
			c.disturb(j, r)
		}
		return
	}
	j := &job{seat: s, model: cmp.Or(r.Model, c.config.Model)}
	c.jobs[s] = j
	if reading := c.reading(s, r); reading > 0 {
		j.reads, j.timer = r.Reads, time.AfterFunc(reading, func() { c.wake(j) })
		return
	}
	c.enqueue(j)
}

// disturb takes an agent from its reading when that is of no use any more: a
// vote has begun, or the silence is over. People look up then, too.
func (c *Crew) disturb(j *job, r room.Ready) {
	over := j.reads == room.TriggerSilence && r.Reads != room.TriggerSilence
	if r.Reads != "" && !over || !j.timer.Stop() {
		return
	}
	if j.reads = r.Reads; j.reads == "" {
		c.enqueue(j)
		return
	}
	j.timer.Reset(c.reading(j.seat, r))
}

func (c *Crew) enqueue(j *job) {
	j.hinted, j.reads, j.atWork, j.again = time.Now(), "", false, nil
	c.queue(j.model).push(j)
	c.start(j.model)
}

func (c *Crew) queue(model string) *queue {
	q, ok := c.queues[model]
	if !ok {
		q = newQueue(c.config.Limit)
		c.queues[model] = q
	}
	return q
}

// start gives free slots of a model to those who wait for one.
func (c *Crew) start(model string) {
	q := c.queues[model]
	for {
		j, ok := q.pop()
		if !ok {
			break
		}
		c.occupy(j)
		c.running.Go(func() { c.work(j) })
	}
	if q.free == c.config.Limit {
		delete(c.queues, model)
	}
}

// occupy notes that an agent has a slot and is about to begin.
func (c *Crew) occupy(j *job) {
	j.atWork, j.taken = true, time.Now()
	b, ok := c.beginning[j.code]
	if !ok {
		b = &beginning{over: map[call]bool{}}
		c.beginning[j.code] = b
	}
	b.count++
}

// release gives back the slot and lets the agent rest, go round again, or go.
func (c *Crew) release(j *job, rest time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queues[j.model].free++
	switch {
	case c.draining:
		delete(c.jobs, j.seat)
	case rest > 0:
		j.atWork = false
		time.AfterFunc(rest, func() { c.wake(j) })
	case j.again != nil:
		delete(c.jobs, j.seat)
		c.hint(j.seat, *j.again)
	default:
		delete(c.jobs, j.seat)
	}
	if c.queues[j.model] != nil {
		c.start(j.model)
	}
}

func (c *Crew) wake(j *job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.draining {
		c.enqueue(j)
	}
}

// Over says that an attempt is no longer the current one of its turn: its call
// is cancelled, and nothing is submitted for it. It never blocks.
func (c *Crew) Over(code, turn string, attempt int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := call{code, turn, attempt}
	if cancel, ok := c.calls[id]; ok {
		cancel(errOver)
		return
	}
	if b, ok := c.beginning[code]; ok {
		b.over[id] = true
	}
}
