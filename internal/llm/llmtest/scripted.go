package llmtest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"parley/internal/llm"
)

// Answering is what a scripted model does with a call; n counts all calls from
// 1. It may be called side by side.
type Answering func(ctx context.Context, n int, req llm.Request) (llm.Answer, error)

// Scripted is a model inside the process. Its counting methods (Count, Total,
// Turns, Repeated, Running, MostAtOnce, WaitTotal, WaitIdle) may be called at
// any time.
type Scripted struct {
	*tally
	answering Answering

	mu       sync.Mutex
	requests []llm.Request
}

// NewScripted gives a model that answers as told.
func NewScripted(answering Answering) *Scripted {
	return &Scripted{tally: newTally(), answering: answering}
}

// Say answers every call with one line after a delay.
func Say(text string, after time.Duration) Answering {
	return func(ctx context.Context, _ int, req llm.Request) (llm.Answer, error) {
		if err := Delay(ctx, after); err != nil {
			return llm.Answer{}, err
		}
		return Line(text, req), nil
	}
}

// Fail answers every call with a failure of that class after a delay.
func Fail(class llm.Class, after time.Duration) Answering {
	return func(ctx context.Context, _ int, _ llm.Request) (llm.Answer, error) {
		if err := Delay(ctx, after); err != nil {
			return llm.Answer{}, err
		}
		return llm.Answer{}, &llm.Error{Class: class}
	}
}

// InTurn answers the first call by the first script, the second by the second,
// and all further ones by the last.
func InTurn(scripts ...Answering) Answering {
	return func(ctx context.Context, n int, req llm.Request) (llm.Answer, error) {
		return scripts[min(n, len(scripts))-1](ctx, n, req)
	}
}

// Line is a complete answer with its tokens estimated.
func Line(text string, req llm.Request) llm.Answer {
	answer := llm.Answer{Text: text, CompletionTokens: (len(text) + 3) / 4}
	for _, message := range req.Messages {
		answer.PromptTokens += (len(message.Text) + 3) / 4
	}
	return answer
}

// Complete counts the call and answers as told. Whatever error the script gives
// becomes an *llm.Error.
func (s *Scripted) Complete(ctx context.Context, req llm.Request) (llm.Answer, error) {
	n, _ := s.begin(req.Turn)
	defer s.end()
	s.mu.Lock()
	s.requests = append(s.requests, req)
	s.mu.Unlock()
	answer, err := s.answering(ctx, n, req)
	if err == nil {
		return answer, nil
	}
	if _, ok := errors.AsType[*llm.Error](err); !ok {
		err = &llm.Error{Class: llm.ClassOf(err), Err: err}
	}
	return llm.Answer{}, err
}

// Requests gives all requests so far, in the order of their arrival.
func (s *Scripted) Requests() []llm.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}
