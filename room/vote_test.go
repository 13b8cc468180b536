package room_test

import (
	"testing"

	"parley/room"
)

// I20: whoever leaves, a game goes on or ends: here nobody of one side is left
// in play, while somebody voted out still watches.
func TestGameEndsWhenASideHasLeft(t *testing.T) {
	w, people, _ := newGame(t, gameConfig(2, 2, 3))
	w.do(t, room.Skip{})
	w.do(t, room.Cast{Player: people[1], Suspect: people[0]})
	w.do(t, room.Skip{})
	if p, _ := w.state.Player(people[0]); !p.Eliminated || w.state.Phase != room.PhaseDiscussion {
		t.Fatalf("%s should be out and round 2 open", people[0])
	}
	w.do(t, room.Leave{Player: people[1]})
	if w.state.Phase != room.PhaseReveal {
		t.Fatalf("the phase is %s, want the reveal: no person is left in play", w.state.Phase)
	}
	results := events[room.RoundEnded](w)
	if got := results[len(results)-1]; got.GameWinner == nil || *got.GameWinner != room.Agents {
		t.Errorf("game winner %v, want agents", got.GameWinner)
	}
}

// I20: the same for agents, taken out by the host during the vote.
func TestGameEndsWhenTheLastAgentIsRemoved(t *testing.T) {
	w, people, agents := newGame(t, gameConfig(2, 1, 3))
	w.do(t, room.Skip{})
	w.do(t, room.Cast{Player: people[0], Suspect: agents[0]})
	w.do(t, room.Remove{Player: agents[0]})
	if w.state.Phase != room.PhaseReveal {
		t.Fatalf("the phase is %s, want the reveal", w.state.Phase)
	}
}

// I11: all who may vote have, because the last one left during a pause.
func TestResumeEndsACompleteVote(t *testing.T) {
	w, people, agents := newGame(t, gameConfig(2, 1, 1))
	w.do(t, room.Skip{})
	w.do(t, room.Answer{Turn: w.begin(t, agents[0]), Attempt: 1, Suspect: people[0]})
	w.do(t, room.Cast{Player: people[0], Suspect: agents[0]})
	w.do(t, room.Pause{})
	w.do(t, room.Leave{Player: people[1]})
	w.do(t, room.Resume{})
	if w.state.Phase != room.PhaseReveal {
		t.Errorf("the phase is %s, want the reveal", w.state.Phase)
	}
}

// I1: a pause ends the turns in which agents were voting; they are asked anew.
func TestResumeAsksForTheVoteAgain(t *testing.T) {
	w, people, agents := newGame(t, gameConfig(2, 2, 1))
	w.do(t, room.Skip{})
	w.do(t, room.Answer{Turn: w.begin(t, agents[0]), Attempt: 1, Suspect: people[0]})
	w.begin(t, agents[1])
	w.do(t, room.Pause{})
	w.do(t, room.Resume{})
	ready, _ := w.state.Ready(w.now)
	if len(ready) != 1 || ready[0].Agent != agents[1] {
		t.Fatalf("ready is %v, want %s, who has not voted", ready, agents[1])
	}
	w.do(t, room.Answer{Turn: w.begin(t, agents[1]), Attempt: 1, Suspect: people[0]})
}

// I11: the second answer that names nobody who can be voted for is a vote by
// lot, also when the one it named left while the vote was drafted.
func TestADraftedVoteForALeaverIsDrawnByLot(t *testing.T) {
	w, people, agents := newGame(t, gameConfig(3, 2, 1))
	w.do(t, room.Skip{})
	turn := w.begin(t, agents[0])
	w.do(t, room.Answer{Turn: turn, Attempt: 1, Suspect: "nobody"})
	w.begin(t, agents[0])
	w.do(t, room.Answer{Turn: turn, Attempt: 2, Suspect: people[2], Due: w.now.Add(5e9)})
	w.do(t, room.Leave{Player: people[2]})
	w.wait(5)
	w.do(t, room.Tick{})
	if got := w.ended(t, agents[0]); got.Outcome != room.Voted || got.Reason != room.ReasonRandom {
		t.Errorf("the turn ended %s (%s), want voted (random)", got.Outcome, got.Reason)
	}
}

