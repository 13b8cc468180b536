package agent_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/agent"
	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/room"
)

func TestAgentsWorkSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(200 * time.Millisecond))
		w := newWorld(t, model, nil)
		w.open("R", 4, nil)
		w.say("R", "hi")
		pass(199 * time.Millisecond)
		if got := len(w.lines("R")); got != 1 || model.Running() != 4 {
			t.Fatalf("%d lines, %d calls under way", got, model.Running())
		}
		pass(time.Millisecond)
		if got := w.outcomes("R"); !slices.Equal(got, slices.Repeat([]string{"replied: answered"}, 4)) {
			t.Error(got)
		}
		if got := w.pending("R"); got != 0 {
			t.Errorf("%d triggers left", got)
		}
	})
}

func TestSlotsGoRoundTheRooms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(time.Second))
		w := newWorld(t, model, func(c *agent.Config) { c.Limit = 2 })
		w.open("BUSY", 12, nil)
		w.open("CALM", 2, nil)
		w.open("SLOW", 1, nil)
		w.say("BUSY", "hi")
		synctest.Wait()
		w.say("CALM", "hi")
		w.say("SLOW", "hi")
		pass(time.Hour)
		var order []string
		for _, req := range model.Requests() {
			order = append(order, strings.Split(req.Turn, "/")[0])
		}
		if len(order) != 15 {
			t.Fatalf("%d calls", len(order))
		}
		slices.Sort(order[0:2])
		slices.Sort(order[2:4])
		slices.Sort(order[4:6])
		want := []string{"BUSY", "BUSY", "BUSY", "CALM", "BUSY", "SLOW"} // two at a time, a slot a room
		if diff := cmp.Diff(want, order[:6]); diff != "" {
			t.Errorf("rooms by slot (-want +got):\n%s", diff)
		}
		if model.MostAtOnce() != 2 {
			t.Errorf("%d calls at once", model.MostAtOnce())
		}
	})
}

func TestManyHintsMakeOneAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		inTurn := map[string]int{}
		model := llmtest.NewScripted(func(ctx context.Context, n int, req llm.Request) (llm.Answer, error) {
			self := req.Scene.Self
			mu.Lock()
			inTurn[self]++
			if inTurn[self] > 1 {
				t.Errorf("%s is called twice at once", self)
			}
			mu.Unlock()
			defer func() {
				mu.Lock()
				inTurn[self]--
				mu.Unlock()
			}()
			return numbered(200*time.Millisecond)(ctx, n, req)
		})
		w := newWorld(t, model, nil)
		w.open("R", 4, nil)
		hints := []room.Ready{{Agent: "A1", Model: "m"}, {Agent: "A2", Model: "m"}, {Agent: "A3", Model: "m"}, {Agent: "A4", Model: "m"}, {Agent: "Bot", Outside: true}}
		var wg sync.WaitGroup
		for i := range 1000 {
			wg.Go(func() {
				<-time.After(time.Duration(i%100) * 10 * time.Millisecond)
				if i%50 == 0 {
					w.say("R", fmt.Sprint("line ", i))
				}
				w.crew.Ready("R", hints)
			})
		}
		wg.Wait()
		pass(time.Minute)
		turns := w.turns("R")
		if model.Total() != len(turns) || len(model.Repeated()) > 0 {
			t.Errorf("%d calls for %d turns, repeated %v", model.Total(), len(turns), model.Repeated())
		}
		for _, begin := range commands[room.BeginTurn](w) {
			if begin.Agent == "Bot" {
				t.Error("a turn of an agent from outside")
			}
		}
		if got := w.pending("R"); got != 0 {
			t.Errorf("%d triggers left", got)
		}
	})
}

func TestHintsDuringAnAttemptAreOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(time.Second))
		w := newWorld(t, model, func(c *agent.Config) { c.Limit = 1 })
		w.open("R", 2, nil)
		w.say("R", "hi")
		pass(100 * time.Millisecond) // one is at work, one is queued
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() { w.crew.Ready("R", []room.Ready{{Agent: "A1", Model: "m"}, {Agent: "A2", Model: "m"}}) })
		}
		wg.Wait()
		pass(time.Minute)
		if got := len(commands[room.BeginTurn](w)); got != 3 {
			t.Errorf("%d begins, want one each and one after the hints during the attempt", got)
		}
	})
}

