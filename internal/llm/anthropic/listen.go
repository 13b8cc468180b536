package anthropic

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"parley/internal/llm"
	"parley/internal/llm/httpcall"
)

// event is any event of a stream: each kind has some of the fields.
type event struct {
	Type    string `json:"type"`
	Message struct {
		Usage usage `json:"usage"`
	} `json:"message"`
	ContentBlock struct {
		Text string `json:"text"`
	} `json:"content_block"`
	Delta struct {
		Text       string `json:"text"`
		StopReason string `json:"stop_reason"`
	} `json:"delta"`
	Usage usage `json:"usage"`
	Error struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	} `json:"error"`
}

// usage counts tokens. Its numbers are sums up to the event that has them.
type usage struct {
	Input        int `json:"input_tokens"`
	CacheWritten int `json:"cache_creation_input_tokens"`
	CacheRead    int `json:"cache_read_input_tokens"`
	Output       int `json:"output_tokens"`
}

// listen reads until the stream ends, and gives nil when it ended by itself.
func listen(body io.Reader, h *httpcall.Hearing) error {
	lines := httpcall.NewLines(body)
	for over := false; !over; {
		field, value, err := lines.Next()
		over = errors.Is(err, io.EOF)
		switch {
		case err != nil && !over:
			return err
		case field == "data" && len(value) > 0:
			if err := take(value, h); err != nil {
				return err
			}
		case field != "" && field != "data" && field != "event" && field != "id" && field != "retry":
			return httpcall.ErrForeign
		}
	}
	return nil
}

// take adds one event. A delta without text is a token too: models that think
// send such.
func take(data []byte, h *httpcall.Hearing) error {
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		return fmt.Errorf("read an event: %w", err)
	}
	switch e.Type {
	case "message_start":
		e.Message.Usage.Output = 0 // a token that has not come
		count(h, e.Message.Usage)
	case "content_block_start":
		if e.ContentBlock.Text != "" {
			return h.Token(e.ContentBlock.Text)
		}
	case "content_block_delta":
		return h.Token(e.Delta.Text)
	case "message_delta":
		count(h, e.Usage)
		if e.Delta.StopReason != "" {
			h.Finished(fault(e.Delta.StopReason))
		}
	case "message_stop":
		h.Ended()
	case "error":
		return &llm.Error{
			Class: httpcall.ClassOfWord(e.Error.Type),
			Err:   fmt.Errorf("%w: %s: %.500s", httpcall.ErrServer, e.Error.Type, e.Error.Message),
		}
	}
	return nil // a ping, the end of a block, and kinds that are not known yet
}

func count(h *httpcall.Hearing, u usage) {
	if prompt := u.Input + u.CacheWritten + u.CacheRead; prompt > 0 {
		h.PromptTokens = prompt
	}
	if u.Output > 0 {
		h.CompletionTokens = u.Output
	}
}

// fault says what is wrong with an answer that ends for a reason.
func fault(reason string) error {
	switch reason {
	case "max_tokens", "model_context_window_exceeded":
		return httpcall.ErrLength
	case "refusal":
		return httpcall.ErrFilter
	}
	return nil
}
