package main

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kong"
)

// settings is what a node can be told. Each has a flag and an environment
// variable.
type settings struct {
	place

	Listen        string        `default:"127.0.0.1:8080" help:"Address to listen on; port 0 takes a free one."`
	Model         string        `default:"builtin" help:"Model of agents that name none: builtin, openai:NAME or anthropic:NAME."`
	Sync          string        `default:"always" enum:"always,interval" help:"When a write is acknowledged: always, after it is on the disk; interval, before, and synced every second."`
	NatsStreams   int           `default:"0" help:"Streams that rooms are spread over when their log in NATS is made; 0 is 1, or as many as there are." placeholder:"N"`
	Limits        string        `default:"on" enum:"on,off" help:"Rate limits on messages a player and on rooms and sockets an address."`
	AllowOrigin   []string      `help:"Origins of pages elsewhere that may use this server, such as https://chat.example." placeholder:"URL"`
	OperatorToken string        `help:"Bearer token for /metrics from elsewhere than this machine." placeholder:"TOKEN" secret:""`
	Packs         string        `help:"Folder with topics and personas that replace the built-in ones." placeholder:"DIR"`
	ModelCalls    int           `default:"64" help:"Calls at once to one model."`
	ModelTimeout  time.Duration `default:"60s" help:"How long one call to a model may take."`
	Drain         time.Duration `default:"10s" help:"How long turns may go on after the signal to stop."`
	Retain        retention     `default:"none" help:"How long closed rooms are kept, such as 30d; none is for ever." placeholder:"TIME"`
	LogLevel      slog.Level    `default:"info" help:"debug, info, warn or error."`

	OpenaiAPIKey  string `name:"openai-api-key" env:"OPENAI_API_KEY,PARLEY_OPENAI_API_KEY" help:"Key for models named openai:NAME." placeholder:"KEY" secret:""`
	OpenaiBaseURL string `name:"openai-base-url" env:"OPENAI_BASE_URL,PARLEY_OPENAI_BASE_URL" default:"https://api.openai.com/v1" help:"Address of the OpenAI-compatible server."`

	AnthropicAPIKey  string `name:"anthropic-api-key" env:"ANTHROPIC_API_KEY,PARLEY_ANTHROPIC_API_KEY" help:"Key for models named anthropic:NAME." placeholder:"KEY" secret:""`
	AnthropicBaseURL string `name:"anthropic-base-url" env:"ANTHROPIC_BASE_URL,PARLEY_ANTHROPIC_BASE_URL" default:"https://api.anthropic.com" help:"Address of Anthropic's API or a gateway to it, without /v1."`
}

type showConfig struct {
	settings
}

// Run prints every setting with its value and its source.
func (c *showConfig) Run(k *kong.Context, to console) error {
	w := tabwriter.NewWriter(to.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "SETTING\tVALUE\tFROM")
	for _, f := range k.Selected().Flags {
		value := fmt.Sprint(f.Target.Interface())
		if f.Tag.Has("secret") && value != "" {
			value = "(set)"
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", f.Name, value, source(k, f))
	}
	return w.Flush()
}

// source says where the value of a flag comes from.
func source(k *kong.Context, f *kong.Flag) string {
	if slices.ContainsFunc(k.Path, func(p *kong.Path) bool { return p.Flag == f }) {
		return "flag --" + f.Name
	}
	for _, env := range f.Envs {
		if _, ok := os.LookupEnv(env); ok {
			return "environment " + env
		}
	}
	return "default"
}
