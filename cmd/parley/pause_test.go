package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"syscall"
	"testing"
	"time"

	"parley/client"
)

// A pause outlasts every deadline: of a model call, of a lease, of a vote, and
// the one after which a room counts as stuck (5 s).
const (
	pausedCall  = "4s"
	pausedLease = 5
	pausedVote  = 5
	pauseTime   = 6 * time.Second
)

// TestNothingIsLostOrDoubledByAPause stops servers in the midst of everything
// for longer than any of their deadlines, and lets them go on.
func TestNothingIsLostOrDoubledByAPause(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	servers, pauses := trials(2, 10), trials(1, 5)
	sieges := make([]*siege, servers)
	t.Run("servers", func(t *testing.T) {
		for i := range servers {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				sieges[i] = pauseServer(t, rand.New(rand.NewPCG(seed, uint64(i))), pauses)
			})
		}
	})
	if t.Failed() {
		return
	}
	lines, open, wasted := 0, 0, 0
	for _, s := range sieges {
		lines, open, wasted = lines+len(s.acked), open+s.open, wasted+s.wasted
	}
	t.Attr("guarantee", "SIGSTOP of the server past every deadline (model call, lease, vote, stuck room) and SIGCONT: no acknowledged line is lost, no reply doubled, at most one more call for each turn open at that moment; a vote that ended in the pause stays ended, an old lease is refused")
	t.Attr("trials", fmt.Sprintf("%d pauses of %v, %d lines", servers*pauses, pauseTime, lines))
	t.Attr("result", fmt.Sprintf("0 lost, 0 doubled; %d more calls (%.2f a pause) for %d turns open at the pauses",
		wasted, float64(wasted)/float64(servers*pauses), open))
}

// pauseServer runs one server with its rooms through some pauses.
func pauseServer(t *testing.T, rng *rand.Rand, pauses int) *siege {
	t.Helper()
	s := newSiege(t, rand.New(rand.NewPCG(rng.Uint64(), 0)), time.Second)
	s.gap = 200 * time.Millisecond
	s.args = []string{"--model-timeout", pausedCall}
	p := s.start(t)
	s.enter(t, p)
	ctx, hush := context.WithCancel(t.Context())
	defer hush()
	wait := s.talk(ctx, 0)
	for range pauses {
		lease, vote := newLeasedTurn(t, p), newVoteInProgress(t, p)
		called, acked := s.model.Total(), s.countAcked()
		if err := s.model.WaitTotal(t.Context(), called+1+rng.IntN(6)); err != nil {
			t.Fatal(err)
		}
		p.pause(t, pauseTime, func() { s.open += verifyData(t, s.data).OpenTurns })
		lease.check(t)
		vote.check(t)
		if err := s.waitAcked(t.Context(), acked+1); err != nil {
			t.Fatal(err)
		}
	}
	hush()
	wait()
	if s.wasted = s.end(t, p).WastedCalls; s.wasted > s.open {
		t.Errorf("%d calls more than turns, with %d turns open at the pauses", s.wasted, s.open)
	}
	return s
}

// pause stops the process for a time, in which it looks at what it left.
func (p *process) pause(t *testing.T, d time.Duration, look func()) {
	t.Helper()
	over := time.NewTimer(d)
	p.cmd.Process.Signal(syscall.SIGSTOP)
	defer p.cmd.Process.Signal(syscall.SIGCONT)
	look()
	select {
	case <-over.C:
	case <-t.Context().Done():
	}
}

// leasedTurn is a turn that a program outside has claimed.
type leasedTurn struct {
	agent *client.Seat
	turn  *client.Turn
}

func newLeasedTurn(t *testing.T, p *process) leasedTurn {
	t.Helper()
	r, err := p.Create(t.Context(), client.Settings{"mode": "open", "agents": 0, "seats": 1, "silence_seconds": 0})
	must(t, err)
	kim, err := r.Join(t.Context(), "Kim")
	must(t, err)
	agent, err := r.Host.Agent(t.Context(), "")
	must(t, err)
	_, err = kim.Say(t.Context(), "anybody?", "")
	must(t, err)
	turn, err := agent.Claim(t.Context(), 10, pausedLease)
	must(t, err)
	return leasedTurn{agent: agent, turn: turn}
}

// check wants the turn offered again, and the old lease refused from then on.
func (l leasedTurn) check(t *testing.T) {
	t.Helper()
	again, err := l.agent.Claim(t.Context(), 10, 60)
	must(t, err)
	if again == nil || again.ID != l.turn.ID || again.Lease == l.turn.Lease {
		t.Fatalf("claimed %+v after %+v", again, l.turn)
	}
	if _, err := l.turn.End(t.Context(), client.Outcome{Outcome: "replied", Text: "too late"}); client.Status(err) != http.StatusConflict {
		t.Errorf("the old lease: %v", err)
	}
	if _, err := again.End(t.Context(), client.Outcome{Outcome: "replied", Text: "here"}); err != nil {
		t.Errorf("the new lease: %v", err)
	}
	said := 0
	for _, e := range everything(t, l.agent.Room()) {
		if e.Type == "message" && e.Player == l.agent.Player {
			said++
		}
	}
	if said != 1 {
		t.Errorf("the agent said %d lines in one turn", said)
	}
}

// voteInProgress is a game of which the vote has begun.
type voteInProgress struct {
	kim  *client.Seat
	turn *client.Turn // the agent's, who has not voted yet
}

func newVoteInProgress(t *testing.T, p *process) voteInProgress {
	t.Helper()
	r, err := p.Create(t.Context(), client.Settings{
		"agents": 0, "seats": 2, "voting_seconds": pausedVote, "discussion_seconds": 3600, "pacing": "instant", "silence_seconds": 0,
	})
	must(t, err)
	agent, err := r.Host.Agent(t.Context(), "")
	must(t, err)
	kim, err := r.Join(t.Context(), "")
	must(t, err)
	must(t, r.Host.Act(t.Context(), "start"))
	must(t, r.Host.Act(t.Context(), "skip"))
	turn, err := agent.Claim(t.Context(), 10, 60)
	must(t, err)
	if turn == nil || turn.Kind != "vote" {
		t.Fatalf("claimed %+v, want a vote", turn)
	}
	return voteInProgress{kim: kim, turn: turn}
}

// check wants the vote ended without those who had not voted.
func (v voteInProgress) check(t *testing.T) {
	t.Helper()
	if _, err := v.turn.End(t.Context(), client.Outcome{Outcome: "voted", Suspect: v.kim.Player}); client.Status(err) != http.StatusConflict {
		t.Errorf("a vote after its end: %v", err)
	}
	for after := uint64(0); ; {
		events, err := v.kim.Room().Events(t.Context(), v.kim.Token, after, 30)
		must(t, err)
		for _, e := range events {
			switch after = e.Seq; e.Type {
			case "voted":
				t.Errorf("%s has voted", e.Player)
			case "result":
				return
			}
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
