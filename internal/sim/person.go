package sim

import (
	"context"
	"strconv"
	"sync"
	"time"

	"parley/room"
)

// person is somebody with a client, which is at one node at a time.
type person struct {
	*stage
	name string // in the world
	slot int

	mu     sync.Mutex
	player string             // in the room; empty before joining
	lines  int                // sent so far
	seen   [][]byte           // frames, by seq
	leaves context.CancelFunc // ends watching; nil: does not watch
}

// join takes a seat.
func (p *person) join(slot int) {
	p.mu.Lock()
	p.slot = slot
	p.mu.Unlock()
	if player := p.stage.join(asking{p.name, slot}, room.Join{Name: p.name, Token: p.name}); player != "" {
		p.sit(player)
	}
}

func (p *person) sit(player string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.player = player
}

func (p *person) seat() (player string, slot int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.player, p.slot
}

// say sends a line until it is acknowledged or refused; twice means that an
// impatient client sends it at a second node at once.
func (p *person) say(text string, twice bool) {
	c, seated := p.line(text)
	if !seated {
		return
	}
	_, slot := p.seat()
	if twice {
		p.w.going.Go(func() { p.send((slot+1)%len(p.w.nodes), c) })
	}
	p.send(slot, c)
}

// line makes a command of a text, for somebody who has a seat.
func (p *person) line(text string) (c room.Say, seated bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.player == "" {
		return c, false
	}
	p.lines++
	return room.Say{Player: p.player, Text: text, ClientID: strconv.Itoa(p.lines)}, true
}

// send asks at one node after the other for as long as nobody answers.
func (p *person) send(slot int, c room.Say) {
	a := asked{line: lineName(c.Player, c.Text), call: time.Now()}
	for try := 1; ; try++ {
		res, err := p.ask(asking{p.name + " says", slot}, c)
		switch {
		case err == nil:
			a.seq, a.answered = res.Seq, time.Now()
		case refused(err) && try == 1:
			a.refused, a.answered = true, time.Now()
		case refused(err), try == 6, p.w.rest(p.name, try) != nil:
			// Nobody knows what an earlier try has come to.
		default:
			slot = (slot + 1) % len(p.w.nodes)
			continue
		}
		p.note(a)
		return
	}
}

// lineName names a line in its room; no person says the same twice.
func lineName(player, text string) string { return player + ": " + text }

// vote votes for somebody of those in play.
func (p *person) vote() {
	dice := p.w.of(p.name + " chooses")
	player, slot := p.seat()
	if player == "" {
		return
	}
	var names []string
	err := p.inspect(asking{p.name + " looks", slot}, func(st *room.State) {
		for _, q := range st.Players() {
			names = append(names, q.Name)
		}
	})
	if err != nil || len(names) == 0 {
		return
	}
	c := room.Cast{Player: player, Suspect: names[dice.below(len(names))]}
	if _, err := p.ask(asking{p.name + " votes", slot}, c); err == nil {
		p.stage.mu.Lock()
		p.votes = append(p.votes, ballot{player, c.Suspect})
		p.stage.mu.Unlock()
	}
}

// leave gives up the seat.
func (p *person) leave() {
	player, slot := p.seat()
	if player != "" {
		_, _ = p.ask(asking{p.name + " leaves", slot}, room.Leave{Player: player})
	}
}
