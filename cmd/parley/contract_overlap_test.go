package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/client"
	"parley/internal/llm/llmtest"
)

// busy makes a room whose agent is in its first call, which waits for the gate.
func (h *house) busy(settings client.Settings) (host, kim *client.Seat) {
	h.t.Helper()
	host, kim = h.open(settings)
	h.say(kim, "the first line")
	if err := h.model.WaitTotal(h.t.Context(), 1); err != nil {
		h.t.Fatal(err)
	}
	return host, kim
}

// gated answers the first call of all when the gate opens, the others at once.
func gated(gate <-chan struct{}) llmtest.Script {
	return func(c llmtest.Call) llmtest.Reply {
		r := llmtest.Reply{Text: fmt.Sprintf("answer number %d", c.N)}
		if c.N == 1 {
			r.Gate = gate
		}
		return r
	}
}

func seqs(covers []any) []int {
	var out []int
	for _, c := range covers {
		if n, is := c.(float64); is {
			out = append(out, int(n))
		}
	}
	return out
}

func TestContractCoalesce(t *testing.T) {
	gate := make(chan struct{})
	h := newHouse(t, gated(gate))
	host, kim := h.busy(nil)
	second, third := h.say(kim, "the second"), h.say(kim, "the third")
	close(gate)
	turns := h.turns(host, ended(2))
	if got := seqs(turns[1].Covers); !slices.Equal(got, []int{int(second), int(third)}) || len(turns) != 2 {
		t.Errorf("the following turn covers %v of %d turns", got, len(turns))
	}
	if last := h.model.Calls()[1].Prompt.Last(); !strings.Contains(last, "the second") || !strings.Contains(last, "the third") {
		t.Errorf("the prompt does not show what the turn covers: %s", last)
	}
}

func TestContractStrict(t *testing.T) {
	gate := make(chan struct{})
	h := newHouse(t, gated(gate))
	host, kim := h.busy(client.Settings{"overlap": "strict"})
	for n := range 102 {
		h.say(kim, fmt.Sprint("line ", n))
	}
	over := h.turns(host, func(turns []turnFull) bool { return len(turns) == 3 })
	for _, turn := range over[1:] {
		if turn.State != "cancelled" || turn.why() != "overflow" || len(turn.Attempts) != 0 || len(turn.Covers) != 1 {
			t.Errorf("the 101st that waits: %+v", turn)
		}
	}
	close(gate)
	turns := h.turns(host, ended(103))
	if len(turns) != 103 || h.model.Total() != 101 {
		t.Errorf("%d turns, %d calls for 103 lines", len(turns), h.model.Total())
	}
	last := 0
	for _, turn := range turns {
		if turn.State != "replied" {
			continue
		}
		got := seqs(turn.Covers)
		if len(got) != 1 || got[0] < last {
			t.Errorf("a turn covers %v after %d", got, last)
		}
		last = got[0]
	}
}

func TestContractInterrupt(t *testing.T) {
	gate := make(chan struct{})
	h := newHouse(t, gated(gate))
	host, kim := h.busy(client.Settings{"overlap": "interrupt"})
	h.say(kim, "no, wait")
	turns := h.turns(host, ended(1))
	if len(turns) != 1 || !slices.Equal(turns[0].outcomes(), []string{"cancelled", "answered"}) || len(turns[0].Covers) != 2 {
		t.Errorf("%+v", turns)
	}
	if err := h.model.WaitIdle(t.Context()); err != nil { // the first call's connection was closed
		t.Fatal(err)
	}
	if lines := h.lines(host.Room()); len(lines) != 3 || !strings.HasSuffix(lines[2], "answer number 2") {
		t.Errorf("%q", lines)
	}
	close(gate)
}

