package main

import (
	"strings"
	"testing"

	"parley/client"
)

// The server is stopped in order, and then killed in the middle of the agents'
// turns. Both times it starts again on the same data, and the pages that stayed
// open go on: nothing they read or wrote is lost or doubled.
func TestPagesOutliveTheServer(t *testing.T) {
	model := newChat(t, map[string][]string{
		"Before?": {"Before, yes.", "Before, too."},
		"Away?":   {"Away, yes.", "Away, too."},
		"Killed?": {"Killed, yes.", "Killed, too."},
	})
	data := t.TempDir()
	server := model.serve(t, data)
	room, err := server.Create(t.Context(), client.Settings{
		"mode": "open", "title": "The long night", "agents": 2, "seats": 5, "pacing": "instant", "hops": 1, "silence_seconds": 0,
	})
	if err != nil {
		t.Fatal(err)
	}
	again := func() {
		server = model.serve(t, data, "--listen", strings.TrimPrefix(server.base, "http://"))
	}
	browser := chromium(t)
	ada, robin := enter(t, browser, "Ada", desktop), enter(t, browser, "Robin", phone)
	people := []*tab{ada, robin}
	for _, p := range people {
		// While the server is away, sockets and requests are refused; what was
		// under way when it died was cut off. One that goes down says so.
		p.tolerate(`net::ERR_CONNECTION_(REFUSED|RESET)|503 \(Service Unavailable\)|Unexpected response code: 503`)
		p.comesIn(server, room.Code, p.name)
	}
	ada.say("Ada", "Before?")
	answered(t, room, 3)

	if err := server.stop(); err != nil {
		t.Fatalf("the server stopped with %v", err)
	}
	for _, p := range people {
		p.sees("Connection lost")
	}
	robin.say("Robin", "Away?")
	robin.sees("sending")
	again()
	answered(t, room, 6)

	settled(t, room.Host)
	gate := make(chan struct{})
	model.hold(gate)
	calls := model.Total()
	ada.say("Ada", "Killed?")
	if err := model.WaitTotal(t.Context(), calls+2); err != nil {
		t.Fatal(err)
	}
	server.kill()
	close(gate)
	for _, p := range people {
		p.sees("Connection lost")
	}
	again()
	answered(t, room, 9)

	settled(t, room.Host)
	for _, p := range people {
		p.agrees(room)
		p.has("separator", "New")
	}
	if got := messages(t, room); len(got) != 9 {
		t.Errorf("the room has %d lines, want 3 of people and 6 of agents: %v", len(got), got)
	}
}
