package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"time"

	"parley/internal/llm"
	"parley/room"
)

// Limits of an attempt.
const (
	submitLimit = 30 * time.Second // of one submission
	firstToken  = 20 * time.Second
	nextToken   = 10 * time.Second
	lineTokens  = 400 // of an answer; a line holds 1,000 characters at most
	maxFails    = 5   // beginnings in a row that fail before the hint is dropped
)

// work is one round of an agent that has a slot: begin, call, submit.
func (c *Crew) work(j *job) {
	submitted := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), submitLimit)
	scene, err := c.config.Submit(ctx, j.code, c.begin(j))
	cancel()
	c.goOn(j, scene, err, submitted)
}

// goOn is what follows the beginning of an attempt, if it has begun.
func (c *Crew) goOn(j *job, scene *room.Scene, err error, submitted time.Time) {
	if err == nil && scene == nil {
		err = errors.New("a begun turn without a scene")
	}
	if err != nil {
		c.release(j, c.unbegun(j, err))
		return
	}
	j.fails = 0
	c.attempt(j, scene, submitted)
	c.release(j, 0)
}

func (c *Crew) begin(j *job) room.BeginTurn {
	return room.BeginTurn{
		Agent: j.agent, Model: j.model, Node: c.config.Node,
		Deadline: stamp(c.config.Now().Add(c.config.Timeout)), MaxChars: c.config.MaxChars,
	}
}

// stamp is a moment as the log dates things: in UTC, whole milliseconds.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// unbegun looks at why a turn was not begun, and says how long to rest before
// another try; 0 for none. Refusals are how the log says "no need".
func (c *Crew) unbegun(j *job, err error) time.Duration {
	c.mu.Lock()
	c.begun(j.code)
	c.mu.Unlock()
	if _, refused := errors.AsType[*room.Error](err); refused {
		j.fails = 0
		return 0
	}
	j.fails++
	c.config.Logger.WarnContext(context.Background(), "turn not begun",
		slog.String("room", j.code), slog.String("agent", j.agent), slog.Int("try", j.fails), slog.Any("error", err))
	if j.fails >= maxFails {
		return 0
	}
	return time.Second<<(j.fails-1) + c.backoff(j.fails)
}

// begun counts one beginning of the room less. c.mu is held.
func (c *Crew) begun(code string) {
	b := c.beginning[code]
	b.count--
	if b.count == 0 {
		delete(c.beginning, code)
	}
}

// enter makes the context of a call, and makes the call known to Over and
// Drain. leave ends both.
func (c *Crew) enter(j *job, scene *room.Scene) (ctx context.Context, leave func()) {
	id := call{j.code, scene.Turn, scene.Attempt}
	cancellable, cancel := context.WithCancelCause(context.Background())
	ctx, stop := context.WithTimeout(cancellable, scene.Deadline.Sub(c.config.Now()))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[id] = cancel
	if c.beginning[j.code].over[id] {
		cancel(errOver)
	}
	c.begun(j.code)
	select {
	case <-c.ended:
		cancel(errDrained)
	default:
	}
	return ctx, func() {
		c.mu.Lock()
		delete(c.calls, id)
		c.mu.Unlock()
		stop()
		cancel(nil)
	}
}

// attempt calls the model once and submits what came of it.
func (c *Crew) attempt(j *job, scene *room.Scene, submitted time.Time) {
	ctx, leave := c.enter(j, scene)
	defer leave()
	seen := Attempt{Room: j.code, Model: j.model, Queued: j.taken.Sub(j.hinted)}
	defer func() { c.observe(seen) }()

	model, ok := c.config.Lookup(j.model)
	if !ok {
		seen.Outcome = room.CallError
		c.config.Logger.ErrorContext(ctx, "no such model", slog.String("room", j.code), slog.String("agent", j.agent), slog.String("model", j.model))
		c.report(j, scene, room.FailAttempt{Turn: scene.Turn, Attempt: scene.Attempt, Outcome: seen.Outcome, Final: true})
		return
	}
	request := c.request(scene)
	called := time.Now()
	seen.Start = called.Sub(submitted)
	answer, err := complete(ctx, model, request)
	seen.Call = time.Since(called)

	cause := context.Cause(ctx)
	if errors.Is(cause, errOver) {
		seen.Outcome = room.CallCancelled
		return
	}
	if err == nil {
		var end room.Command
		end, seen.Outcome = c.answered(scene, answer)
		c.report(j, scene, end)
		return
	}
	end := c.failed(scene, err, cause)
	seen.Outcome = end.Outcome
	c.report(j, scene, end)
}

// complete calls the model, unless the context has ended already.
func complete(ctx context.Context, model llm.Model, request llm.Request) (llm.Answer, error) {
	if err := ctx.Err(); err != nil {
		return llm.Answer{}, fmt.Errorf("not called: %w", err)
	}
	return model.Complete(ctx, request)
}

func (c *Crew) observe(a Attempt) {
	if c.config.Observe != nil {
		c.config.Observe(a)
	}
}

// request is the one request of an attempt.
func (c *Crew) request(scene *room.Scene) llm.Request {
	var persona Persona
	if c.config.Persona != nil {
		persona, _ = c.config.Persona(scene.Persona)
	}
	return llm.Request{
		Messages: Prompt(scene, persona), Scene: modelScene(scene), Turn: turnHeader(scene),
		MaxTokens: lineTokens, Seed: c.chance.Int64(), FirstToken: firstToken, NextToken: nextToken,
	}
}

// turnHeader names an attempt in the form CODE/AGENT/TURN/ATTEMPT.
func turnHeader(scene *room.Scene) string {
	return url.PathEscape(scene.Room) + "/" + url.PathEscape(scene.Agent) + "/" +
		url.PathEscape(scene.Turn) + "/" + strconv.Itoa(scene.Attempt)
}
