package host_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/room"
)

// typist reads when a player is shown as typing, until the room is closed.
func (w *world) typist(player string) <-chan []time.Duration {
	w.t.Helper()
	watcher, began := w.watch(0), time.Now()
	out := make(chan []time.Duration, 1)
	go func() {
		var at []time.Duration
		for {
			frames, err := watcher.Next(context.Background())
			if err != nil {
				out <- at
				return
			}
			for _, f := range frames {
				var e struct{ Player string }
				if f.Type == "typing" && json.Unmarshal(f.JSON, &e) == nil && e.Player == player {
					at = append(at, time.Since(began))
				}
			}
		}
	}()
	return out
}

// paced makes a room under human pacing with Kim and the agent Ada. What else
// is given comes before Kim.
func (w *world) paced(mode room.Mode, pacing room.Pacing, first ...room.Command) (person, agent string) {
	w.t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	c := room.Config{
		Code: "ROOMAA", Mode: mode, Seats: 1, Agents: []room.AgentSpec{{Name: "Ada"}}, Overlap: room.Coalesce, Pacing: pacing,
		Hops: 3, RepliesPerMinute: 600, Calls: 2000, Discussion: 60, Voting: 60, Reveal: 60, Rounds: 1, Topics: []string{"Tea"}, CreatedAt: now,
	}
	if _, err := w.Create(w.t.Context(), room.Create{Config: c}); err != nil {
		w.t.Fatal(err)
	}
	for _, c := range first {
		w.submit("ROOMAA", c)
	}
	person = w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"}).Player
	err := w.Inspect(w.t.Context(), "ROOMAA", func(s *room.State) {
		for _, p := range s.Players() {
			if p.Role == room.Agent && !p.Outside {
				agent = p.Name
			}
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if mode == room.Open {
		w.submit("ROOMAA", room.Say{Player: person, Text: "hello"})
	}
	return person, agent
}

// drafts has the agent type in these stretches, in seconds from now, and post.
func (w *world) drafts(agent string, due float64, stretches ...[2]float64) {
	w.t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	turn := w.submit("ROOMAA", room.BeginTurn{Agent: agent, Node: w.Node, Deadline: now.Add(time.Hour)}).Turn
	a := room.Answer{Turn: turn, Attempt: 1, Text: "Hello, Kim.", Due: now.Add(seconds(due))}
	for _, s := range stretches {
		a.Typing = append(a.Typing, room.Stretch{From: now.Add(seconds(s[0])), To: now.Add(seconds(s[1]))})
	}
	w.submit("ROOMAA", a)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// keys has the person press keys in these stretches, every 240 ms, and say
// something at the end; signs go out as the page sends them.
func (w *world) keys(person string, due float64, stretches ...[2]float64) {
	w.t.Helper()
	began, sign := time.Now(), time.Time{}
	for _, s := range stretches {
		for at := seconds(s[0]); at < seconds(s[1]); at += 240 * time.Millisecond {
			<-time.After(at - time.Since(began))
			if time.Since(sign) < 2*time.Second {
				continue
			}
			sign = time.Now()
			if err := w.Typing(w.t.Context(), "ROOMAA", person); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	<-time.After(seconds(due) - time.Since(began))
	w.submit("ROOMAA", room.Say{Player: person, Text: "Hello, Ada."})
}

// The same stretches of typing give the same frames, whosever they are: one at
// once and then one every three seconds for as long as keys are pressed.
func TestTypingIsShownInBeatsForAll(t *testing.T) {
	for _, c := range []struct {
		name      string
		due       float64
		stretches [][2]float64
		want      []float64
	}{
		{"a short line", 2, [][2]float64{{1, 1.5}}, []float64{1}},
		{"a long line", 14, [][2]float64{{1, 13}}, []float64{1, 4, 7, 10, 13}},
		{"a pause that is short", 12, [][2]float64{{1, 5}, {6.5, 9}}, []float64{1, 4, 7, 10}},
		{"a pause that is long", 20, [][2]float64{{1, 3}, {9, 15}}, []float64{1, 9, 12, 15}},
		{"keys soon after a sign", 9, [][2]float64{{1, 3.3}, {4.5, 5}}, []float64{1, 4}},
		{"a line that comes before the next beat", 3.9, [][2]float64{{1, 3.8}}, []float64{1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, memlog.Options{})
				person, agent := w.paced(room.Open, room.PaceHuman)
				shown := map[string]<-chan []time.Duration{"person": w.typist(person), "agent": w.typist(agent)}
				w.drafts(agent, c.due, c.stretches...)
				w.keys(person, c.due, c.stretches...)
				<-time.After(10 * time.Second)
				w.submit("ROOMAA", room.End{})
				for who, times := range shown {
					got := <-times
					for i, at := range got {
						if len(got) != len(c.want) || (at-seconds(c.want[i])).Abs() > 10*time.Millisecond {
							t.Fatalf("the %s is shown at %v, want %v", who, got, c.want)
						}
					}
					if len(got) == 0 {
						t.Fatalf("the %s is never shown", who)
					}
				}
			})
		})
	}
}

// What else happens in the room shows nobody's last sign again.
func TestASignIsShownOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		person, agent := w.paced(room.Open, room.PaceHuman)
		shown := w.typist(agent)
		w.drafts(agent, 20, [2]float64{1, 1.5})
		for range 10 {
			<-time.After(1200 * time.Millisecond)
			w.submit("ROOMAA", room.Say{Player: person, Text: "hello?"})
		}
		w.submit("ROOMAA", room.End{})
		if got := <-shown; len(got) != 1 {
			t.Errorf("one sign of typing is shown at %v", got)
		}
	})
}

