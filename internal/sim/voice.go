package sim

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/internal/llm"
)

// mood is how a model behaves: how long it takes, and what it does how often.
type mood struct {
	takes   time.Duration // on average
	fails   float64       // some failure of those that may be tried again
	refuses float64       // a failure for good
	hangs   float64
	passes  float64
	repeats float64 // says what was said before
}

// moods returns the models that agents ask for, by name.
func moods() map[string]mood {
	return map[string]mood{
		"quick":  {takes: 300 * time.Millisecond, passes: 0.2},
		"calm":   {takes: 4 * time.Second, passes: 0.4, repeats: 0.05},
		"moody":  {takes: 2 * time.Second, fails: 0.3, refuses: 0.02, hangs: 0.02, passes: 0.2, repeats: 0.1},
		"broken": {takes: time.Second, fails: 0.9, refuses: 0.1, hangs: 0.1, passes: 0.5},
		"parrot": {takes: time.Second, repeats: 0.8},
	}
}

// voice is a model as one process reaches it.
type voice struct {
	p *process
	mood
}

// Complete implements llm.Model. What it does follows from the attempt alone.
func (v voice) Complete(ctx context.Context, req llm.Request) (llm.Answer, error) {
	v.p.w.called(req.Turn)
	dice := v.p.w.of("call " + req.Turn)
	takes := dice.about(v.takes)
	if dice.chance(v.hangs) {
		takes = time.Hour
	}
	err := pass(ctx, takes)
	// A connection that ends takes its time, too; and who is frozen hears later.
	_ = pass(context.Background(), dice.upTo(time.Millisecond))
	v.p.awake(dice)
	switch {
	case err != nil:
		return llm.Answer{}, &llm.Error{Class: llm.ClassOf(err), Err: err, Started: dice.chance(0.1)}
	case dice.chance(v.refuses):
		return llm.Answer{}, &llm.Error{Class: llm.Auth}
	case dice.chance(v.fails):
		return llm.Answer{}, v.failure(dice)
	}
	a := llm.Answer{Text: v.text(dice, req.Scene), PromptTokens: 100, CompletionTokens: 10}
	return a, nil
}

func (v voice) failure(dice *stream) *llm.Error {
	e := &llm.Error{Class: pick(dice, llm.Rate, llm.Overload, llm.Timeout, llm.Truncated, llm.Garbage, llm.Empty, llm.Failed)}
	if e.Class == llm.Rate && dice.chance(0.5) {
		e.RetryAfter = time.Duration(dice.between(1, 90)) * time.Second
	}
	e.Started = e.Class == llm.Truncated && dice.chance(0.5)
	return e
}

func (v voice) text(dice *stream, scene *llm.Scene) string {
	if scene.Kind == llm.KindVote {
		return vote(dice, scene.Suspects)
	}
	switch {
	case dice.chance(v.passes):
		return pick(dice, "[pass]", "PASS", "\"pass\".", "pass")
	case dice.chance(v.repeats) && len(scene.Lines) > 0:
		return scene.Lines[dice.below(len(scene.Lines))].Text
	case dice.chance(0.02):
		return pick(dice, "", "\n\n", strings.Repeat("and then ", 300))
	}
	return words(dice)
}

func vote(dice *stream, suspects []string) string {
	if len(suspects) == 0 || dice.chance(0.1) {
		return pick(dice, "I cannot tell.", "nobody", "")
	}
	name := suspects[dice.below(len(suspects))]
	return pick(dice, name, "I vote for "+name+".", strings.ToLower(name))
}

// words returns a line, hardly ever the same twice.
func words(dice *stream) string {
	what := pick(dice, "tea", "rain", "the sea", "chess", "bread", "my cat", "trains", "the moon")
	how := pick(dice, "I like %s", "%s, again", "who mentioned %s?", "no more of %s", "%s is fine by me")
	return fmt.Sprintf(how+" %d", what, dice.below(1_000_000))
}
