package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"parley/internal/eventlog/sqlitelog"
	"parley/internal/host"
	"parley/room"
)

// BenchmarkRoomMemory makes many rooms of a kind and says what each takes on the
// heap and in stacks while it is in memory. What it takes when it is not,
// BenchmarkLobby says.
func BenchmarkRoomMemory(b *testing.B) {
	const people, lines, rooms = 3, 10, 500
	game := func(code string) room.Config {
		c := openRoom(code, 0)
		c.Mode, c.Seats, c.Topics = room.Imitation, people, []string{"Tea or coffee?"}
		c.Discussion, c.Voting, c.Reveal, c.Rounds = 3600, 60, 30, 1
		c.Agents = []room.AgentSpec{{Persona: "dry", Model: "instant"}, {Persona: "warm", Model: "instant"}}
		return c
	}
	for _, kind := range []struct {
		name          string
		config        func(code string) room.Config
		people, lines int
	}{
		{"waiting", game, people - 1, 0},
		{"running", game, people, lines},
		{"agents=16", func(code string) room.Config { return openRoom(code, room.MaxAgents) }, people, lines},
	} {
		b.Run(kind.name, func(b *testing.B) {
			var each float64
			for b.Loop() {
				log := benchLog(b, sqlitelog.Options{Sync: sqlitelog.Interval})
				h := host.New(host.Config{Log: log, Node: "node", Logger: slog.New(slog.DiscardHandler), IdleAfter: time.Hour})
				before := inUse()
				var living sync.WaitGroup
				for i := range rooms {
					living.Go(func() {
						if err := live(h, kind.config(fmt.Sprintf("ROOM%04d", i)), kind.people, kind.lines); err != nil {
							b.Error(err)
						}
					})
				}
				living.Wait()
				each = (float64(inUse()) - float64(before)) / rooms
				if err := h.Close(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(each, "B/room")
		})
	}
}

// live has a room made, people join it and write some lines in turns.
func live(h *host.Host, c room.Config, people, lines int) error {
	if _, err := h.Submit(context.Background(), c.Code, room.Create{Config: c, HostToken: "host"}); err != nil {
		return err
	}
	var names []string
	for i := range people {
		join := room.Join{Token: fmt.Sprintf("%064d", i)}
		if c.Mode == room.Open {
			join.Name = fmt.Sprint("Kim ", i)
		}
		seat, err := h.Submit(context.Background(), c.Code, join)
		if err != nil {
			return err
		}
		names = append(names, seat.Player)
	}
	for i := range lines {
		say := room.Say{Player: names[i%people], Text: fmt.Sprint("a line as long as those that people write when they talk: ", i)}
		if _, err := h.Submit(context.Background(), c.Code, say); err != nil {
			return err
		}
	}
	return nil
}
