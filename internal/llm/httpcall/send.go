package httpcall

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parley/internal/llm"
)

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

// Client returns an HTTP client for Send. Proxies are taken from the
// environment, as curl does, never for loopback.
func Client() *http.Client {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			Protocols:              &protocols,
			MaxIdleConnsPerHost:    64,
			IdleConnTimeout:        30 * time.Second,
			TLSHandshakeTimeout:    10 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Send sends the request of a turn, once. The answer has status 200, and its
// body is the caller's to close. Errors are the client's, or say which other
// status came.
func Send(client *http.Client, req *http.Request, turn string) (*http.Response, error) {
	req.GetBody = nil // without it net/http cannot send the body again
	if turn != "" {
		req.Header.Set(llm.TurnHeader, turn)
	}
	resp, err := client.Do(req) //nolint:gosec // the address is the operator's
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
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
