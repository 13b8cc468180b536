package llmtest_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/llmtest"
)

func TestScriptedCountsAndTakesFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		model := llmtest.NewScripted(llmtest.InTurn(
			llmtest.Fail(llm.Rate, time.Second), llmtest.Say("hello", time.Minute)))
		start := time.Now()
		_, err := model.Complete(t.Context(), llm.Request{Turn: "A"})
		if llm.ClassOf(err) != llm.Rate {
			t.Fatalf("first call: %v", err)
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if answer, err := model.Complete(t.Context(), llm.Request{Turn: "B"}); err != nil || answer.Text != "hello" {
					t.Errorf("got %q, %v", answer.Text, err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took != time.Minute+time.Second {
			t.Errorf("took %v", took)
		}
		if model.Total() != 4 || model.Count("B") != 3 || model.MostAtOnce() != 3 || model.Running() != 0 {
			t.Errorf("total %d, of B %d, at once %d, running %d",
				model.Total(), model.Count("B"), model.MostAtOnce(), model.Running())
		}
		if got := model.Repeated(); len(got) != 1 || got[0] != "B" {
			t.Errorf("repeated: %v", got)
		}
	})
}

func TestScriptedErrorsAreClassed(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	model := llmtest.NewScripted(llmtest.Say("never", time.Hour))
	_, err := model.Complete(ctx, llm.Request{})
	var failed *llm.Error
	if !errors.As(err, &failed) || failed.Class != llm.Cancelled {
		t.Fatalf("got %v", err)
	}
}
