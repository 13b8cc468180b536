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
// so that the words tell nothing. How it reads, thinks and types stands here:
// no code and no constant is shared with the agents' hands. What both have in
// common is the people that they are modelled on.
type person struct {
	*sitting
	rng     *rand.Rand
	persona string
	name    string
	token   string
	frames  <-chan frame

	kind
	phase string
	ends  time.Time
	cast  []string // in play
	lines []llm.Line
	read  int // of the lines
	heard time.Time
	typed time.Time // the last sign
}

// kind is how somebody plays.
type kind struct {
	share    float64 // of people
	key      float64 // seconds
	slow     float64 // factor of what takes thought
	looks    float64 // seconds before new lines are looked at
	slips    float64 // chance a key
	halts    float64 // chance after a word
	breaks   float64 // chance to say something into a silence
	wavering float64 // chance to type something that is not sent
}

// kinds are five kinds of people: whoever is quick, those at a keyboard, those
// on a phone, those who look for each key, and those who mostly read.
func kinds() []kind {
	return []kind{
		{0.15, 0.15, 0.7, 0.6, 0.04, 0.05, 0.4, 0.2},
		{0.25, 0.21, 1, 0.9, 0.03, 0.07, 0.3, 0.15},
		{0.35, 0.30, 1, 1, 0.02, 0.07, 0.25, 0.15},
		{0.15, 0.36, 1.4, 1.2, 0.02, 0.1, 0.25, 0.1},
		{0.10, 0.25, 1.3, 2.5, 0.03, 0.08, 0.1, 0.25},
	}
}

// draw is what a person is like: of a kind, and yet its own.
func (p *person) draw() {
	lot := p.rng.Float64()
	for _, k := range kinds() {
		if p.kind = k; lot < k.share {
			break
		}
		lot -= k.share
	}
	own := func(x *float64, sigma float64) { *x = p.lognormal(*x, sigma) }
	own(&p.key, 0.36)
	own(&p.slow, 0.25)
	own(&p.looks, 0.3)
	own(&p.halts, 0.3)
	own(&p.wavering, 0.4)
}

func (p *person) lognormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*p.rng.NormFloat64())
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// live plays until the room is closed.
func (p *person) live() {
	p.draw()
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
	}
}

// fresh reports whether somebody else has said something not read yet.
func (p *person) fresh() bool {
	return p.unread() > 0
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
		if !first && !p.fresh() && !p.rest(&silence) {
			continue
		}
		if !first && !silence && !p.wait(p.looks*p.lognormal(1, 0.6)+0.03*float64(len(p.lines[len(p.lines)-1].Text))) {
			return
		}
		text := p.mind(llm.KindMessage, silence)
		p.read = len(p.lines)
		switch {
		case !p.wait(p.slow * p.lognormal(2, 0.65)):
		case time.Until(p.ends) < 4*time.Second:
		case llm.IsPass(text) && p.rng.Float64() < p.wavering:
			p.types(strings.Repeat("hm ok ", 200)[:1+min(int(p.lognormal(13, 0.7)), 1000)])
			p.wait(p.lognormal(0.6, 0.5))
		case !llm.IsPass(text):
			p.compose(text)
		}
	}
}

// rest waits for somebody else's line, or until the silence is too long.
func (p *person) rest(silence *bool) bool {
	long := time.NewTimer(time.Until(p.heard.Add(seconds(p.lognormal(28, 0.3)))))
	defer long.Stop()
	for !p.fresh() && p.phase == "discussion" {
		select {
		case f := <-p.frames:
			p.see(f)
		case <-long.C:
			if *silence = p.rng.Float64() < p.breaks*p.patience(); *silence {
				return true
			}
			long.Reset(seconds(p.lognormal(20, 0.5)))
		}
	}
	return p.phase == "discussion"
}

// patience is the share of silences that somebody breaks who had the last word.
func (p *person) patience() float64 {
	if n := len(p.lines); n > 0 && p.lines[n-1].Player == p.name {
		return 0.5
	}
	return 1
}

// compose types a line and sends it, unless the bell or a second thought comes
// first. Who sees the clock run out sends what is there, or lets it be.
func (p *person) compose(text string) {
	if !p.types(text) || p.rng.Float64() < 0.01 || !p.wait(p.lognormal(0.5, 0.5)) {
		return
	}
	p.post("/messages", map[string]string{"text": text})
}

// types presses the keys of a text and reports whether it got to the end.
func (p *person) types(text string) bool {
	keys := []rune(text)
	left := time.Until(p.ends).Seconds()
	pace := p.key
	if need := 1.15 * pace * float64(len(keys)); need > left && need < 1.7*left {
		pace *= 0.9 * left / need // the clock makes one faster
	}
	for _, key := range keys {
		n := 1
		if p.rng.Float64() < p.slips {
			n = 3 // a slip, taken back
		}
		for range n {
			p.press()
			if !p.wait(pace * p.lognormal(0.88, 0.45)) {
				return false
			}
		}
		if key == ' ' && p.rng.Float64() < p.halts && !p.wait(p.lognormal(1.5, 0.75)) {
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
	if !p.wait(min(math.Pow(p.slow, 0.4)*(2.5+2.9*gamma), 0.8*time.Until(p.ends).Seconds()*(0.5+0.5*p.rng.Float64()))) {
		return
	}
	p.post("/votes", map[string]string{"suspect": p.mind(llm.KindVote, false)})
}

// unread counts the lines from the first of somebody else that is not read.
func (p *person) unread() int {
	first := slices.IndexFunc(p.lines[p.read:], func(l llm.Line) bool { return l.Player != p.name })
	if first < 0 {
		return 0
	}
	return len(p.lines) - p.read - first
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
		Players: p.cast, Lines: p.lines, New: p.unread(), Silence: silence, Suspects: others,
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
