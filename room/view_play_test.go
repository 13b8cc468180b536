package room_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"parley/room"
)

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func openViews(t *testing.T) []viewCase {
	t.Helper()
	c := openConfig("Ada", "Bob")
	c.Topics = []string{"Gardens"}
	f := &film{world: newOpen(t, c)}
	f.snap(t, "open: Cleo is here")
	f.wait(5)
	f.do(t, room.Say{Player: "Cleo", Text: "hello <b>\nyou & you", ClientID: "c1"})
	f.do(t, room.Answer{Turn: f.begin(t, "Ada"), Attempt: 1, Text: "hello Cleo"})
	f.do(t, room.Answer{Turn: f.begin(t, "Bob"), Attempt: 1, Pass: true})
	f.snap(t, "open: a line and an answer")
	f.do(t, room.Join{Name: "Eve", Token: "e"})
	f.do(t, room.Join{Name: "Bot", Token: "b", Outside: true})
	f.do(t, room.Leave{Player: "Cleo"})
	f.do(t, room.Remove{Player: "Bob"})
	f.snap(t, "open: who left stays in the list")
	f.do(t, room.Pause{})
	f.snap(t, "open: paused")
	f.wait(60)
	f.do(t, room.Resume{})
	f.do(t, room.Say{Player: "Eve", Text: "back"})
	f.snap(t, "open: resumed")
	f.do(t, room.End{})
	f.snap(t, "open: closed")
	paused := &film{world: newOpen(t, c), cases: f.cases}
	paused.do(t, room.Pause{})
	paused.do(t, room.End{})
	paused.snap(t, "open: closed while paused")
	return paused.cases
}

func gameViews(t *testing.T) []viewCase {
	t.Helper()
	f := &film{world: newWorld()}
	f.do(t, room.Create{Config: gameConfig(2, 2, 1), HostToken: "host"})
	f.snap(t, "game: waiting")
	f.do(t, room.Join{Token: "a", Host: true})
	f.do(t, room.Join{Token: "b"})
	people, agents := seats(f.world)
	f.snap(t, "game: discussion")
	f.wait(7)
	f.do(t, room.Say{Player: people[0], Text: "Tea."})
	f.do(t, room.Answer{Turn: f.begin(t, agents[0]), Attempt: 1, Text: "Coffee.", Due: f.now.Add(2 * time.Second)})
	f.wait(2)
	f.do(t, room.Tick{})
	f.snap(t, "game: a person's line and an agent's")
	f.do(t, room.Pause{})
	f.snap(t, "game: paused")
	f.wait(600)
	f.do(t, room.Resume{})
	f.snap(t, "game: resumed with the time it had left")
	f.wait(171)
	f.do(t, room.Tick{})
	f.snap(t, "game: voting")
	f.do(t, room.Cast{Player: people[0], Suspect: agents[0]})
	f.do(t, room.Answer{Turn: f.begin(t, agents[0]), Attempt: 1, Suspect: people[0]})
	f.snap(t, "game: two have voted")
	f.do(t, room.Cast{Player: people[1], Suspect: agents[0]})
	f.do(t, room.Answer{Turn: f.begin(t, agents[1]), Attempt: 1, Suspect: people[0]})
	f.snap(t, "game: the reveal after a tie")
	f.wait(30)
	f.do(t, room.Tick{})
	f.snap(t, "game: closed")
	return f.cases
}

func roundsViews(t *testing.T) []viewCase {
	t.Helper()
	w, people, agents := newGame(t, gameConfig(2, 3, 3))
	f := &film{world: w}
	f.do(t, room.Skip{})
	f.do(t, room.Skip{})
	f.snap(t, "rounds: nobody voted, nobody is out")
	f.do(t, room.Skip{})
	f.do(t, room.Cast{Player: people[0], Suspect: people[1]})
	f.do(t, room.Skip{})
	f.snap(t, "rounds: a person is out")
	f.do(t, room.Skip{})
	f.snap(t, "rounds: the last vote")
	f.do(t, room.Cast{Player: people[0], Suspect: agents[0]})
	f.do(t, room.Skip{})
	f.snap(t, "rounds: the reveal")
	return f.cases
}

func leaverViews(t *testing.T) []viewCase {
	t.Helper()
	w, people, agents := newGame(t, gameConfig(3, 1, 2))
	f := &film{world: w}
	f.do(t, room.Leave{Player: people[0]})
	f.snap(t, "leavers: people stays what it was")
	f.do(t, room.Skip{})
	f.do(t, room.Cast{Player: people[1], Suspect: agents[0]})
	f.do(t, room.Remove{Player: agents[0]})
	f.snap(t, "leavers: no agent is left in play, so the game ends")
	f.do(t, room.Leave{Player: people[1]})
	f.do(t, room.Leave{Player: people[2]})
	f.snap(t, "leavers: everyone left")
	return f.cases
}

// seats returns the names of people and agents in the order of their seats.
func seats(w *world) (people, agents []string) {
	for _, p := range events[room.PlayerSeated](w) {
		if p.Role == room.Person {
			people = append(people, p.Player)
		} else {
			agents = append(agents, p.Player)
		}
	}
	return people, agents
}
