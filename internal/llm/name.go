package llm

import (
	"fmt"
	"strings"
)

// The providers a model's name may begin with.
const (
	Builtin   = "builtin"
	OpenAI    = "openai"
	Anthropic = "anthropic"
)

// Parse reads a model's name as people configure it: "builtin", "openai:NAME"
// or "anthropic:NAME". The model is empty for builtin. A NAME may hold colons
// ("openai:llama3.2:3b").
func Parse(name string) (provider, model string, err error) {
	name = strings.TrimSpace(name)
	if name == Builtin {
		return Builtin, "", nil
	}
	provider, model, found := strings.Cut(name, ":")
	if found && model != "" && (provider == OpenAI || provider == Anthropic) {
		return provider, model, nil
	}
	return "", "", fmt.Errorf("model %q: want builtin, openai:NAME or anthropic:NAME", name)
}
