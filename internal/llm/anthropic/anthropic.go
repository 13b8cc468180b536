// Package anthropic speaks to models by Anthropic's messages, over HTTP.
//
// One Complete is one request on the wire, as httpcall has it. Anthropic's own
// SDK is not used: it alone takes longer to compile than the rest of Parley.
// What is needed of the protocol is one request and seven kinds of events.
package anthropic

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"parley/internal/llm"
	"parley/internal/llm/httpcall"
)

// DefaultBaseURL is where Anthropic's own API is.
const DefaultBaseURL = "https://api.anthropic.com"

const (
	version = "2023-06-01" // of the protocol
	// Room for what a model thinks before it speaks, in tokens: its limit counts
	// both.
	thinkingTokens = 2048
	lineTokens     = 1024 // of an answer without a limit; the protocol wants one
)

// Model is one model. It is safe for concurrent use.
type Model struct {
	baseURL string
	key     string
	name    string
	client  *http.Client
}

// New gives the model called name at baseURL (without "/v1"; empty means
// DefaultBaseURL). The key may be empty: gateways may have their own.
func New(baseURL, key, name string) *Model {
	if baseURL == "" {
		baseURL = DefaultBaseURL
	}
	return &Model{baseURL: strings.TrimRight(baseURL, "/"), key: key, name: name, client: httpcall.Client()}
}

// Close drops idle connections. Running calls end with their context.
func (m *Model) Close() { m.client.CloseIdleConnections() }

// Complete makes one attempt and fails only with an *llm.Error.
func (m *Model) Complete(ctx context.Context, req llm.Request) (llm.Answer, error) {
	return httpcall.Complete(ctx, req, func(ctx context.Context, h *httpcall.Hearing) error {
		r, err := m.request(ctx, req)
		if err != nil {
			return err
		}
		resp, err := httpcall.Send(m.client, r, req.Turn)
		if err != nil {
			return err
		}
		defer resp.Body.Close() //nolint:errcheck // it was only read
		return listen(resp.Body, h)
	})
}

// prompt is the body of a request.
type prompt struct {
	Model       string    `json:"model"`
	MaxTokens   int       `json:"max_tokens"`
	Stream      bool      `json:"stream"`
	System      string    `json:"system,omitempty"`
	Messages    []message `json:"messages"`
	Temperature float64   `json:"temperature,omitempty"`
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

func (m *Model) request(ctx context.Context, req llm.Request) (*http.Request, error) {
	body, err := json.Marshal(m.prompt(req))
	if err != nil {
		return nil, fmt.Errorf("write the prompt: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.baseURL+"/v1/messages", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Anthropic-Version", version)
	if m.key != "" {
		r.Header.Set("X-Api-Key", m.key)
	}
	return r, nil
}

// prompt puts a prompt into the protocol's words: what the system says stands
// apart, and no text is empty.
func (m *Model) prompt(req llm.Request) prompt {
	out := prompt{
		Model: m.name, MaxTokens: lineTokens + thinkingTokens, Stream: true,
		Messages: []message{}, Temperature: min(req.Temperature, 1),
	}
	if req.MaxTokens > 0 {
		out.MaxTokens = req.MaxTokens + thinkingTokens
	}
	var system []string
	for _, part := range req.Messages {
		text := strings.ToValidUTF8(part.Text, "\uFFFD")
		switch {
		case strings.TrimSpace(text) == "":
		case part.Role == llm.System:
			system = append(system, text)
		default:
			out.Messages = append(out.Messages, message{Role: string(part.Role), Content: text})
		}
	}
	out.System = strings.Join(system, "\n\n")
	return out
}
