package agent

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"parley/internal/llm"
	"parley/room"
)

// How long the next attempt waits.
const (
	firstBackoff  = 500 * time.Millisecond
	maxBackoff    = 30 * time.Second
	maxRetryAfter = 60 * time.Second // what a server asks for counts up to this
)

// answered makes the outcome of what a model said.
func (c *Crew) answered(scene *room.Scene, said llm.Answer) (room.Command, room.CallOutcome) {
	answer := room.Answer{
		Turn: scene.Turn, Attempt: scene.Attempt,
		PromptTokens: said.PromptTokens, CompletionTokens: said.CompletionTokens,
	}
	now := c.config.Now()
	if scene.Kind == room.TurnVote {
		answer.Suspect, _ = llm.PickName(said.Text, scene.Suspects)
		answer.Due = c.voteDue(scene, now)
		return answer, room.CallAnswered
	}
	line := llm.CleanLine(said.Text, scene.Agent)
	switch {
	case llm.IsPass(said.Text), llm.IsPass(line):
		answer.Pass = true
	case line == "":
		err := &llm.Error{Class: llm.Empty, PromptTokens: said.PromptTokens, CompletionTokens: said.CompletionTokens}
		return c.failed(scene, err, nil), room.CallEmpty
	default:
		answer.Text = line
	}
	c.pace(scene, &answer, now)
	return answer, room.CallAnswered
}

// failed makes the outcome of a call that brought nothing; cause is why its
// context ended, if it did. A drained call leaves the turn open for whoever
// goes on with it at once.
func (c *Crew) failed(scene *room.Scene, err, cause error) room.FailAttempt {
	fail := room.FailAttempt{
		Turn: scene.Turn, Attempt: scene.Attempt,
		Outcome: room.CallOutcome(llm.ClassOf(err)), Final: !llm.Retryable(err),
	}
	details, ok := errors.AsType[*llm.Error](err)
	if ok {
		fail.PromptTokens, fail.CompletionTokens = details.PromptTokens, details.CompletionTokens
	}
	if errors.Is(cause, errDrained) {
		fail.Outcome, fail.Final = room.CallCancelled, false
		return fail
	}
	if errors.Is(cause, context.DeadlineExceeded) && fail.Outcome == room.CallCancelled {
		fail.Outcome, fail.Final = room.CallTimeout, ok && details.Started
	}
	if fail.Final {
		return fail
	}
	wait := c.backoff(scene.Attempt - 1)
	if ok {
		wait = max(wait, min(details.RetryAfter, maxRetryAfter))
	}
	fail.RetryAt = stamp(c.config.Now().Add(wait + time.Millisecond)) // never early
	return fail
}

// backoff is drawn evenly between 0 and a bound that doubles with each failure.
func (c *Crew) backoff(failures int) time.Duration {
	bound := min(firstBackoff<<min(max(failures, 0), 16), maxBackoff)
	return time.Duration(c.chance.Int64N(int64(bound) + 1))
}

// report submits an outcome. While the log is unavailable it tries again until
// the attempt's deadline, or once more when the node goes down.
func (c *Crew) report(j *job, scene *room.Scene, outcome room.Command) {
	ctx := context.Background()
	place := []any{slog.String("room", j.code), slog.String("turn", scene.Turn), slog.Int("attempt", scene.Attempt)}
	for tries, last := 0, false; ; tries++ {
		err := c.submit(ctx, j.code, outcome)
		if err == nil {
			return
		}
		if _, refused := errors.AsType[*room.Error](err); refused {
			c.config.Logger.InfoContext(ctx, "outcome refused", append(place, slog.String("cause", outcome.Cause()), slog.Any("error", err))...)
			return
		}
		wait := firstBackoff/5 + c.backoff(tries)
		if last || c.config.Now().Add(wait).After(scene.Deadline) {
			c.config.Logger.ErrorContext(ctx, "outcome lost", append(place, slog.String("cause", outcome.Cause()), slog.Any("error", err))...)
			return
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-c.ended:
			last = true
		}
		timer.Stop()
	}
}

func (c *Crew) submit(ctx context.Context, code string, outcome room.Command) error {
	ctx, cancel := context.WithTimeout(ctx, submitLimit)
	defer cancel()
	_, err := c.config.Submit(ctx, code, outcome)
	return err
}
