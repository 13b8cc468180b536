package openai

import (
	"errors"
	"net/http"

	"parley/internal/llm/httpcall"
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

// Do sends the request, once.
func (e *exchange) Do(req *http.Request) (*http.Response, error) {
	if e.sent {
		return nil, errSecond
	}
	e.sent = true
	resp, err := httpcall.Send(e.client, req, e.turn)
	if err != nil {
		return nil, err
	}
	e.body = newLines(resp.Body, e.ended)
	resp.Body = e.body
	return resp, nil
}

// close ends the exchange. A stream that was not read to its end takes its
// connection with it.
func (e *exchange) close() {
	if e.body != nil {
		_ = e.body.Close()
	}
}
