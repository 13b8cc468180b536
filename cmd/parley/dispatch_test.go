package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/agent"
	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/internal/llm"
	"parley/internal/verify"
	"parley/room"
)

const (
	modelTime  = 200 * time.Millisecond
	roomAgents = 4
)

// slowModel answers every call after modelTime, each time with other words.
type slowModel struct{ calls, running, most atomic.Int64 }

func (m *slowModel) Complete(ctx context.Context, _ llm.Request) (llm.Answer, error) {
	n := m.calls.Add(1)
	now := m.running.Add(1)
	defer m.running.Add(-1)
	for most := m.most.Load(); now > most && !m.most.CompareAndSwap(most, now); most = m.most.Load() {
	}
	select {
	case <-time.After(modelTime):
		return llm.Answer{Text: fmt.Sprintf("answer number %d", n)}, nil
	case <-ctx.Done():
		return llm.Answer{}, &llm.Error{Class: llm.Cancelled, Err: ctx.Err()}
	}
}

// taskStart is how long a task waits in its pool before it runs.
const taskStart = time.Millisecond

// naiveRoom is the control: it reads who should answer and starts a task for
// each agent, which marks itself busy when it runs.
type naiveRoom struct {
	mu      sync.Mutex
	busy    [roomAgents]bool
	replies atomic.Int64
	tasks   sync.WaitGroup
}

func (r *naiveRoom) trigger(model llm.Model) {
	for a := range roomAgents {
		r.mu.Lock()
		idle := !r.busy[a]
		r.mu.Unlock()
		if !idle {
			continue
		}
		r.tasks.Go(func() {
			<-time.After(taskStart) // fake time: it passes once every trigger has read
			r.mu.Lock()
			r.busy[a] = true
			r.mu.Unlock()
			if _, err := model.Complete(context.Background(), llm.Request{}); err == nil {
				r.replies.Add(1)
			}
			r.mu.Lock()
			r.busy[a] = false
			r.mu.Unlock()
		})
	}
}

func TestNaiveDispatchAnswersTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r naiveRoom
		var model slowModel
		var triggers sync.WaitGroup
		for range 1000 {
			triggers.Go(func() { r.trigger(&model) })
		}
		triggers.Wait()
		r.tasks.Wait()
		if n := r.replies.Load(); n != 1000*roomAgents {
			t.Fatalf("the control made %d replies, want one a trigger and agent; it no longer shows the bug", n)
		}
		t.Logf("control: 1000 triggers at once, %d agents: %d replies, %d model calls", roomAgents, r.replies.Load(), model.calls.Load())
	})
}

// party is rooms with agents on a log in memory.
type party struct {
	host  *host.Host
	crew  *agent.Crew
	log   *memlog.Log
	model *slowModel
}

func newParty(t *testing.T, limit int) *party {
	t.Helper()
	p := &party{log: memlog.New(memlog.Options{}), model: &slowModel{}}
	p.crew = agent.New(agent.Config{
		Submit: func(ctx context.Context, code string, c room.Command) (*room.Scene, error) {
			res, err := p.host.Submit(ctx, code, c)
			return res.Scene, err
		},
		Lookup: func(string) (llm.Model, bool) { return p.model, true },
		Logger: slog.New(slog.DiscardHandler), Node: "node", Limit: limit,
	})
	p.host = host.New(host.Config{
		Log: p.log, Node: "node", Logger: slog.New(slog.DiscardHandler),
		Offer: p.crew.Ready, Claim: p.crew.Claim, Over: p.crew.Over,
	})
	t.Cleanup(func() {
		p.crew.Close()
		if err := p.host.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

func (p *party) create(t *testing.T, code string) {
	t.Helper()
	c := room.Config{
		Code: code, Mode: room.Open, Seats: 1000, Overlap: room.Coalesce, Pacing: room.PaceInstant,
		Hops: 1, RepliesPerMinute: 600, Calls: 1_000_000, CreatedAt: time.Now().UTC().Truncate(time.Millisecond),
	}
	for a := range roomAgents {
		c.Agents = append(c.Agents, room.AgentSpec{Name: fmt.Sprintf("Agent %d", a), Model: "slow"})
	}
	if _, err := p.host.Create(t.Context(), room.Create{Config: c}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.host.Submit(t.Context(), code, room.Join{Name: "Kim", Token: code}); err != nil {
		t.Fatal(err)
	}
}

// storm posts lines all at once.
func (p *party) storm(t *testing.T, code string, lines int, wg *sync.WaitGroup) {
	t.Helper()
	for i := range lines {
		wg.Go(func() {
			if _, err := p.host.Submit(t.Context(), code, room.Say{Player: "Kim", Text: fmt.Sprintf("line %d", i)}); err != nil {
				t.Error(err)
			}
		})
	}
}

func (p *party) report(t *testing.T) verify.Report {
	t.Helper()
	var total verify.Report
	for head, err := range p.log.Heads(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		r := verify.NewRoom(head.Code)
		for e, err := range p.log.Read(t.Context(), head.Code, 0) {
			if err != nil {
				t.Fatal(err)
			}
			r.Record(e.Record)
		}
		total.Add(r.Finish())
	}
	return total
}

func (p *party) check(t *testing.T, rooms, lines int) {
	t.Helper()
	got := p.report(t)
	if !got.OK() || got.PendingTriggers != 0 || got.OpenTurns != 0 {
		t.Fatalf("verify: %+v", got)
	}
	if want := rooms * lines * roomAgents; got.Triggers != want {
		t.Errorf("%d (trigger, agent) pairs, want %d", got.Triggers, want)
	}
	if got.ModelCalls != got.Turns || int64(got.ModelCalls) != p.model.calls.Load() || got.WastedCalls != 0 {
		t.Errorf("%d calls sent, %d recorded, %d wasted, for %d turns", p.model.calls.Load(), got.ModelCalls, got.WastedCalls, got.Turns)
	}
	if got.Replies != got.Turns {
		t.Errorf("%d replies of %d turns", got.Replies, got.Turns)
	}
	t.Logf("%d rooms, %d triggers: %d turns, %d replies, %d calls", rooms, got.Triggers, got.Turns, got.Replies, got.ModelCalls)
}

func TestEveryAgentAnswersEveryTriggerOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newParty(t, 0)
		p.create(t, "ROOMAA")
		var wg sync.WaitGroup
		p.storm(t, "ROOMAA", 1000, &wg)
		wg.Wait()
		<-time.After(time.Second) // fake time: two turns take 0.4 s when nobody waits for another agent
		p.check(t, 1, 1000)
		if most := p.model.most.Load(); most != roomAgents {
			t.Errorf("%d calls ran side by side, want %d", most, roomAgents)
		}
	})
}

func TestRoomsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rooms = 200
		p := newParty(t, rooms*roomAgents)
		for i := range rooms {
			p.create(t, fmt.Sprintf("R%05d", i))
		}
		var wg sync.WaitGroup
		for i := range rooms {
			p.storm(t, fmt.Sprintf("R%05d", i), 50, &wg)
		}
		wg.Wait()
		<-time.After(time.Second)
		p.check(t, rooms, 50)
		if most := p.model.most.Load(); most != rooms*roomAgents {
			t.Errorf("%d calls ran side by side, want %d", most, rooms*roomAgents)
		}
	})
}