// A node that opens a room shows the agents that are typing with their next
// signs, not all in that moment.
func TestARestartShowsNoTypingOfBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		_, agent := w.paced(room.Open, room.PaceHuman)
		w.drafts(agent, 20, [2]float64{1, 19})
		<-time.After(4500 * time.Millisecond)
		if err := w.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.open()
		shown := w.typist(agent)
		<-time.After(3 * time.Second)
		w.submit("ROOMAA", room.End{})
		if got := <-shown; len(got) == 0 || (got[0]-500*time.Millisecond).Abs() > 10*time.Millisecond {
			t.Errorf("with a sign every two seconds from 1 s on, a node that starts at 4.5 s shows it after %v", got)
		}
	})
}

// What a timer brings comes at no special part of a millisecond.
func TestTimersAreBlurred(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, memlog.Options{})
		_, agent := w.paced(room.Open, room.PaceHuman)
		shown := w.typist(agent)
		w.drafts(agent, 600, [2]float64{1, 599})
		<-time.After(601 * time.Second)
		w.submit("ROOMAA", room.End{})
		parts := [4]int{}
		for _, at := range <-shown {
			parts[at%time.Millisecond/(time.Millisecond/4)]++
		}
		for _, n := range parts {
			if n < 25 {
				t.Fatalf("of 200 frames come in the quarters of a millisecond: %v", parts)
			}
		}
	})
}

func TestTypingIsShownOnlyWhereItMay(t *testing.T) {
	for _, c := range []struct {
		name   string
		mode   room.Mode
		pacing room.Pacing
		first  []room.Command // while the room waits
		before room.Command
	}{
		{"an instant game", room.Imitation, room.PaceInstant, nil, nil},
		{"a game with a program outside", room.Imitation, room.PaceHuman, []room.Command{room.Join{Token: "o", Outside: true}}, nil},
		{"a vote", room.Imitation, room.PaceHuman, nil, room.Skip{}},
		{"a pause", room.Imitation, room.PaceHuman, nil, room.Pause{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, memlog.Options{})
				person, agent := w.paced(c.mode, c.pacing, c.first...)
				shown := []<-chan []time.Duration{w.typist(person), w.typist(agent)}
				w.drafts(agent, 9, [2]float64{1, 8})
				if c.before != nil {
					w.submit("ROOMAA", c.before)
				}
				if err := w.Typing(t.Context(), "ROOMAA", person); err != nil {
					t.Fatal(err)
				}
				<-time.After(20 * time.Second)
				if err := w.Typing(t.Context(), "ROOMAA", "Zoe"); !errors.Is(err, host.ErrUnknown) {
					t.Errorf("a stranger types: %v", err)
				}
				w.submit("ROOMAA", room.End{})
				for _, times := range shown {
					if got := <-times; len(got) > 0 {
						t.Errorf("somebody is shown as typing at %v", got)
					}
				}
			})
		})
	}
}
