package httpcall

import (
	"context"
	"errors"
	"sync"
	"time"

	"parley/internal/llm"
)

// How long a server may take, after it said that the answer is complete, to
// send the token counts and close the stream.
const lingerTime = 2 * time.Second

// How long it may take, after it marked the end of the stream, to close it, so
// that the connection can be used again.
const closeTime = 100 * time.Millisecond

// The reasons for which a call ends itself.
var (
	errFirstToken = errors.New("no token in time")
	errNextToken  = errors.New("the next token did not come in time")
	errLinger     = errors.New("the stream was not closed in time")
)

// clock ends a call whose tokens do not come in time.
type clock struct {
	cancel context.CancelCauseFunc
	next   time.Duration

	mu    sync.Mutex
	timer *time.Timer
}

func newClock(cancel context.CancelCauseFunc, req llm.Request) *clock {
	c := &clock{cancel: cancel, next: req.NextToken}
	c.set(req.FirstToken, errFirstToken)
	return c
}

// token notes that one came.
func (c *clock) token() { c.set(c.next, errNextToken) }

// finished notes that the answer is complete.
func (c *clock) finished() { c.set(lingerTime, errLinger) }

// ended notes that the end of the stream is marked.
func (c *clock) ended() { c.set(closeTime, errLinger) }

func (c *clock) stop() { c.set(0, nil) }

// set replaces the deadline; 0 means none.
func (c *clock) set(after time.Duration, cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	if after > 0 {
		c.timer = time.AfterFunc(after, func() { c.cancel(cause) })
	}
}
