package openai

import (
	"errors"
	"io"

	openai "github.com/sashabaranov/go-openai"

	"parley/internal/llm"
	"parley/internal/llm/httpcall"
)

// listen reads until the stream ends, and gives nil when it ended by itself.
func listen(stream *openai.ChatCompletionStream, h *httpcall.Hearing) error {
	for n := 1; ; n++ {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return reported(err)
		}
		if chunk.Usage != nil {
			h.PromptTokens, h.CompletionTokens = chunk.Usage.PromptTokens, chunk.Usage.CompletionTokens
		}
		if len(chunk.Choices) == 0 {
			n--
			continue
		}
		if err := take(chunk.Choices[0], n == 1, h); err != nil {
			return err
		}
	}
}

// take adds one chunk. A chunk without text is a token too (models that think
// send such), except for the first, which names the role, and the last.
func take(choice openai.ChatCompletionStreamChoice, first bool, h *httpcall.Hearing) error {
	text := choice.Delta.Content + choice.Delta.Refusal
	wordless := text == "" && choice.Delta.ReasoningContent == ""
	if !wordless || (!first && choice.FinishReason == "") {
		if err := h.Token(text); err != nil {
			return err
		}
	}
	if choice.FinishReason != "" && choice.FinishReason != openai.FinishReasonNull {
		h.Finished(fault(choice.FinishReason))
	}
	return nil
}

// fault says what is wrong with an answer that ends for a reason.
func fault(reason openai.FinishReason) error {
	switch reason {
	case openai.FinishReasonLength:
		return httpcall.ErrLength
	case openai.FinishReasonContentFilter:
		return httpcall.ErrFilter
	case "error":
		return httpcall.ErrServer
	case openai.FinishReasonStop, openai.FinishReasonFunctionCall, openai.FinishReasonToolCalls, openai.FinishReasonNull, "":
	}
	return nil
}

// reported gives an error that came inside a stream its class by its code: a
// status, or one of the words in use.
func reported(err error) error {
	report, is := errors.AsType[*openai.APIError](err)
	if !is {
		return err
	}
	out := &llm.Error{Err: err}
	if status, is := report.Code.(int); is {
		out.Class = httpcall.ClassOfStatus(status)
		return out
	}
	word, _ := report.Code.(string)
	if out.Class = httpcall.ClassOfWord(word); out.Class == llm.Failed {
		out.Class = httpcall.ClassOfWord(report.Type)
	}
	return out
}
