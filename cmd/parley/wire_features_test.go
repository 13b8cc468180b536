package main

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// traces is what a player left on the wire of one game, but for the words.
type traces struct {
	name   string
	agent  bool
	shapes []string             // of the frames it is in, and of its place in the snapshots
	bytes  map[string][]float64 // of its frames, by their type
	place  []float64            // among those announced, and in each snapshot
	typing []time.Time
	lines  []uttered
	vote   time.Time
}

// uttered is a line: when, how long, and when the last line of another was.
type uttered struct {
	at     time.Time
	chars  int
	heard  time.Time
	itself bool // the line before was the player's own
}

// gameTraces is what all players left, and the clock of the game.
type gameTraces struct {
	began, bell, opened time.Time
	players             []*traces
}

// read takes a game apart. Roles come from the reveal, which no feature sees.
func (g played) read() gameTraces {
	var out gameTraces
	byName := map[string]*traces{}
	var last, before uttered // the last line, and the last of somebody else than its author
	author := ""
	for _, f := range g.frames {
		var e struct {
			Phase, Player, Text string
			EndsAt              time.Time `json:"ends_at"`
			Roles               map[string]string
		}
		_ = json.Unmarshal(f.json, &e)
		p := byName[e.Player]
		if p == nil && f.kind == "joined" {
			p = &traces{name: e.Player, bytes: map[string][]float64{}, place: []float64{float64(len(out.players))}}
			byName[e.Player] = p
			out.players = append(out.players, p)
		}
		if p != nil {
			p.shapes = append(p.shapes, shape(f.json))
			p.bytes[f.kind] = append(p.bytes[f.kind], bare(f.json, e.Player, e.Text))
		}
		switch f.kind {
		case "phase":
			switch e.Phase {
			case "discussion":
				out.began, out.bell = f.at, e.EndsAt
				last, before = uttered{at: f.at}, uttered{at: f.at}
			case "voting":
				out.opened = f.at
			}
		case "typing":
			p.typing = append(p.typing, f.at)
		case "message":
			if e.Player != author {
				before = last
			}
			p.lines = append(p.lines, uttered{f.at, utf8.RuneCountInString(e.Text), before.at, e.Player == author})
			last, author = uttered{at: f.at}, e.Player
		case "voted":
			p.vote = f.at
		case "roles":
			for name, role := range e.Roles {
				byName[name].agent = role == "agent"
			}
		}
	}
	for _, l := range g.looks {
		readLook(byName, l.json)
	}
	return out
}

// readLook reads a snapshot's list of players.
func readLook(byName map[string]*traces, snapshot []byte) {
	var s struct{ Players []json.RawMessage }
	_ = json.Unmarshal(snapshot, &s)
	for i, raw := range s.Players {
		var q struct {
			Name string
			Role *string
		}
		_ = json.Unmarshal(raw, &q)
		if p := byName[q.Name]; p != nil && q.Role == nil {
			p.place = append(p.place, float64(i))
			p.shapes = append(p.shapes, shape(raw))
		}
	}
}

var values = regexp.MustCompile(`:("(\\.|[^"\\])*"|[^,}\]]+)`)

// shape is a JSON object without its values: fields and their order.
func shape(b []byte) string { return values.ReplaceAllString(string(b), ":") }

// bare is the size of a frame without the words and what counts on.
func bare(b []byte, player, text string) float64 {
	var s struct{ Seq int }
	_ = json.Unmarshal(b, &s)
	n := len(b) - len(player) - len(strconv.Itoa(s.Seq))
	if text != "" {
		n -= len(mustJSON(text))
	}
	return float64(n)
}

// features are a player's numbers. NaN stands for what the player gave no
// occasion to see.
func (g gameTraces) features(p *traces, known map[string]float64) map[string]float64 {
	out := map[string]float64{}
	number, _ := strconv.ParseFloat(strings.TrimPrefix(p.name, "Player "), 64)
	out["number"] = number
	var shapes []float64
	for _, s := range p.shapes {
		shapes = append(shapes, known[s])
	}
	slices.Sort(shapes)
	out["shapes"] = float64(len(slices.Compact(shapes)))
	for _, kind := range []string{"joined", "typing", "message", "voted"} {
		spread(out, "bytes."+kind, p.bytes[kind])
	}
	spread(out, "place", p.place)
	out["announced"] = p.place[0]
	out["lines"] = float64(len(p.lines))
	g.timing(out, p)
	g.typing(out, p)
	out["vote"] = math.NaN()
	if !p.vote.IsZero() {
		out["vote"] = p.vote.Sub(g.opened).Seconds()
		out["vote.micros"] = float64(p.vote.Nanosecond() % 1e6)
		out["vote.near"] = nearest(p.vote, g.others(p, func(q *traces) []time.Time { return []time.Time{q.vote} }))
	}
	return out
}

func (g gameTraces) others(p *traces, of func(*traces) []time.Time) (all []time.Time) {
	for _, q := range g.players {
		if q != p {
			all = append(all, of(q)...)
		}
	}
	return all
}

