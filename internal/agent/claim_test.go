package agent_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/agent"
	"parley/internal/llm/llmtest"
	"parley/room"
)

// claimed has Ann say something in R, and the crew claim A1 for it. The attempt is
// begun, and the crew not told yet.
func (w *world) claimed() (begun func(error)) {
	w.t.Helper()
	const code = "R"
	w.mu.Lock()
	defer w.mu.Unlock()
	crew := w.crew
	w.crew = w.newCrew(nil, nil) // which hears the hints
	w.crew.Close()
	defer func() { w.crew = crew }()
	if _, err := w.decide(code, room.Say{Player: "Ann", Text: "hi"}); err != nil {
		w.t.Fatal(err)
	}
	ready, _ := w.rooms[code].state.Ready(time.Now())
	begin, tell := crew.Claim(code, ready[0])
	if tell == nil {
		w.t.Fatal("not claimed")
	}
	d, err := w.decide(code, begin)
	if err != nil {
		w.t.Fatal(err)
	}
	scene, _ := w.rooms[code].state.Scene(d.Turn)
	return func(err error) {
		if err != nil {
			tell(nil, err)
			return
		}
		tell(&scene, nil)
	}
}

func TestClaimedAgentAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(time.Second))
		var seen []agent.Attempt
		w := newWorld(t, model, func(c *agent.Config) {
			c.Observe = func(a agent.Attempt) { seen = append(seen, a) }
		})
		w.open("R", 1, nil)
		begun := w.claimed()
		pass(100 * time.Millisecond)
		if model.Total() != 0 {
			t.Error("the model is called before the beginning is known to be in the log")
		}
		begun(nil)
		pass(2 * time.Second)
		if diff := cmp.Diff([]string{"replied: answered"}, w.outcomes("R")); diff != "" {
			t.Error(diff)
		}
		if model.Total() != 1 || len(commands[room.BeginTurn](w)) != 0 {
			t.Errorf("%d calls, and %d beginnings by the crew itself", model.Total(), len(commands[room.BeginTurn](w)))
		}
		if len(seen) != 1 || seen[0].Start != 100*time.Millisecond || seen[0].Queued != 0 {
			t.Errorf("observed %+v", seen)
		}
		w.say("R", "and now")
		pass(2 * time.Second)
		if model.Total() != 2 {
			t.Errorf("%d calls after the next line, want 2", model.Total())
		}
	})
}

func TestWhoCannotBeClaimed(t *testing.T) {
	ready := room.Ready{Agent: "A1", Model: "m"}
	outside, reads := ready, ready
	outside.Outside, reads.Reads = true, room.TriggerLine
	for _, test := range []struct {
		name   string
		code   string
		ready  room.Ready
		before func(w *world)
		can    bool
	}{
		{"nobody else", "R", ready, func(*world) {}, true},
		{"an agent from outside", "R", outside, func(*world) {}, false},
		{"one that reads first", "R", reads, func(*world) {}, false},
		{"one at work", "R", ready, func(w *world) { w.say("R", "hi") }, false},
		{"one for whom there is no slot", "S", ready, func(w *world) { w.say("R", "hi"); w.say("T", "hi") }, false},
		{"one of a node that goes down", "R", ready, func(w *world) { w.crew.Close() }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, llmtest.NewScripted(numbered(time.Second)), func(c *agent.Config) { c.Limit = 2 })
				for _, code := range []string{"R", "S", "T"} {
					w.open(code, 1, nil)
				}
				test.before(w)
				synctest.Wait()
				_, begun := w.crew.Claim(test.code, test.ready)
				if (begun != nil) != test.can {
					t.Errorf("claimed: %v", begun != nil)
				}
				if begun != nil {
					begun(nil, &room.Error{Kind: room.Idle})
				}
				pass(time.Minute)
			})
		})
	}
}

func TestClaimedAgentThatDoesNotBegin(t *testing.T) {
	for name, test := range map[string]struct {
		err    error
		begins int // by the crew itself, without another hint
	}{
		"refused":     {&room.Error{Kind: room.Running}, 0},
		"unavailable": {errDown, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				model := llmtest.NewScripted(numbered(time.Second))
				w := newWorld(t, model, func(c *agent.Config) { c.Limit = 1 })
				w.faulty = func(string, room.Command) error { return &room.Error{Kind: room.Running} }
				w.open("R", 1, nil)
				w.claimed()(test.err)
				pass(10 * time.Second)
				if got := len(commands[room.BeginTurn](w)); got != test.begins || model.Total() != 0 {
					t.Errorf("%d beginnings and %d calls, want %d and none", got, model.Total(), test.begins)
				}
				w.faulty = nil
				w.open("S", 1, nil)
				w.say("S", "the slot is free again")
				pass(10 * time.Second)
				if model.Total() != 1 {
					t.Errorf("%d calls in the next room, want 1", model.Total())
				}
			})
		})
	}
}

func TestClaimedAttemptThatIsOverBeforeItIsHeardOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(time.Second))
		w := newWorld(t, model, nil)
		w.open("R", 1, nil)
		begun := w.claimed()
		w.do("R", room.Pause{})
		begun(nil)
		pass(time.Minute)
		if model.Total() != 0 || len(w.sent) != 0 {
			t.Errorf("%d calls, and submitted %v", model.Total(), w.sent)
		}
	})
}

func TestDrainWaitsForWhoIsClaimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(time.Second))
		w := newWorld(t, model, nil)
		w.open("R", 1, nil)
		begun := w.claimed()
		var closed bool
		go func() {
			w.crew.Close()
			closed = true
		}()
		if synctest.Wait(); closed {
			t.Error("closed while an attempt may have begun")
		}
		begun(nil)
		synctest.Wait()
		fails := commands[room.FailAttempt](w)
		if !closed || model.Total() != 0 || len(fails) != 1 || fails[0].Outcome != room.CallCancelled {
			t.Errorf("closed %v, %d calls, failures %v", closed, model.Total(), fails)
		}
	})
}