func TestNoHintIsLost(t *testing.T) {
	for seed := range uint64(8) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 0))
			model := llmtest.NewScripted(func(ctx context.Context, n int, req llm.Request) (llm.Answer, error) {
				return numbered(time.Duration(n%7)*time.Millisecond)(ctx, n, req)
			})
			w := newWorld(t, model, func(c *agent.Config) { c.Limit = 1 + int(seed%4) })
			w.open("R", 3, nil)
			for i := range 60 {
				w.say("R", fmt.Sprint("line ", i))
				pass(time.Duration(r.IntN(6)) * time.Millisecond)
			}
			pass(time.Second) // nobody hints any more but for what the crew itself commits
			if got := w.pending("R"); got != 0 {
				t.Errorf("seed %d: %d triggers left", seed, got)
			}
			if turns := len(w.turns("R")); model.Total() != turns {
				t.Errorf("seed %d: %d calls for %d turns", seed, model.Total(), turns)
			}
		})
	}
}

func TestOverCancelsAndSubmitsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(time.Second))
		var seen []agent.Attempt
		w := newWorld(t, model, func(c *agent.Config) {
			c.Observe = func(a agent.Attempt) { seen = append(seen, a) }
		})
		w.open("R", 1, nil)
		w.say("R", "hi")
		pass(100 * time.Millisecond)
		w.do("R", room.Pause{})
		synctest.Wait()
		if model.Running() != 0 {
			t.Error("the call goes on")
		}
		pass(time.Minute)
		if answers, fails := commands[room.Answer](w), commands[room.FailAttempt](w); len(answers)+len(fails) > 0 {
			t.Errorf("submitted %v %v", answers, fails)
		}
		if len(seen) != 1 || seen[0].Outcome != room.CallCancelled || seen[0].Call != 100*time.Millisecond {
			t.Errorf("observed %+v", seen)
		}
	})
}

func TestInterruptedTurnGoesOnAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(time.Second))
		w := newWorld(t, model, nil)
		w.open("R", 1, func(c *room.Config) { c.Overlap = room.Interrupt })
		w.say("R", "hi")
		pass(300 * time.Millisecond)
		w.say("R", "wait")
		pass(time.Second)
		if diff := cmp.Diff([]string{"replied: cancelled answered"}, w.outcomes("R")); diff != "" {
			t.Error(diff)
		}
	})
}

// An attempt may be over before the crew hears that it was begun.
func TestOverBeforeTheBeginIsHeardOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(time.Second))
		w := newWorld(t, model, nil)
		w.open("R", 1, nil)
		w.landed = func(code string, c room.Command) error {
			if _, begins := c.(room.BeginTurn); begins {
				_, err := w.decide(code, room.Pause{})
				return err
			}
			return nil
		}
		w.say("R", "hi")
		pass(time.Minute)
		if model.Total() != 0 {
			t.Errorf("%d calls of an attempt that was over", model.Total())
		}
		if got := len(commands[room.Answer](w)) + len(commands[room.FailAttempt](w)); got > 0 {
			t.Errorf("%d outcomes submitted", got)
		}
	})
}

func TestFencedOutcomeIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(time.Second))
		w := newWorld(t, model, nil)
		w.open("R", 1, nil)
		w.faulty = func(_ string, c room.Command) error {
			if _, answers := c.(room.Answer); answers {
				return &room.Error{Kind: room.Stale, Detail: "no longer the current one"}
			}
			return nil
		}
		w.say("R", "hi")
		pass(2 * time.Second)
		if got := len(commands[room.Answer](w)); got != 1 {
			t.Errorf("submitted %d times", got)
		}
		if !strings.Contains(w.logs.String(), `level=INFO msg="outcome refused"`) {
			t.Error(w.logs.String())
		}
	})
}

func TestUnknownModelEndsTheTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil, func(c *agent.Config) {
			c.Lookup = func(string) (llm.Model, bool) { return nil, false }
		})
		w.open("R", 1, nil)
		w.say("R", "hi")
		pass(time.Second)
		if diff := cmp.Diff([]string{"failed: error"}, w.outcomes("R")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRequestCarriesItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(0))
		w := newWorld(t, model, nil)
		w.open("R", 0, func(c *room.Config) { c.Agents = []room.AgentSpec{{Name: "Zoë a/b", Model: "m"}} })
		w.say("R", "hi")
		synctest.Wait()
		got := model.Requests()[0]
		if want := "R/Zo%C3%AB%20a%2Fb/Zo%C3%AB-a%2Fb-1/1"; got.Turn != want {
			t.Errorf("%q, want %q", got.Turn, want)
		}
		if got.FirstToken != 20*time.Second || got.NextToken != 10*time.Second || got.MaxTokens == 0 || got.Seed == 0 {
			t.Errorf("%+v", got)
		}
		begin := commands[room.BeginTurn](w)[0]
		want := room.BeginTurn{Agent: "Zoë a/b", Model: "m", Node: "n1", Deadline: time.Now().Add(time.Minute).UTC(), MaxChars: agent.DefaultMaxChars}
		if diff := cmp.Diff(want, begin); diff != "" {
			t.Error(diff)
		}
	})
}

