package openai

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parley/internal/llm"
)

// Bounds of what is read of a server, in bytes.
const (
	maxError   = 4 << 10
	longestAsk = 24 * time.Hour
)

// exchange is the one request of one attempt. It is what the library calls its
// HTTP client.
type exchange struct {
	client *http.Client
	turn   string
	ended  func() // called when the stream's end is marked
	sent   bool
	body   *lines
}

// errSecond refuses what must not happen.
var errSecond = errors.New("a second request of one attempt")

// statusError is an answer that is not 200.
type statusError struct {
	status int
	after  time.Duration
	detail string
}

// Error gives the status and what the server said about it.
func (e *statusError) Error() string {
	return fmt.Sprintf("status %d: %s", e.status, e.detail)
}

// Do sends the request, once.
func (e *exchange) Do(req *http.Request) (*http.Response, error) {
	if e.sent {
		return nil, errSecond
	}
	e.sent = true
	req.GetBody = nil // without it net/http cannot send the body again
	if e.turn != "" {
		req.Header.Set(llm.TurnHeader, e.turn)
	}
	resp, err := e.client.Do(req) //nolint:gosec // the address is the operator's
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		defer resp.Body.Close() //nolint:errcheck // nothing is lost with it
		detail, err := io.ReadAll(io.LimitReader(resp.Body, maxError))
		if err != nil {
			detail = []byte(err.Error())
		}
		return nil, &statusError{
			status: resp.StatusCode,
			after:  retryAfter(resp.Header.Get("Retry-After"), time.Now()),
			detail: string(bytes.ToValidUTF8(bytes.TrimSpace(detail), nil)),
		}
	}
	e.body = newLines(resp.Body, e.ended)
	resp.Body = e.body
	return resp, nil
}

// sawDone says whether the server marked the end of the stream.
func (e *exchange) sawDone() bool { return e.body != nil && e.body.done }

// close ends the exchange. A stream that was not read to its end takes its
// connection with it.
func (e *exchange) close() {
	if e.body != nil {
		_ = e.body.Close()
	}
}

// retryAfter reads the header of that name, in seconds or as a date.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	var wait time.Duration
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		wait = time.Duration(min(max(seconds, 0), longestAsk.Seconds()) * float64(time.Second))
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), longestAsk)
}
