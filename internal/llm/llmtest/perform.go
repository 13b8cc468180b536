package llmtest

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

// perform does what a reply says. Errors of writing mean that the client has
// gone, which ends the performance.
func perform(w http.ResponseWriter, r *http.Request, reply Reply) {
	if !held(r.Context(), reply) {
		return
	}
	in := dialectOf(r)
	if reply.RetryAfter != "" {
		w.Header().Set("Retry-After", reply.RetryAfter)
	}
	if reply.Status != 0 && reply.Status != http.StatusOK {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(reply.Status)
		_, _ = w.Write([]byte(in.refusal(reply.Text)))
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	if reply.Text == "" {
		reply.Text = "ok"
	}
	(&stream{ctx: r.Context(), out: w, reply: reply, in: in}).play()
}

// play sends the body of the kind that the reply names.
func (s *stream) play() {
	switch s.reply.Does {
	case Answers:
		s.open()
		s.say(s.words())
		s.finish()
	case Empties:
		s.open()
		s.finish()
	case Hangs:
		<-s.ctx.Done()
	case Stalls:
		s.open()
		s.say(s.words()[:1])
		<-s.ctx.Done()
	case Truncates:
		s.open()
		words := s.words()
		s.say(words[:(len(words)+1)/2])
		panic(http.ErrAbortHandler) // the one way to close a connection in the middle
	case Rambles:
		s.open()
		for s.alive() {
			s.say(s.words())
		}
	case Babbles:
		s.write("data: ")
		for s.alive() {
			s.write(strings.Repeat("a", 64<<10))
		}
	case Garbles:
		s.write(s.in.broken())
	case Replays:
		s.write(string(s.reply.Raw))
	}
}

// held waits as the reply says, and says whether the client is still there.
func held(ctx context.Context, reply Reply) bool {
	if Delay(ctx, reply.Latency) != nil {
		return false
	}
	if reply.Gate == nil {
		return true
	}
	select {
	case <-reply.Gate:
		return true
	case <-ctx.Done():
		return false
	}
}

// stream writes the chunks of one answer.
type stream struct {
	ctx    context.Context //nolint:containedctx // it lives as long as the request it belongs to
	out    http.ResponseWriter
	reply  Reply
	in     dialect
	tokens int
	gone   bool
}

func (s *stream) alive() bool { return !s.gone && s.ctx.Err() == nil }

// words cuts the text so that joining the pieces gives it back.
func (s *stream) words() []string { return strings.SplitAfter(s.reply.Text, " ") }

func (s *stream) open() { s.write(s.in.open()) }

func (s *stream) say(words []string) {
	for i, word := range words {
		if i > 0 && Delay(s.ctx, s.reply.Gap) != nil {
			return
		}
		s.tokens++
		s.write(s.in.word(word))
	}
}

func (s *stream) finish() { s.write(s.in.finish(s.reply, s.tokens)) }

func (s *stream) write(text string) {
	if _, err := s.out.Write([]byte(text)); err != nil {
		s.gone = true
		return
	}
	if err := http.NewResponseController(s.out).Flush(); err != nil {
		s.gone = true
	}
}

// encode writes what cannot fail to be JSON.
func encode(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		return `{"error":{"message":"not encodable"}}`
	}
	return string(out)
}
