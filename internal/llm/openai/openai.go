// Package openai speaks to any server with OpenAI's chat completions: OpenAI
// itself, Ollama, llama.cpp, vLLM, Groq, OpenRouter and others.
//
// One Complete is one request on the wire. The client library is
// go-openai; around it stand three things it does not do:
//
//   - exchange: one HTTP request that can neither be redirected nor repeated by
//     net/http (it has no GetBody, and HTTP/2, which repeats requests after
//     GOAWAY, is off), and whose failures keep their status and Retry-After.
//   - lines: the event stream reduced to the lines the library should see, with
//     an upper bound for a line and for the whole answer.
//   - clock: the deadlines of the first token and between tokens.
//
// A cancelled call closes its connection, so that the server stops working.
package openai

import (
	"context"
	"net/http"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"parley/internal/llm"
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
// DefaultBaseURL). The key may be empty: local servers want none. Proxies are
// taken from the environment, as curl does, never for loopback.
func New(baseURL, key, name string) *Model {
	if baseURL == "" {
		baseURL = DefaultBaseURL
	}
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	transport := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		Protocols:              &protocols,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Model{baseURL: baseURL, key: key, name: name, client: client}
}

// Close drops idle connections. Running calls end with their context.
func (m *Model) Close() { m.client.CloseIdleConnections() }

// Complete makes one attempt and fails only with an *llm.Error.
func (m *Model) Complete(ctx context.Context, req llm.Request) (llm.Answer, error) {
	callCtx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	deadline := newClock(cancel, req)
	defer deadline.stop()

	config := openai.DefaultConfig(m.key)
	config.BaseURL = m.baseURL
	config.EmptyMessagesLimit = maxStream
	exchange := &exchange{client: m.client, turn: req.Turn, ended: deadline.ended}
	config.HTTPClient = exchange
	defer exchange.close()

	heard := &hearing{clock: deadline}
	stream, err := openai.NewClientWithConfig(config).CreateChatCompletionStream(callCtx, m.request(req))
	if err == nil {
		err = heard.listen(stream)
	}
	if cause := context.Cause(callCtx); err != nil && cause != nil {
		err = cause
	}
	answer := heard.answer(req)
	if err = heard.judge(err, exchange.sawDone()); err == nil {
		return answer, nil
	}
	failed := classify(err)
	failed.Started = heard.started
	if heard.started {
		failed.PromptTokens, failed.CompletionTokens = answer.PromptTokens, answer.CompletionTokens
	}
	return llm.Answer{}, failed
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
