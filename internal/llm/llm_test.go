package llm_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"parley/internal/llm"
)

func TestParse(t *testing.T) {
	tests := []struct{ name, provider, model string }{
		{"builtin", "builtin", ""},
		{" builtin ", "builtin", ""},
		{"openai:gpt-4o-mini", "openai", "gpt-4o-mini"},
		{"openai:llama3.2:3b", "openai", "llama3.2:3b"},
		{"anthropic:x", "anthropic", "x"},
	}
	for _, test := range tests {
		provider, model, err := llm.Parse(test.name)
		if err != nil || provider != test.provider || model != test.model {
			t.Errorf("%q: %q, %q, %v", test.name, provider, model, err)
		}
	}
	for _, name := range []string{"", "openai", "openai:", "builtin:x", "gpt-4o", "mistral:x", "OpenAI:x"} {
		if provider, _, err := llm.Parse(name); err == nil {
			t.Errorf("%q taken for %q", name, provider)
		}
	}
}

func TestClassesAndRetries(t *testing.T) {
	cause := errors.New("why")
	tests := []struct {
		err   error
		class llm.Class
		retry bool
	}{
		{nil, "", false},
		{cause, llm.Failed, true},
		{context.Canceled, llm.Cancelled, false},
		{fmt.Errorf("x: %w", context.DeadlineExceeded), llm.Timeout, true},
		{&llm.Error{Class: llm.Auth, Err: cause}, llm.Auth, false},
		{fmt.Errorf("x: %w", &llm.Error{Class: llm.Rate}), llm.Rate, true},
		{&llm.Error{Class: llm.Overload}, llm.Overload, true},
		{&llm.Error{Class: llm.Timeout}, llm.Timeout, true},
		{&llm.Error{Class: llm.Timeout, Started: true}, llm.Timeout, false},
		{&llm.Error{Class: llm.Failed}, llm.Failed, true},
		{&llm.Error{Class: llm.Empty}, llm.Empty, true},
		{&llm.Error{Class: llm.Garbage, Started: true}, llm.Garbage, false},
		{&llm.Error{Class: llm.Truncated, Started: true}, llm.Truncated, false},
		{&llm.Error{Class: llm.Cancelled}, llm.Cancelled, false},
	}
	for _, test := range tests {
		if class, retry := llm.ClassOf(test.err), llm.Retryable(test.err); class != test.class || retry != test.retry {
			t.Errorf("%v: class %q, retry %v", test.err, class, retry)
		}
	}
	if !errors.Is(&llm.Error{Err: cause}, cause) {
		t.Error("the cause is hidden")
	}
}
