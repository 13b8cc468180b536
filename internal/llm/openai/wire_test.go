package openai_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/openai"
)

func TestAServerThatDoesNotCloseIsNotWaitedFor(t *testing.T) {
	raw := []byte("data: {\"choices\":[{\"delta\":{\"content\":\"yes\"},\"finish_reason\":\"stop\"}]}\n\n")
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(raw)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	url := serve(t, handler)
	start := time.Now()
	answer, err := openai.New(url, "", "m").Complete(t.Context(), request())
	if err != nil || answer.Text != "yes" {
		t.Fatalf("%+v, %v", answer, err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

// Streams without text and without an end: what keeps a connection open, and
// thoughts that lead nowhere.
func TestStreamsAreBounded(t *testing.T) {
	for _, piece := range []string{
		": " + strings.Repeat("wait", 500) + "\n\n",
		"data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"" + strings.Repeat("hm", 1000) + "\"}}]}\n\n",
	} {
		chunk := []byte(strings.Repeat(piece, 10))
		url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		_, err := openai.New(url, "", "m").Complete(ctx, request())
		cancel()
		if llm.ClassOf(err) != llm.Truncated {
			t.Errorf("%.60q: %v", piece, err)
		}
	}
}
