// Package openai speaks to any server with OpenAI's chat completions: OpenAI
// itself, Ollama, llama.cpp, vLLM, Groq, OpenRouter and others.
//
// One Complete is one request on the wire, as httpcall has it. The client
// library is go-openai; exchange is the HTTP client it is given, and lines the
// event stream reduced to what it should see.
package openai

import (
	"context"
	"net/http"
	"strings"

	openai "github.com/sashabaranov/go-openai"

	"parley/internal/llm"
	"parley/internal/llm/httpcall"
)

// DefaultBaseURL is where OpenAI's own API is.
const DefaultBaseURL = "https://api.openai.com/v1"

// Room for what a reasoning model thinks before it speaks, in tokens: its limit
// counts both.
const thinkingTokens = 2048

// Model is one model of one server. It is safe for concurrent use.
type Model struct {
	baseURL string
	key     string
	name    string
	client  *http.Client
}

// New gives the model called name at baseURL (with its "/v1"; empty means
// DefaultBaseURL). The key may be empty: local servers want none.
func New(baseURL, key, name string) *Model {
	if baseURL == "" {
		baseURL = DefaultBaseURL
	}
	return &Model{baseURL: baseURL, key: key, name: name, client: httpcall.Client()}
}

// Close drops idle connections. Running calls end with their context.
func (m *Model) Close() { m.client.CloseIdleConnections() }

// Complete makes one attempt and fails only with an *llm.Error.
func (m *Model) Complete(ctx context.Context, req llm.Request) (llm.Answer, error) {
	return httpcall.Complete(ctx, req, func(ctx context.Context, h *httpcall.Hearing) error {
		config := openai.DefaultConfig(m.key)
		config.BaseURL = m.baseURL
		config.EmptyMessagesLimit = httpcall.MaxStream
		exchange := &exchange{client: m.client, turn: req.Turn, ended: h.Ended}
		config.HTTPClient = exchange
		defer exchange.close()
		stream, err := openai.NewClientWithConfig(config).CreateChatCompletionStream(ctx, m.request(req))
		if err != nil {
			return err
		}
		return listen(stream, h)
	})
}

// request puts a prompt into the library's words. Reasoning models take other
// words; which models they are the library knows.
func (m *Model) request(req llm.Request) openai.ChatCompletionRequest {
	out := openai.ChatCompletionRequest{
		Model:         m.name,
		MaxTokens:     req.MaxTokens, //nolint:staticcheck // the word that compatible servers know
		Temperature:   float32(req.Temperature),
		Stream:        true,
		StreamOptions: &openai.StreamOptions{IncludeUsage: true},
	}
	for _, message := range req.Messages {
		out.Messages = append(out.Messages, openai.ChatCompletionMessage{
			Role:    string(message.Role),
			Content: strings.ToValidUTF8(message.Text, "\uFFFD"),
		})
	}
	if req.Seed != 0 {
		seed := int(req.Seed & 0x7fffffff) // more than 31 bits are refused by some servers
		out.Seed = &seed
	}
	if openai.NewReasoningValidator().Validate(out) != nil {
		out.MaxTokens, out.Temperature = 0, 0 //nolint:staticcheck // as above
		if req.MaxTokens > 0 {
			out.MaxCompletionTokens = req.MaxTokens + thinkingTokens
		}
	}
	return out
}
