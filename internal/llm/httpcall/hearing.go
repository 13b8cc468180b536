package httpcall

import (
	"errors"
	"strings"
	"unicode/utf8"

	"parley/internal/llm"
)

// Hearing gathers one answer as it comes.
type Hearing struct {
	// What the server counts; 0 when it does not say.
	PromptTokens     int
	CompletionTokens int

	clock   *clock
	text    strings.Builder
	started bool  // a token had come, be it a thought
	whole   bool  // the server has said that the answer ends
	fault   error // what it says is wrong with it
}

// Token takes a token: its text, which is empty for a thought. Its error is an
// answer beyond reason.
func (h *Hearing) Token(text string) error {
	h.started = true
	h.clock.token()
	h.text.WriteString(text)
	if h.text.Len() > maxText {
		return errTooLong
	}
	return nil
}

// Finished notes that the server has said that the answer ends, and what is
// wrong with it; nil for nothing.
func (h *Hearing) Finished(fault error) {
	h.whole, h.fault = true, fault
	h.clock.finished()
}

// Ended notes that the end of the stream is marked.
func (h *Hearing) Ended() {
	h.whole = true
	h.clock.ended()
}

// judge says what is wrong with what was heard; err is how the stream ended,
// nil when by itself. Once the server has said that the answer ends, it no
// longer matters how the stream does.
func (h *Hearing) judge(err error) error {
	switch {
	case errors.Is(err, errTooLong):
		return err
	case !h.whole && err == nil:
		return ErrCut
	case !h.whole:
		return err
	case h.fault != nil:
		return h.fault
	case strings.TrimSpace(h.text.String()) == "":
		return errEmpty
	}
	return nil
}

// answer gives what was heard so far, with the server's count of tokens or an
// estimate.
func (h *Hearing) answer(req llm.Request) llm.Answer {
	out := llm.Answer{Text: h.text.String(), PromptTokens: h.PromptTokens, CompletionTokens: h.CompletionTokens}
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