func TestContractDrop(t *testing.T) {
	gate := make(chan struct{})
	h := newHouse(t, gated(gate))
	host, kim := h.busy(client.Settings{"overlap": "drop"})
	h.say(kim, "the second")
	h.say(kim, "the third")
	close(gate)
	turns := h.turns(host, ended(2))
	if turns[1].State != "silent" || turns[1].why() != "busy" || len(turns[1].Covers) != 2 || len(turns[1].Attempts) != 0 {
		t.Errorf("%+v", turns[1])
	}
	if n := h.model.Total(); n != 1 {
		t.Errorf("%d calls", n)
	}
}

// The end of a room ends what runs in it, by one recorded outcome.
func TestContractTheEndCancels(t *testing.T) {
	gate := make(chan struct{})
	defer close(gate)
	h := newHouse(t, gated(gate))
	host, kim := h.busy(nil)
	h.say(kim, "the second")
	h.act(host, "end")
	turns := h.turns(host, ended(1))
	if len(turns) != 1 || turns[0].State != "cancelled" || turns[0].why() != "closed" || len(turns[0].Covers) != 2 {
		t.Errorf("%+v", turns)
	}
	if err := h.model.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestContractBudgets(t *testing.T) {
	h := newHouse(t, func(c llmtest.Call) llmtest.Reply { return llmtest.Reply{Text: fmt.Sprintf("answer number %d", c.N)} })
	t.Run("no calls", func(t *testing.T) {
		host, kim := h.open(client.Settings{"calls": 0, "agents": 2})
		before := h.model.Total()
		h.say(kim, "anybody?")
		h.act(host, "agents", agentOf(h, host), "nudge")
		for _, turn := range h.turns(host, ended(3)) {
			if turn.State != "cancelled" || turn.why() != "budget" || len(turn.Attempts) != 0 {
				t.Errorf("%+v", turn)
			}
		}
		if n := h.model.Total() - before; n != 0 {
			t.Errorf("%d calls", n)
		}
	})
	t.Run("one call", func(t *testing.T) {
		host, kim := h.open(client.Settings{"calls": 1})
		h.say(kim, "one")
		h.turns(host, ended(1))
		h.say(kim, "two")
		turns := h.turns(host, ended(2))
		if turns[0].State != "replied" || turns[1].State != "cancelled" || turns[1].why() != "budget" {
			t.Errorf("%+v", turns)
		}
	})
	t.Run("no hops", func(t *testing.T) {
		host, kim := h.open(client.Settings{"hops": 0, "agents": 3})
		h.say(kim, "one")
		turns := h.turns(host, ended(3))
		for _, turn := range turns {
			if turn.State != "replied" || len(turn.Covers) != 1 {
				t.Errorf("%+v", turn)
			}
		}
	})
	t.Run("two hops", func(t *testing.T) {
		host, kim := h.open(client.Settings{"hops": 2, "agents": 2})
		h.say(kim, "one")
		h.turns(host, func(turns []turnFull) bool {
			covered := 0
			for _, turn := range turns {
				covered += len(turn.Covers)
			}
			return ended(2)(turns) && covered >= 4 // the person's line twice, and each agent's answer to it once
		})
		if n := len(h.lines(host.Room())); n < 4 || n > 5 {
			t.Errorf("%d lines: %q", n, h.lines(host.Room()))
		}
	})
	t.Run("replies a minute", func(t *testing.T) {
		host, kim := h.open(client.Settings{"replies_per_minute": 1})
		h.say(kim, "one")
		h.turns(host, ended(1))
		h.say(kim, "two")
		h.act(host, "end")
		turns := h.turns(host, ended(2))
		if turns[1].State != "cancelled" || turns[1].why() != "closed" || len(turns[1].Attempts) != 0 {
			t.Errorf("a second turn within the minute: %+v", turns[1])
		}
	})
}

// agentOf returns the name of an agent of an open room.
func agentOf(h *house, host *client.Seat) string {
	h.t.Helper()
	var room struct {
		Players []struct{ Name, Role string }
	}
	if err := host.Room().Get(h.t.Context(), "", &room); err != nil {
		h.t.Fatal(err)
	}
	for _, p := range room.Players {
		if p.Role == "agent" {
			return p.Name
		}
	}
	h.t.Fatal("the room has no agent")
	return ""
}
