package main

import (
	"fmt"
	"sync"

	"parley/internal/llm"
	"parley/internal/llm/anthropic"
	"parley/internal/llm/builtin"
	"parley/internal/llm/openai"
	"parley/internal/packs"
)

// models makes the models that agents ask for by name, each once.
type models struct {
	settings *settings
	builtin  llm.Model

	mu     sync.Mutex
	remote map[string]remoteModel // by provider:NAME
}

// remoteModel is a model of some server.
type remoteModel interface {
	llm.Model
	Close()
}

// newModels checks that the default model can be had.
func newModels(s *settings, p *packs.Packs) (*models, error) {
	speaker, err := builtin.New(p)
	if err != nil {
		return nil, err
	}
	m := &models{settings: s, builtin: speaker, remote: map[string]remoteModel{}}
	if !m.known(s.Model) {
		return nil, fmt.Errorf("--model %s: want builtin, openai:NAME with OPENAI_API_KEY or OPENAI_BASE_URL set, "+
			"or anthropic:NAME with ANTHROPIC_API_KEY or ANTHROPIC_BASE_URL set", s.Model)
	}
	return m, nil
}

// known reports whether agents can be given that model. Models of a server
// want its key or its address to be set.
func (m *models) known(name string) bool {
	provider, _, err := llm.Parse(name)
	if err != nil {
		return false
	}
	switch s := m.settings; provider {
	case llm.OpenAI:
		return s.OpenaiAPIKey != "" || elsewhere(s.OpenaiBaseURL, openai.DefaultBaseURL)
	case llm.Anthropic:
		return s.AnthropicAPIKey != "" || elsewhere(s.AnthropicBaseURL, anthropic.DefaultBaseURL)
	}
	return true
}

// elsewhere reports whether an address is set and not the usual one. An empty
// variable of the environment sets none.
func elsewhere(address, usual string) bool { return address != "" && address != usual }

// lookup returns the model of that name.
func (m *models) lookup(name string) (llm.Model, bool) {
	if !m.known(name) {
		return nil, false
	}
	provider, model, _ := llm.Parse(name)
	if provider == llm.Builtin {
		return m.builtin, true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	key := provider + ":" + model
	if _, ok := m.remote[key]; !ok {
		if s := m.settings; provider == llm.OpenAI {
			m.remote[key] = openai.New(s.OpenaiBaseURL, s.OpenaiAPIKey, model)
		} else {
			m.remote[key] = anthropic.New(s.AnthropicBaseURL, s.AnthropicAPIKey, model)
		}
	}
	return m.remote[key], true
}

func (m *models) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, model := range m.remote {
		model.Close()
	}
}
