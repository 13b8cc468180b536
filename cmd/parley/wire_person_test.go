package main

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"parley/internal/llm"
)

// person plays a game as somebody before the page would: every key is pressed,
// signs of typing go out as the page sends them, lines and votes are posted.
// What it says, and whether, it has from the speaker that the agents have too,
// so that the words tell nothing. How it reads, thinks and types stands here
// and has nothing in common with how agents do but the people that both are
// modelled on.
type person struct {
	*sitting
	rng     *rand.Rand
	persona string
	name    string
	token   string
	frames  <-chan frame

	pace  float64 // seconds a key
	slow  float64 // factor of its thinking
	phase string
	ends  time.Time
	cast  []string // in play
	lines []llm.Line
	fresh int // lines not read yet
	heard time.Time
	typed time.Time // the last sign
}

func (p *person) lognormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*p.rng.NormFloat64())
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// live plays until the room is closed.
func (p *person) live() {
	p.pace, p.slow = p.lognormal(0.21, 0.43), p.lognormal(1, 0.3)
	for p.phase != "closed" {
		phase := p.phase
		switch phase {
		case "discussion":
			p.discuss()
		case "voting":
			p.vote()
		}
		for p.phase == phase {
			p.see(<-p.frames)
		}
	}
}

// see takes in what the room shows.
func (p *person) see(f frame) {
	var e struct {
		Phase, Player, Text string
		EndsAt              time.Time `json:"ends_at"`
	}
	_ = json.Unmarshal(f.json, &e)
	switch f.kind {
	case "", "phase":
		if p.phase = e.Phase; f.kind == "" {
			p.phase = "closed" // the stream has ended
		}
		p.ends = e.EndsAt
	case "joined":
		p.cast = append(p.cast, e.Player)
	case "left":
		p.cast = slices.DeleteFunc(p.cast, func(n string) bool { return n == e.Player })
	case "message":
		p.lines = append(p.lines, llm.Line{Player: e.Player, Text: e.Text})
		p.heard = f.at
		if e.Player != p.name {
			p.fresh++
		}
	}
}

// wait lets time pass and sees what happens meanwhile. It reports whether the
// phase is still the same.
func (p *person) wait(s float64) bool {
	timer := time.NewTimer(seconds(s))
	defer timer.Stop()
	for phase := p.phase; ; {
		select {
		case f := <-p.frames:
			if p.see(f); p.phase != phase {
				return false
			}
		case <-timer.C:
			return true
		}
	}
}

// discuss reads the topic, then talks until the bell.
func (p *person) discuss() {
	p.heard = time.Now()
	if !p.wait(p.slow*p.lognormal(3.9, 0.65) + 0.03*float64(len(p.topic))) {
		return
	}
	for first := true; p.phase == "discussion"; first = false {
		silence := first && len(p.lines) == 0
		if !first && p.fresh == 0 && !p.rest(&silence) {
			continue
		}
		if !first && !silence && !p.wait(p.slow*p.lognormal(0.9, 0.65)+0.03*float64(len(p.lines[len(p.lines)-1].Text))) {
			return
		}
		text := p.mind(llm.KindMessage, silence)
		p.fresh = 0
		switch {
		case !p.wait(p.slow * p.lognormal(1.3, 0.6)):
		case time.Until(p.ends) < 4*time.Second:
		case llm.IsPass(text) && p.rng.Float64() < 0.15:
			p.types(strings.Repeat("x", 1+int(p.lognormal(14, 0.7))))
			p.wait(p.lognormal(0.6, 0.5))
		case !llm.IsPass(text):
			p.compose(text)
		}
	}
}

// rest waits for somebody else's line, or until the silence is too long.
func (p *person) rest(silence *bool) bool {
	long := time.NewTimer(time.Until(p.heard.Add(seconds(20 + p.lognormal(8, 0.8)))))
	defer long.Stop()
	for p.fresh == 0 && p.phase == "discussion" {
		select {
		case f := <-p.frames:
			p.see(f)
		case <-long.C:
			if *silence = p.rng.Float64() < 0.28; *silence {
				return true
			}
			long.Reset(seconds(p.lognormal(14, 0.5)))
		}
	}
	return p.phase == "discussion"
}

// compose types a line and sends it, unless the bell or a second thought comes
// first. Who sees the clock run out sends what is there, or lets it be.
func (p *person) compose(text string) {
	if !p.wait(p.slow*p.lognormal(1, 0.6)) || !p.types(text) || p.rng.Float64() < 0.01 || !p.wait(p.lognormal(0.5, 0.5)) {
		return
	}
	p.post("/messages", map[string]string{"text": text})
}

// types presses the keys of a text and reports whether it got to the end.
func (p *person) types(text string) bool {
	keys := []rune(text)
	left := time.Until(p.ends).Seconds()
	pace := p.pace
	if need := 1.15 * pace * float64(len(keys)); need > left && need < 1.7*left {
		pace *= 0.9 * left / need // the clock makes one faster
	}
	for _, key := range keys {
		n := 1
		if p.rng.Float64() < 0.03 {
			n = 3 // a slip, taken back
		}
		for range n {
			p.press()
			if !p.wait(pace * p.lognormal(0.9, 0.45)) {
				return false
			}
		}
		if key == ' ' && p.rng.Float64() < 0.07 && !p.wait(p.lognormal(1.5, 0.75)) {
			return false
		}
	}
	return true
}

// press sends a sign of typing as often as the page does.
func (p *person) press() {
	if time.Since(p.typed) < 2*time.Second {
		return
	}
	p.typed = time.Now()
	p.post("/typing", nil)
}

// vote looks at everybody and chooses.
func (p *person) vote() {
	gamma := 0.0
	for range 4 {
		gamma += p.rng.ExpFloat64()
	}
	if !p.wait(min(2.5+2.9*gamma, 0.8*time.Until(p.ends).Seconds()*(0.5+0.5*p.rng.Float64()))) {
		return
	}
	p.post("/votes", map[string]string{"suspect": p.mind(llm.KindVote, false)})
}

// mind asks the speaker what to say, or for whom to vote.
func (p *person) mind(kind string, silence bool) string {
	var others []string
	for _, n := range p.cast {
		if n != p.name {
			others = append(others, n)
		}
	}
	a, err := p.speaker.Complete(context.Background(), llm.Request{Seed: p.rng.Int64(), Scene: &llm.Scene{
		Kind: kind, Self: p.name, Persona: p.persona, Topic: p.topic, Game: true, Lang: "en",
		Players: p.cast, Lines: p.lines, New: min(p.fresh, len(p.lines)), Silence: silence, Suspects: others,
	}})
	if err != nil {
		p.t.Error(err)
	}
	return a.Text
}

// post sends a request. What the clock refuses is lost, as it would be.
func (p *person) post(path string, body any) {
	if r := p.request(http.MethodPost, path, p.token, body); r.Code >= 400 && r.Code != http.StatusConflict {
		p.t.Errorf("POST %s: %d %s", path, r.Code, r.Body)
	}
}
