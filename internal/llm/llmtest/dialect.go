package llmtest

import (
	"net/http"
	"strings"
)

// dialect is how a server says things: each method gives the bytes to send.
type dialect interface {
	open() string
	word(text string) string
	finish(reply Reply, tokens int) string
	broken() string // what is not JSON
	refusal(message string) string
}

// dialectOf gives the dialect that a request wants.
func dialectOf(r *http.Request) dialect {
	if strings.HasSuffix(r.URL.Path, "/messages") {
		return anthropic{}
	}
	return openAI{}
}

// promptTokens is how long every prompt is said to be.
const promptTokens = 100

// openAI is the dialect of OpenAI's chat completions.
type openAI struct{}

func (d openAI) open() string {
	return d.chunk(map[string]any{"role": "assistant", "content": ""}, nil)
}

func (d openAI) word(text string) string { return d.chunk(map[string]any{"content": text}, nil) }

// finish gives the reason, the token counts, and the end.
func (d openAI) finish(reply Reply, tokens int) string {
	reason := reply.Finish
	if reason == "" {
		reason = "stop"
	}
	out := d.chunk(map[string]any{}, reason)
	if !reply.NoUsage {
		out += d.data(map[string]any{
			"choices": []any{},
			"usage":   map[string]any{"prompt_tokens": promptTokens, "completion_tokens": tokens, "total_tokens": promptTokens + tokens},
		})
	}
	return out + "data: [DONE]\n\n"
}

func (openAI) broken() string { return "data: {\"choices\":[{\"delta\":{\"content\":\"hal\n\n" }

func (openAI) refusal(message string) string {
	return encode(map[string]any{"error": map[string]any{"message": message, "type": "scripted", "code": nil}})
}

func (d openAI) chunk(delta map[string]any, finish any) string {
	return d.data(map[string]any{"choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}}})
}

func (openAI) data(fields map[string]any) string {
	fields["id"], fields["object"], fields["model"] = "chatcmpl-scripted", "chat.completion.chunk", "scripted"
	return "data: " + encode(fields) + "\n\n"
}

// anthropic is the dialect of Anthropic's messages.
type anthropic struct{}

func (d anthropic) open() string {
	usage := map[string]any{"input_tokens": promptTokens, "output_tokens": 1}
	return d.event("message_start", map[string]any{"message": map[string]any{"role": "assistant", "content": []any{}, "usage": usage}}) +
		d.event("content_block_start", map[string]any{"index": 0, "content_block": map[string]any{"type": "text", "text": ""}}) +
		d.event("ping", map[string]any{})
}

func (d anthropic) word(text string) string {
	return d.event("content_block_delta", map[string]any{"index": 0, "delta": map[string]any{"type": "text_delta", "text": text}})
}

// finish gives the reason with the token counts, and the end.
func (d anthropic) finish(reply Reply, tokens int) string {
	reason := reply.Finish
	if reason == "" {
		reason = "end_turn"
	}
	fields := map[string]any{"delta": map[string]any{"stop_reason": reason, "stop_sequence": nil}}
	if !reply.NoUsage {
		fields["usage"] = map[string]any{"output_tokens": tokens}
	}
	return d.event("content_block_stop", map[string]any{"index": 0}) + d.event("message_delta", fields) +
		d.event("message_stop", map[string]any{})
}

func (anthropic) broken() string {
	return "event: content_block_delta\ndata: {\"type\":\"content_bl\n\n"
}

func (anthropic) refusal(message string) string {
	return encode(map[string]any{"type": "error", "error": map[string]any{"type": "scripted", "message": message}})
}

func (anthropic) event(kind string, fields map[string]any) string {
	fields["type"] = kind
	return "event: " + kind + "\ndata: " + encode(fields) + "\n\n"
}
