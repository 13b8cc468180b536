package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// A leak is what a worse server would show: it rewrites what was read of a game
// in which these players are the agents.
type leak func(g *played, agents map[string]bool)

// leaky returns games as they would be read of a server with that leak.
func leaky(games []played, l leak) []played {
	out := make([]played, len(games))
	for i, g := range games {
		agents := map[string]bool{}
		for _, f := range g.frames {
			var e struct{ Roles map[string]string }
			_ = json.Unmarshal(f.json, &e)
			for name, role := range e.Roles {
				agents[name] = role == "agent"
			}
		}
		out[i] = played{slices.Clone(g.frames), slices.Clone(g.looks)}
		l(&out[i], agents)
	}
	return out
}

// extraField has one more field in agents' lines.
func extraField(g *played, agents map[string]bool) {
	for i, f := range g.frames {
		if f.kind == "message" && agents[f.player()] {
			g.frames[i].json = append(bytes.TrimSuffix(slices.Clone(f.json), []byte("}")), `,"turn":null}`...)
		}
	}
}

// noTyping has agents speak without typing.
func noTyping(g *played, agents map[string]bool) {
	g.frames = slices.DeleteFunc(g.frames, func(f frame) bool { return f.kind == "typing" && agents[f.player()] })
}

// announcedFirst has agents first among those who join, and in the snapshot.
func announcedFirst(g *played, agents map[string]bool) {
	var at []int
	var names, order []string
	for i, f := range g.frames {
		if f.kind == "joined" {
			at, names = append(at, i), append(names, f.player())
		}
	}
	for _, first := range []bool{true, false} {
		for _, n := range names {
			if agents[n] == first {
				order = append(order, n)
			}
		}
	}
	for k, i := range at {
		f := g.frames[i]
		f.json = bytes.Replace(f.json, fmt.Appendf(nil, "%q", names[k]), fmt.Appendf(nil, "%q", order[k]), 1)
		g.frames[i] = f
	}
	for i, l := range g.looks {
		var s struct {
			Players []struct{ Name string } `json:"players"`
		}
		_ = json.Unmarshal(l.json, &s)
		slices.SortStableFunc(s.Players, func(a, b struct{ Name string }) int {
			return slices.Index(order, a.Name) - slices.Index(order, b.Name)
		})
		g.looks[i].json = mustJSON(s)
	}
}

// votesAtOnce has agents vote in the same second, as programs do.
func votesAtOnce(g *played, agents map[string]bool) {
	var opened time.Time
	for i, f := range g.frames {
		switch {
		case f.kind == "phase":
			opened = f.at
		case f.kind == "voted" && agents[f.player()]:
			g.frames[i].at = opened.Add(time.Duration(i) * time.Millisecond)
		}
	}
}

// evenTyping has agents type a line at a rate that is always the same, with
// frames that are two seconds apart.
func evenTyping(g *played, agents map[string]bool) {
	noTyping(g, agents)
	var out []frame
	var began time.Time
	for _, f := range g.frames {
		if f.kind == "phase" {
			began = f.at
		}
		if f.kind == "message" && agents[f.player()] {
			var e struct{ Text string }
			_ = json.Unmarshal(f.json, &e)
			sign := fmt.Appendf(nil, `{"type":"typing","player":%q}`, f.player())
			for at := f.at.Add(-255 * time.Millisecond * time.Duration(len([]rune(e.Text)))); at.Before(f.at); at = at.Add(2 * time.Second) {
				if at.After(began) {
					out = append(out, frame{"typing", at, sign})
				}
			}
		}
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b frame) int { return a.at.Compare(b.at) })
	g.frames = out
}
