package main

import (
	"fmt"
	"sync"

	"parley/internal/llm"
	"parley/internal/llm/builtin"
	"parley/internal/llm/openai"
	"parley/internal/packs"
)

// models makes the models that agents ask for by name, each once.
type models struct {
	settings *settings
	builtin  llm.Model

	mu     sync.Mutex
	openai map[string]*openai.Model
}

// newModels checks that the default model can be had.
func newModels(s *settings, p *packs.Packs) (*models, error) {
	speaker, err := builtin.New(p)
	if err != nil {
		return nil, err
	}
	m := &models{settings: s, builtin: speaker, openai: map[string]*openai.Model{}}
	if !m.known(s.Model) {
		return nil, fmt.Errorf("--model %s: want builtin, or openai:NAME with OPENAI_API_KEY or OPENAI_BASE_URL set", s.Model)
	}
	return m, nil
}

// known reports whether agents can be given that model. Models of an
// OpenAI-compatible server want its key or its address to be set.
func (m *models) known(name string) bool {
	provider, _, err := llm.Parse(name)
	if err != nil {
		return false
	}
	remote := m.settings.OpenaiAPIKey != "" || m.settings.OpenaiBaseURL != openai.DefaultBaseURL
	return provider == llm.Builtin || (provider == llm.OpenAI && remote)
}

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
	if _, ok := m.openai[model]; !ok {
		m.openai[model] = openai.New(m.settings.OpenaiBaseURL, m.settings.OpenaiAPIKey, model)
	}
	return m.openai[model], true
}

func (m *models) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, model := range m.openai {
		model.Close()
	}
}
