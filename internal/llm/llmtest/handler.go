package llmtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/internal/llm"
)

// Does says what a server does with a request.
type Does int

// The kinds of behaviour. The zero value answers.
const (
	Answers   Does = iota // streams Text, the token counts, and the end
	Hangs                 // accepts the request and never answers
	Stalls                // streams the first token and nothing more
	Truncates             // closes the connection after half of Text
	Rambles               // streams tokens without end
	Babbles               // sends one endless line
	Garbles               // sends what is not JSON
	Empties               // streams a complete answer without text
	Replays               // sends Raw as it is
)

// Reply is the script of one request. Hanging and waiting end with the request.
type Reply struct {
	Does       Does
	Text       string          // what to say; "ok" when empty
	Latency    time.Duration   // before the first byte
	Gap        time.Duration   // between tokens
	Gate       <-chan struct{} // held until it is closed, after Latency; nil none
	Status     int             // when not 0 and not 200: an error of that status, with Text as its message
	RetryAfter string          // the header of that name; empty none
	Finish     string          // finish_reason; "stop" when empty
	NoUsage    bool            // sends no token counts
	Raw        []byte          // the body that Replays sends
}

// Call is a request as it came.
type Call struct {
	Turn   string // its X-Parley-Turn
	N      int    // its number of all, from 1
	OfTurn int    // its number among those of its turn, from 1
	Header http.Header
	Body   []byte
	Prompt Prompt // Body, read
}

// Prompt is what a test wants to know of a body.
type Prompt struct {
	Model         string  `json:"model"`
	Stream        bool    `json:"stream"`
	System        string  `json:"system"` // Anthropic's; OpenAI's is a message
	MaxTokens     int     `json:"max_tokens"`
	MaxCompletion int     `json:"max_completion_tokens"`
	Temperature   float64 `json:"temperature"`
	Seed          *int64  `json:"seed"`
	StreamOptions struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	Messages []struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	} `json:"messages"`
}

// Last gives the text of the last user message.
func (p Prompt) Last() string {
	for _, message := range slices.Backward(p.Messages) {
		if message.Role == string(llm.User) {
			return message.Content
		}
	}
	return ""
}

// Script says what to do with a request. It may be called side by side.
type Script func(call Call) Reply

// Always does the same with every request.
func Always(reply Reply) Script { return func(Call) Reply { return reply } }

// Handler is the server. On a path that ends in /messages it speaks Anthropic's
// protocol, on any other OpenAI's. Its counting methods may be called at any time.
type Handler struct {
	*tally
	script Script

	mu    sync.Mutex
	calls []Call
}

// NewHandler gives a server that does as told.
func NewHandler(script Script) *Handler {
	return &Handler{tally: newTally(), script: script}
}

// Calls gives all requests so far, in the order of their arrival.
func (h *Handler) Calls() []Call {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.calls)
}

// ServeHTTP counts, keeps and answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	call := Call{Turn: r.Header.Get(llm.TurnHeader), Header: r.Header.Clone(), Body: body}
	parseErr := json.Unmarshal(body, &call.Prompt)
	h.mu.Lock() // who has waited for a call finds it in Calls
	call.N, call.OfTurn = h.begin(call.Turn)
	h.calls = append(h.calls, call)
	h.mu.Unlock()
	defer h.end()
	if parseErr != nil {
		http.Error(w, parseErr.Error(), http.StatusBadRequest)
		return
	}
	perform(w, r, h.script(call))
}

// Server is a Handler that listens on loopback.
type Server struct {
	*Handler
	URL string // with /v1, as in OPENAI_BASE_URL
	// Root is the address without it, as in ANTHROPIC_BASE_URL.
	Root string
}

// NewServer starts a server that stops with the test.
func NewServer(tb testing.TB, script Script) *Server {
	tb.Helper()
	handler := NewHandler(script)
	server := httptest.NewServer(handler)
	tb.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return &Server{Handler: handler, URL: server.URL + "/v1", Root: server.URL}
}