func TestGame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(func(ctx context.Context, n int, req llm.Request) (llm.Answer, error) {
			if req.Scene.Kind != llm.KindVote {
				return numbered(time.Second)(ctx, n, req)
			}
			last := req.Messages[len(req.Messages)-1].Text
			for _, want := range append([]string{"vote"}, req.Scene.Suspects...) {
				if !strings.Contains(last, want) {
					t.Errorf("no %q in %q", want, last)
				}
			}
			if strings.Contains(last, "asked again") {
				return llmtest.Line("I vote for "+strings.ToUpper(req.Scene.Suspects[0])+".", req), nil
			}
			return llmtest.Line("all of them", req), nil
		})
		w := newWorld(t, model, nil)
		config := room.Config{
			Code: "G", Mode: room.Imitation, Lang: "en", Topics: []string{"Tea or coffee?"}, Seats: 1,
			Agents:     []room.AgentSpec{{Model: "m"}, {Model: "m"}, {Model: "m"}},
			Discussion: 60, Voting: 60, Reveal: 10, Rounds: 1, Overlap: room.Coalesce, Pacing: room.PaceHuman,
			Hops: 3, RepliesPerMinute: 12, Calls: 2000, SilenceSeconds: 20, CreatedAt: time.Now(),
		}
		w.do("G", room.Create{Config: config})
		w.do("G", room.Join{Token: "p"})
		pass(2 * time.Minute)
		voted := 0
		for _, turn := range w.turns("G") {
			if turn.Kind != room.TurnVote {
				continue
			}
			voted++
			if turn.State != string(room.Voted) || turn.Reason != nil || len(turn.Attempts) != 2 || *turn.Attempts[0].Outcome != "refused" {
				t.Errorf("%+v", turn)
			}
		}
		if voted != 3 || len(w.lines("G")) == 0 {
			t.Errorf("%d votes, %d lines", voted, len(w.lines("G")))
		}
	})
}

// A vote takes whoever reads from it, and a line whoever is about to break a
// silence; another line waits until the first is read.
func TestWhatEndsReading(t *testing.T) {
	const long = 100_000 // characters, which nobody reads in half an hour
	line, vote := room.Ready{Agent: "A", Reads: room.TriggerLine, Chars: 10}, room.Ready{Agent: "A"}
	for _, c := range []struct {
		reads room.TriggerKind
		then  room.Ready
		ends  bool
	}{
		{room.TriggerLine, vote, true},
		{room.TriggerPhase, vote, true},
		{room.TriggerSilence, vote, true},
		{room.TriggerSilence, line, true},
		{room.TriggerSilence, room.Ready{Agent: "A", Reads: room.TriggerSilence}, false},
		{room.TriggerLine, line, false},
		{room.TriggerPhase, line, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			start, took := time.Now(), time.Duration(0)
			w := newWorld(t, llmtest.NewScripted(numbered(0)), func(config *agent.Config) {
				config.Submit = func(context.Context, string, room.Command) (*room.Scene, error) {
					took = time.Since(start)
					return nil, &room.Error{Kind: room.Idle}
				}
			})
			w.crew.Ready("R", []room.Ready{{Agent: "A", Reads: c.reads, Chars: long}})
			pass(time.Second)
			w.crew.Ready("R", []room.Ready{c.then})
			pass(10 * time.Hour)
			if took == 0 || took < 30*time.Minute != c.ends {
				t.Errorf("who reads a %s, and then %q, begins after %v", c.reads, c.then.Reads, took)
			}
			if c.then.Reads == "" && took != time.Second {
				t.Errorf("the vote begins %v after the first hint", took)
			}
			if c.then.Reads == room.TriggerLine && took == time.Second {
				t.Error("the line is not read")
			}
		})
	}
}