// I11: the result is a fact of its own: it shares nothing with the state.
func TestAResultDoesNotShareTheVotes(t *testing.T) {
	w, people, agents := newGame(t, gameConfig(2, 1, 1))
	w.do(t, room.Skip{})
	w.do(t, room.Cast{Player: people[0], Suspect: agents[0]})
	d, err := room.Decide(w.state, room.Moment{At: w.now}, room.Skip{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range d.Events {
		if e, ok := e.(room.RoundEnded); ok {
			clear(e.Votes)
		}
	}
	if p, _ := w.state.Player(people[0]); !w.state.Voted(p) {
		t.Error("changing the event changed the state")
	}
}

// I11: the lot among the tied does not depend on a vote drawn by lot before it
// in the same command.
func TestLotsOfOneCommandAreIndependent(t *testing.T) {
	won := map[string]int{}
	for chance := range uint64(100) {
		w, people, agents := newGame(t, gameConfig(3, 2, 1))
		w.do(t, room.Skip{})
		turn := w.begin(t, agents[0])
		w.do(t, room.Answer{Turn: turn, Attempt: 1, Suspect: "nobody"})
		w.do(t, room.Answer{Turn: w.begin(t, agents[1]), Attempt: 1, Suspect: people[2]})
		w.do(t, room.Cast{Player: people[0], Suspect: people[1]})
		w.do(t, room.Cast{Player: people[1], Suspect: people[0]})
		w.do(t, room.Cast{Player: people[2], Suspect: people[1]})
		w.begin(t, agents[0])
		w.chance = chance
		w.do(t, room.Answer{Turn: turn, Attempt: 2, Suspect: "nobody"})
		votes := events[room.VoteCast](w)
		if votes[len(votes)-1].Suspect == people[0] { // now two are tied
			won[*events[room.RoundEnded](w)[0].Suspect]++
		}
	}
	if len(won) != 2 {
		t.Errorf("the tie was always drawn for the same one: %v", won)
	}
}

// I11: who is out follows from what everybody sees: the suspect of a round that
// is followed by another.
func TestTheLastSuspectIsNotOut(t *testing.T) {
	w, people, agents := newGame(t, gameConfig(2, 2, 2))
	for _, suspect := range agents {
		w.do(t, room.Skip{})
		w.do(t, room.Cast{Player: people[0], Suspect: suspect})
		w.do(t, room.Skip{})
	}
	if w.state.Phase != room.PhaseReveal {
		t.Fatalf("the phase is %s", w.state.Phase)
	}
	for _, p := range w.state.View().Players {
		if p.Eliminated != (p.Name == agents[0]) {
			t.Errorf("%s: eliminated is %v", p.Name, p.Eliminated)
		}
	}
}

// I11: at a draw of rounds the game goes to the agents.
func TestADrawnGameGoesToTheAgents(t *testing.T) {
	w, people, agents := newGame(t, gameConfig(2, 2, 2))
	for _, suspect := range []string{agents[0], people[1]} {
		w.do(t, room.Skip{})
		w.do(t, room.Cast{Player: people[0], Suspect: suspect})
		w.do(t, room.Skip{})
	}
	results := events[room.RoundEnded](w)
	if len(results) != 2 || results[1].GameWinner == nil || *results[1].GameWinner != room.Agents {
		t.Errorf("results %+v, want two and the game for the agents", results)
	}
}

// I22: who has voted is not ready, whatever else there is to consider.
func TestWhoHasVotedIsNotReady(t *testing.T) {
	w, people, agents := newGame(t, gameConfig(2, 2, 1))
	w.do(t, room.Skip{})
	w.do(t, room.Answer{Turn: w.begin(t, agents[0]), Attempt: 1, Suspect: people[0]})
	w.do(t, room.Nudge{Agent: agents[0]})
	w.refused(t, room.Idle, w.beginning(agents[0]))
	if ready, _ := w.state.Ready(w.now); len(ready) != 1 || ready[0].Agent != agents[1] {
		t.Errorf("ready is %v, want only %s", ready, agents[1])
	}
}
