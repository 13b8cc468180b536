// Package httpcall is what connectors to models over HTTP have in common: one
// attempt is one request, and its answer is a stream.
//
//   - Client and Send: a request that can neither be redirected nor repeated by
//     net/http (it has no GetBody, and HTTP/2, which repeats requests after
//     GOAWAY, is off), and whose failures keep their status and Retry-After.
//   - Lines: the event stream, with an upper bound for a line and for the whole.
//   - Hearing: the answer as it comes, and the deadlines of the first token and
//     between tokens.
//   - Complete: the attempt from its beginning to an answer or an *llm.Error.
//
// A call that ends early closes its connection, so that the server stops working.
package httpcall

import (
	"context"
	"time"

	"parley/internal/llm"
)

// Complete makes one attempt: hear sends the request, tells h what comes, and
// returns when the stream ends, with nil when it ended by itself. What Complete
// returns is an answer or an *llm.Error.
func Complete(ctx context.Context, req llm.Request, hear func(ctx context.Context, h *Hearing) error) (llm.Answer, error) {
	callCtx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	h := &Hearing{clock: newClock(cancel, req)}
	defer h.clock.stop()

	err := hear(callCtx, h)
	if cause := context.Cause(callCtx); err != nil && cause != nil {
		err = cause
	}
	answer := h.answer(req)
	if err = h.judge(err); err == nil {
		return answer, nil
	}
	failed := classify(err)
	failed.Started = h.started
	if h.started {
		failed.PromptTokens, failed.CompletionTokens = answer.PromptTokens, answer.CompletionTokens
	}
	return llm.Answer{}, failed
}

// Bounds of what is read of a server, in bytes.
const (
	maxError  = 4 << 10
	maxLine   = 256 << 10
	maxText   = 16 << 10 // of an answer; a chat line is far shorter
	MaxStream = 8 << 20
)

// longestAsk is the longest Retry-After that is believed.
const longestAsk = 24 * time.Hour
