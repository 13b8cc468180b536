package agent_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/agent"
	"parley/internal/llm"
	"parley/internal/llm/llmtest"
	"parley/room"
)

func TestEveryFailureIsRecorded(t *testing.T) {
	tests := []struct {
		err   *llm.Error
		want  room.CallOutcome
		final bool
	}{
		{&llm.Error{Class: llm.Auth}, room.CallAuth, true},
		{&llm.Error{Class: llm.Rate}, room.CallRate, false},
		{&llm.Error{Class: llm.Overload}, room.CallOverload, false},
		{&llm.Error{Class: llm.Timeout}, room.CallTimeout, false},
		{&llm.Error{Class: llm.Timeout, Started: true}, room.CallTimeout, true},
		{&llm.Error{Class: llm.Truncated, Started: true}, room.CallTruncated, true},
		{&llm.Error{Class: llm.Garbage}, room.CallGarbage, false},
		{&llm.Error{Class: llm.Empty}, room.CallEmpty, false},
		{&llm.Error{Class: llm.Failed}, room.CallError, false},
		{&llm.Error{Class: llm.Cancelled}, room.CallCancelled, true},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s %v", test.want, test.err.Started), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				test.err.PromptTokens, test.err.CompletionTokens = 7, 3
				model := llmtest.NewScripted(func(context.Context, int, llm.Request) (llm.Answer, error) { return llm.Answer{}, test.err })
				w := newWorld(t, model, nil)
				w.open("R", 1, nil)
				w.say("R", "hi")
				synctest.Wait()
				got := commands[room.FailAttempt](w)
				if len(got) != 1 {
					t.Fatalf("%d failures submitted", len(got))
				}
				if got[0].RetryAt.IsZero() != test.final {
					t.Errorf("retry at %v", got[0].RetryAt)
				}
				got[0].RetryAt = time.Time{}
				want := room.FailAttempt{Turn: "A1-1", Attempt: 1, Outcome: test.want, Final: test.final, PromptTokens: 7, CompletionTokens: 3}
				if diff := cmp.Diff(want, got[0]); diff != "" {
					t.Error(diff)
				}
				if test.final && w.turns("R")[0].State != "failed" {
					t.Errorf("the turn is %s", w.turns("R")[0].State)
				}
				pass(time.Minute)
				if most := map[bool]int{true: 1, false: 3}[test.final]; model.Total() != most {
					t.Errorf("%d calls, want %d", model.Total(), most)
				}
			})
		})
	}
}

func TestRetryTimes(t *testing.T) {
	tests := []struct {
		name        string
		after       time.Duration
		first, last time.Duration // bounds of the wait
	}{
		{"not said", 0, 0, 500 * time.Millisecond},
		{"said", 5 * time.Second, 5 * time.Second, 5 * time.Second},
		{"too long", time.Hour, time.Minute, time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				model := llmtest.NewScripted(func(context.Context, int, llm.Request) (llm.Answer, error) {
					return llm.Answer{}, &llm.Error{Class: llm.Rate, RetryAfter: test.after}
				})
				w := newWorld(t, model, nil)
				w.open("R", 8, nil)
				w.say("R", "hi")
				synctest.Wait()
				distinct := map[time.Duration]bool{}
				for _, fail := range commands[room.FailAttempt](w) {
					wait := time.Until(fail.RetryAt)
					distinct[wait] = true
					if wait < test.first || wait > test.last+time.Millisecond {
						t.Errorf("waits %v", wait)
					}
				}
				if test.after == 0 && len(distinct) < 8 {
					t.Errorf("the waits have no jitter: %v", distinct)
				}
			})
		})
	}
}

// The bound of the wait doubles with every failure.
func TestBackoffGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(llmtest.Fail(llm.Overload, 0))
		w := newWorld(t, model, nil)
		for i := range 50 {
			w.open(fmt.Sprint("R", i), 1, nil)
			w.say(fmt.Sprint("R", i), "hi")
		}
		pass(time.Minute)
		longest := map[int]time.Duration{}
		for i := range 50 {
			attempts := w.turns(fmt.Sprint("R", i))[0].Attempts
			for n := 1; n < len(attempts); n++ {
				before, _ := time.Parse(time.RFC3339, *attempts[n-1].EndedAt)
				began, _ := time.Parse(time.RFC3339, attempts[n].StartedAt)
				longest[n] = max(longest[n], began.Sub(before))
			}
		}
		if a, b := longest[1], longest[2]; a < 400*time.Millisecond || a > 502*time.Millisecond || b < 800*time.Millisecond || b > 1002*time.Millisecond {
			t.Errorf("longest waits %v", longest)
		}
	})
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		said string
		want string // the turn's state and attempts
		line string
	}{
		{"hello there", "replied: answered", "hello there"},
		{`A1: "hello there"`, "replied: answered", "hello there"},
		{"[pass]", "silent: answered", ""},
		{"Pass.", "silent: answered", ""},
		{"A1: [pass]", "silent: answered", ""},
		{"<think>hm</think>", "failed:" + strings.Repeat(" empty", 3), ""},
		{strings.Repeat("x", 1001), "failed:" + strings.Repeat(" refused", 2), ""},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, llmtest.NewScripted(llmtest.Say(test.said, 0)), nil)
				w.open("R", 1, nil)
				w.say("R", "hi")
				pass(time.Minute)
				if got := w.outcomes("R"); got[0] != test.want {
					t.Errorf("%v, want %q", got, test.want)
				}
				for _, answer := range commands[room.Answer](w) {
					if silent := strings.HasPrefix(test.want, "silent"); answer.Pass != silent || silent && answer.Text != "" {
						t.Errorf("submitted %+v", answer)
					}
				}
				if lines := w.lines("R"); test.line != "" && lines[len(lines)-1] != "A1: "+test.line {
					t.Error(lines)
				}
				if a := w.turns("R")[0].Attempts[0]; a.PromptTokens == 0 && test.line != "" {
					t.Error("tokens are not recorded")
				}
			})
		})
	}
}

func TestAttemptEndsAtItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []agent.Attempt
		model := llmtest.NewScripted(llmtest.InTurn(numbered(time.Hour), numbered(time.Second)))
		w := newWorld(t, model, func(c *agent.Config) {
			c.Timeout = 30 * time.Second
			c.Observe = func(a agent.Attempt) { seen = append(seen, a) }
		})
		w.open("R", 1, nil)
		w.say("R", "hi")
		pass(40 * time.Second)
		if diff := cmp.Diff([]string{"replied: timeout answered"}, w.outcomes("R")); diff != "" {
			t.Error(diff)
		}
		if len(seen) == 0 {
			t.Fatal("no attempt has ended")
		}
		if seen[0].Call != 30*time.Second || seen[0].Outcome != room.CallTimeout || seen[0].Room != "R" || seen[0].Model != "m" {
			t.Errorf("observed %+v", seen[0])
		}
	})
}

func TestOutcomeOutlivesTheLogsTrouble(t *testing.T) {
	for _, lost := range []bool{false, true} { // whether the log takes it and then gives no answer
		synctest.Test(t, func(t *testing.T) {
			model := llmtest.NewScripted(numbered(time.Second))
			w := newWorld(t, model, nil)
			w.open("R", 1, nil)
			start := time.Now()
			trouble := func(_ string, c room.Command) error {
				if _, answers := c.(room.Answer); answers && time.Since(start) < 20*time.Second {
					return errDown
				}
				return nil
			}
			if lost {
				w.landed = trouble
			} else {
				w.faulty = trouble
			}
			w.say("R", "hi")
			pass(time.Minute)
			if diff := cmp.Diff([]string{"replied: answered"}, w.outcomes("R")); diff != "" {
				t.Error(diff)
			}
			if model.Total() != 1 || len(w.lines("R")) != 2 {
				t.Errorf("%d calls, lines %v", model.Total(), w.lines("R"))
			}
		})
	}
}

func TestOutcomeIsGivenUpAtTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(time.Second))
		w := newWorld(t, model, nil)
		w.open("R", 1, nil)
		down := true
		w.faulty = func(_ string, c room.Command) error {
			if _, answers := c.(room.Answer); answers && down {
				return errDown
			}
			return nil
		}
		w.say("R", "hi")
		pass(59 * time.Second)
		if tries := len(commands[room.Answer](w)); tries < 4 || tries > 40 {
			t.Errorf("%d tries", tries)
		}
		pass(2 * time.Second) // the next attempt has begun
		w.mu.Lock()
		down = false
		w.mu.Unlock()
		pass(time.Minute)
		if diff := cmp.Diff([]string{"replied: lost answered"}, w.outcomes("R")); diff != "" {
			t.Error(diff)
		}
		if !strings.Contains(w.logs.String(), `level=ERROR msg="outcome lost"`) {
			t.Error(w.logs.String())
		}
	})
}

func TestBeginIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(numbered(time.Second))
		w := newWorld(t, model, func(c *agent.Config) { c.Limit = 1 })
		w.open("R", 1, nil)
		w.open("S", 1, nil)
		fails := 0
		w.faulty = func(code string, c room.Command) error {
			if _, begins := c.(room.BeginTurn); begins && code == "R" && fails < 3 {
				fails++
				return errors.Join(errDown)
			}
			return nil
		}
		w.say("R", "hi")
		w.say("S", "hi")
		pass(1500 * time.Millisecond) // S does not wait for R's trouble
		if got := w.outcomes("S"); len(got) != 1 || got[0] != "replied: answered" {
			t.Error(got)
		}
		pass(time.Minute)
		if diff := cmp.Diff([]string{"replied: answered"}, w.outcomes("R")); diff != "" {
			t.Error(diff)
		}
		if fails != 3 || len(commands[room.BeginTurn](w)) != 5 {
			t.Errorf("%d begins, %d failed", len(commands[room.BeginTurn](w)), fails)
		}
	})
}
