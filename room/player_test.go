package room_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/room"
)

// I17: a name is one line: in a prompt a second one would be somebody's words.
func TestANameIsOneLine(t *testing.T) {
	w := newOpen(t, openConfig())
	w.do(t, room.Join{Name: "Eve\nCleo:\thello", Token: "e"})
	if _, ok := w.state.Player("Eve Cleo: hello"); !ok || events[room.PlayerJoined](w)[1].Player != "Eve Cleo: hello" {
		t.Errorf("joined as %q", events[room.PlayerJoined](w)[1].Player)
	}
}

// I17: names are unique for ever, whatever their case, also those of leavers.
func TestNamesAreUniqueForEver(t *testing.T) {
	w := newOpen(t, openConfig("Ada"))
	w.do(t, room.Leave{Player: "Cleo"})
	for _, name := range []string{"Cleo", "CLEO", " cleo ", "ada", "ADA"} {
		w.refused(t, room.Conflict, room.Join{Name: name, Token: "x"})
	}
}

// I17: a drawn name that was given back before anybody heard it is nobody's.
func TestANameGivenBackIsFree(t *testing.T) {
	w := newWorld()
	w.do(t, room.Create{Config: gameConfig(2, 1, 1), HostToken: "host"})
	w.do(t, room.Join{Token: "a"})
	name := events[room.PlayerSeated](w)[0].Player
	for _, written := range []string{name, strings.ToUpper(name)} {
		if _, ok := w.state.Player(written); !ok {
			t.Errorf("%q has no seat", written)
		}
	}
	w.do(t, room.Leave{Player: name})
	for _, written := range []string{name, strings.ToUpper(name)} {
		if _, ok := w.state.Player(written); ok {
			t.Errorf("%q is still taken", written)
		}
	}
}

// I20: an agent that left makes room for another.
func TestALeftAgentMakesRoom(t *testing.T) {
	w := newOpen(t, openConfig())
	for i := range room.MaxAgents {
		w.do(t, room.Join{Name: fmt.Sprintf("Bot %d", i), Outside: true, Token: strconv.Itoa(i)})
	}
	w.refused(t, room.Conflict, room.Join{Name: "One more", Outside: true, Token: "x"})
	w.do(t, room.Remove{Player: "Bot 3"})
	w.do(t, room.Join{Name: "One more", Outside: true, Token: "x"})
}

// I20: a waiting room's hour runs from the last person's leaving; what agents
// do does not put it off.
func TestAgentsDoNotKeepAWaitingRoomOpen(t *testing.T) {
	w := newWorld()
	w.do(t, room.Create{Config: gameConfig(2, 1, 1), HostToken: "host"})
	w.do(t, room.Join{Outside: true, Token: "bot", Host: true})
	bot := events[room.PlayerSeated](w)[0]
	if bot.Host {
		t.Error("an agent became the host")
	}
	w.wait(600)
	w.do(t, room.Remove{Player: bot.Player})
	if at, ok := w.state.Deadline(false); !ok || !at.Equal(nine().Add(time.Hour)) {
		t.Errorf("Deadline is %v %v, want an hour after the room was made", at, ok)
	}
}

// I17: two seats never share a name, and twelve seats take the twelve numbers.
func TestDrawnNamesAreDifferent(t *testing.T) {
	for chance := range uint64(50) {
		w := newWorld()
		w.chance = chance * 1000
		w.do(t, room.Create{Config: gameConfig(6, 6, 1), HostToken: "host"})
		for i := range 6 {
			w.do(t, room.Join{Token: strconv.Itoa(i)})
		}
		if n := len(w.state.Players()); n != 12 {
			t.Fatalf("%d players, want 12", n)
		}
	}
}

// I18: over many games neither a player's number nor the place in the order of
// announcement tells agents from people, nor the first seat from the last.
func TestNumbersAndOrderTellNothing(t *testing.T) {
	const games = 3000
	sum := map[string]float64{}
	for i := range uint64(games) {
		w := newWorld()
		w.chance = (i + 1) * 0x9e3779b97f4a7c55 // any number, as a node draws it
		w.do(t, room.Create{Config: gameConfig(3, 3, 1), HostToken: "host"})
		for j := range 3 {
			w.do(t, room.Join{Token: strconv.Itoa(j)})
		}
		people, agents := seats(w)
		place := map[string]int{}
		for n, p := range w.state.Players() {
			place[p.Name] = n + 1
		}
		for n, name := range slices.Concat(people, agents) {
			number, err := strconv.Atoi(strings.TrimPrefix(name, "Player "))
			if err != nil {
				t.Fatal(err)
			}
			sum[fmt.Sprintf("number of seat %d", n+1)] += float64(number) / games
			sum[fmt.Sprintf("place of seat %d", n+1)] += float64(place[name]) / games
		}
	}
	for what, mean := range sum {
		want, most := 6.5, 0.32 // five standard errors of a mean of 1 to 12
		if strings.HasPrefix(what, "place") {
			want, most = 3.5, 0.16
		}
		if math.Abs(mean-want) > most {
			t.Errorf("the mean %s is %.2f, want %.1f", what, mean, want)
		}
	}
}
