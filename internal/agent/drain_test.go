package agent_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/agent"
	"parley/internal/llm/llmtest"
	"parley/room"
)

func TestDrainLetsRunningTurnsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(time.Second))
		w := newWorld(t, model, func(c *agent.Config) { c.Limit = 2 })
		w.open("R", 3, nil)
		w.say("R", "hi")
		pass(500 * time.Millisecond) // two at work, one queued
		start := time.Now()
		if err := w.crew.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took != 500*time.Millisecond {
			t.Errorf("took %v", took)
		}
		w.say("R", "more")
		pass(time.Minute)
		if diff := cmp.Diff([]string{"replied: answered", "replied: answered"}, w.outcomes("R")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDrainCancelsInTimeAndARestartGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(10 * time.Second))
		w := newWorld(t, model, nil)
		w.open("R", 2, nil)
		w.say("R", "hi")
		pass(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := w.crew.Drain(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		fails := commands[room.FailAttempt](w)
		if len(fails) != 2 || fails[0].Outcome != room.CallCancelled || fails[0].Final || !fails[0].RetryAt.IsZero() {
			t.Errorf("%+v", fails)
		}
		w.crew.Close() // once more does no harm
		w.replaceCrew(w.newCrew(model, nil))
		pass(10 * time.Second)
		if diff := cmp.Diff([]string{"replied: cancelled answered", "replied: cancelled answered"}, w.outcomes("R")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCloseWaitsForNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(10 * time.Second))
		w := newWorld(t, model, nil)
		w.open("R", 1, nil)
		w.faulty = func(_ string, c room.Command) error {
			if _, fails := c.(room.FailAttempt); fails {
				return errDown
			}
			return nil
		}
		w.say("R", "hi")
		pass(time.Second)
		start := time.Now()
		w.crew.Close()
		if took := time.Since(start); took > time.Second || model.Running() != 0 {
			t.Errorf("took %v, %d calls under way", took, model.Running())
		}
		if got := len(commands[room.FailAttempt](w)); got != 2 {
			t.Errorf("tried %d times to say so", got)
		}
	})
}

// A turn that is begun while the node goes down is not called for.
func TestDrainCatchesABeginUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(10 * time.Second))
		gate := make(chan struct{})
		var w *world
		w = newWorld(t, model, func(c *agent.Config) {
			c.Submit = func(ctx context.Context, code string, cmd room.Command) (*room.Scene, error) {
				scene, err := w.submit(ctx, code, cmd)
				if _, begins := cmd.(room.BeginTurn); begins {
					<-gate
				}
				return scene, err
			}
		})
		w.open("R", 1, nil)
		w.say("R", "hi")
		synctest.Wait()
		closed := make(chan struct{})
		go func() {
			w.crew.Close()
			close(closed)
		}()
		synctest.Wait()
		close(gate)
		<-closed
		if model.Total() != 0 || len(commands[room.FailAttempt](w)) != 1 {
			t.Errorf("%d calls, %d failures", model.Total(), len(commands[room.FailAttempt](w)))
		}
	})
}