func (q *traces) times() (all []time.Time) {
	for _, l := range q.lines {
		all = append(all, l.at)
	}
	return all
}

// nearest is how far the nearest of others is from a moment, in seconds.
func nearest(at time.Time, others []time.Time) float64 {
	least := math.NaN()
	for _, o := range others {
		if d := math.Abs(o.Sub(at).Seconds()); math.IsNaN(least) || d < least {
			least = d
		}
	}
	return least
}

// timing is about when lines come.
func (g gameTraces) timing(out map[string]float64, p *traces) {
	var between, after, near, perChar, silence, millis, micros []float64
	own := 0.0
	out["line.first"], out["line.last"] = math.NaN(), math.NaN()
	others := g.others(p, (*traces).times)
	for i, l := range p.lines {
		if i == 0 {
			out["line.first"] = l.at.Sub(g.began).Seconds()
		} else {
			between = append(between, l.at.Sub(p.lines[i-1].at).Seconds())
		}
		gap := l.at.Sub(l.heard).Seconds()
		after = append(after, gap)
		if gap > 15 {
			silence = append(silence, gap)
		}
		if l.itself {
			own++
		}
		near = append(near, nearest(l.at, others))
		perChar = append(perChar, gap/float64(l.chars))
		millis = append(millis, float64(l.at.Nanosecond()/1e6%100))
		micros = append(micros, float64(l.at.Nanosecond()%1e6))
		out["line.last"] = g.bell.Sub(l.at).Seconds()
	}
	out["line.again"] = own
	out["line.silences"] = float64(len(silence))
	spread(out, "line.silence", silence)
	spread(out, "line.between", between)
	spread(out, "line.after", after)
	spread(out, "line.near", near)
	spread(out, "line.perChar", perChar)
	spread(out, "line.millis", millis)
	spread(out, "line.micros", micros)
}

// typing is about the frames of typing, and how lines follow them.
func (g gameTraces) typing(out map[string]float64, p *traces) {
	var beats, reaction, frames, lead, look, perChar, lost, micros []float64
	heard := g.others(p, (*traces).times)
	next, start := 0, time.Time{}
	count := 0.0
	bare := 0.0
	out["typing.first"], out["typing.last"] = math.NaN(), math.NaN()
	give := func() {
		if count > 0 {
			lost = append(lost, count)
		}
		count = 0
	}
	for i, at := range p.typing {
		for next < len(p.lines) && p.lines[next].at.Before(at) {
			if count == 0 {
				bare++
			} else {
				lead, look, frames = append(lead, p.lines[next].at.Sub(start).Seconds()), append(look, p.lines[next].at.Sub(p.typing[i-1]).Seconds()), append(frames, count)
				perChar = append(perChar, lead[len(lead)-1]/float64(p.lines[next].chars))
			}
			count = 0
			next++
		}
		if i == 0 {
			out["typing.first"] = at.Sub(g.began).Seconds()
		} else if gap := at.Sub(p.typing[i-1]).Seconds(); gap < 12 {
			beats = append(beats, gap)
		} else {
			give() // what was shown 12 s ago came to nothing
		}
		if count == 0 {
			start = at
			if before := latest(heard, at); !before.IsZero() {
				reaction = append(reaction, at.Sub(before).Seconds())
			}
		}
		count++
		micros = append(micros, float64(at.Nanosecond()%1e6))
		out["typing.last"] = g.bell.Sub(at).Seconds()
	}
	out["typing.frames"] = float64(len(p.typing))
	out["typing.lost"] = float64(len(lost))
	out["typing.none"] = bare
	out["typing.atBell"] = count
	spread(out, "typing.beat", beats)
	spread(out, "typing.micros", micros)
	spread(out, "typing.reaction", reaction)
	spread(out, "typing.perLine", frames)
	spread(out, "typing.lead", lead)
	spread(out, "typing.look", look)
	spread(out, "typing.perChar", perChar)
	spread(out, "typing.lostFrames", lost)
}

// latest returns the last moment before another.
func latest(all []time.Time, before time.Time) (last time.Time) {
	for _, at := range all {
		if at.Before(before) && at.After(last) {
			last = at
		}
	}
	return last
}

// spread writes mean, deviation, least, middle and most of numbers.
func spread(out map[string]float64, name string, xs []float64) {
	nan := math.NaN()
	mean, deviation, least, middle, most := nan, nan, nan, nan, nan
	if len(xs) > 0 {
		sum, squares := 0.0, 0.0
		for _, x := range xs {
			sum += x
			squares += x * x
		}
		n := float64(len(xs))
		sorted := slices.Sorted(slices.Values(xs))
		mean, least, middle, most = sum/n, sorted[0], sorted[len(sorted)/2], sorted[len(sorted)-1]
		if len(xs) > 1 {
			deviation = math.Sqrt(max(0, squares/n-mean*mean))
		}
	}
	out[name+".mean"], out[name+".deviation"] = mean, deviation
	out[name+".least"], out[name+".middle"], out[name+".most"] = least, middle, most
}
