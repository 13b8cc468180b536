package openai

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	openai "github.com/sashabaranov/go-openai"

	"parley/internal/llm"
)

// maxText bounds the text of an answer in bytes. A chat line is far shorter.
const maxText = 16 << 10

// What can be wrong with a stream that is well formed.
var (
	errCut     = errors.New("the stream ended before the answer did")
	errLength  = errors.New("the answer hit the token limit")
	errTooLong = fmt.Errorf("the answer is longer than %d bytes", maxText)
	errEmpty   = errors.New("the answer has no text")
	errFilter  = errors.New("the server withheld the answer")
	errServer  = errors.New("the server broke the answer off")
)

// hearing gathers one answer from its stream.
type hearing struct {
	clock   *clock
	text    strings.Builder
	chunks  int
	started bool // a token had come, be it a thought
	finish  openai.FinishReason
	usage   *openai.Usage
}

// listen reads until the stream ends, and gives nil when it ended by itself.
func (h *hearing) listen(stream *openai.ChatCompletionStream) error {
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if chunk.Usage != nil {
			h.usage = chunk.Usage
		}
		if len(chunk.Choices) > 0 {
			h.take(chunk.Choices[0])
		}
		if h.text.Len() > maxText {
			return errTooLong
		}
	}
}

// take adds one chunk. A chunk without text is a token too (models that think
// send such), except for the first, which names the role, and the last.
func (h *hearing) take(choice openai.ChatCompletionStreamChoice) {
	h.chunks++
	delta := choice.Delta
	h.text.WriteString(delta.Content)
	h.text.WriteString(delta.Refusal)
	wordless := delta.Content == "" && delta.Refusal == "" && delta.ReasoningContent == ""
	if !wordless || (h.chunks > 1 && choice.FinishReason == "") {
		h.started = true
		h.clock.token()
	}
	if choice.FinishReason != "" && choice.FinishReason != openai.FinishReasonNull {
		h.finish = choice.FinishReason
		h.clock.finished()
	}
}

// judge says what is wrong with what was heard; err is how the stream ended,
// nil when by itself, and done whether the server said so. Once the server has
// said why the answer ends, it no longer matters how the stream does.
func (h *hearing) judge(err error, done bool) error {
	if errors.Is(err, errTooLong) {
		return err
	}
	if h.finish == "" && !done {
		if err == nil {
			err = errCut
		}
		return err
	}
	switch h.finish {
	case openai.FinishReasonLength:
		return errLength
	case openai.FinishReasonContentFilter:
		return errFilter
	case "error":
		return errServer
	case openai.FinishReasonStop, openai.FinishReasonFunctionCall, openai.FinishReasonToolCalls, openai.FinishReasonNull, "":
	}
	if strings.TrimSpace(h.text.String()) == "" {
		return errEmpty
	}
	return nil
}

// answer gives what was heard so far, with the server's count of tokens or an
// estimate.
func (h *hearing) answer(req llm.Request) llm.Answer {
	out := llm.Answer{Text: h.text.String()}
	if h.usage != nil {
		out.PromptTokens, out.CompletionTokens = h.usage.PromptTokens, h.usage.CompletionTokens
	}
	if out.PromptTokens == 0 {
		for _, message := range req.Messages {
			out.PromptTokens += estimate(message.Text)
		}
	}
	if out.CompletionTokens == 0 {
		out.CompletionTokens = estimate(out.Text)
	}
	return out
}

// estimate counts a token for four characters, rounded up.
func estimate(text string) int { return (utf8.RuneCountInString(text) + 3) / 4 }
