package client_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/http/httptest"

	"parley/client"
	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/internal/httpapi"
)

// serve starts a server whose rooms are kept in memory.
func serve() (url string, stop func()) {
	quiet := slog.New(slog.DiscardHandler)
	h := host.New(host.Config{Log: memlog.New(memlog.Options{}), Node: "example", Logger: quiet})
	api, err := httpapi.New(httpapi.Config{Host: h, Logger: quiet})
	if err != nil {
		panic(err)
	}
	s := httptest.NewServer(api)
	return s.URL, func() {
		s.Close()
		if err := h.Close(context.Background()); err != nil {
			panic(err)
		}
	}
}

func Example() {
	url, stop := serve()
	defer stop()
	ctx := context.Background()

	room, err := client.New(url, nil).Create(ctx, client.Settings{"mode": "open", "agents": 0, "topic": "tea or coffee"})
	if err != nil {
		log.Fatal(err)
	}
	kim, err := room.Join(ctx, "Kim")
	if err != nil {
		log.Fatal(err)
	}
	// A line that is sent again, because its answer was lost, is posted once.
	for range 2 {
		if _, err := kim.Say(ctx, "tea, of course", "line-1"); err != nil {
			log.Fatal(err)
		}
	}
	events, err := room.Events(ctx, "", 0, 0)
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range events {
		fmt.Printf("%d %s %q %q\n", e.Seq, e.Type, e.Player, e.Text)
	}
	// Output:
	// 1 phase "" ""
	// 2 joined "Kim" ""
	// 3 message "Kim" "tea, of course"
}

// A program that takes an agent's turns: it claims one, and says what came of it.
func ExampleSeat_Claim() {
	url, stop := serve()
	defer stop()
	ctx := context.Background()

	room, err := client.New(url, nil).Create(ctx, client.Settings{"mode": "open", "agents": 0})
	if err != nil {
		log.Fatal(err)
	}
	kim, err := room.Join(ctx, "Kim")
	if err != nil {
		log.Fatal(err)
	}
	agent, err := room.Host.Agent(ctx, "")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := kim.Say(ctx, "what is tea made of?", ""); err != nil {
		log.Fatal(err)
	}
	turn, err := agent.Claim(ctx, 10, 60)
	if err != nil || turn == nil {
		log.Fatal("no turn: ", err)
	}
	fmt.Printf("a %s about %s\n", turn.Kind, turn.Covers)
	seq, err := turn.End(ctx, client.Outcome{Outcome: "replied", Text: "leaves, mostly"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("answered at", seq)
	// Said again, it is the same answer.
	again, err := turn.End(ctx, client.Outcome{Outcome: "replied", Text: "leaves, mostly"})
	fmt.Println("still at", again, err)
	_, err = turn.End(ctx, client.Outcome{Outcome: "replied", Text: "something else"})
	fmt.Println("otherwise", client.Status(err))
	// Output:
	// a message about [4]
	// answered at 5
	// still at 5 <nil>
	// otherwise 409
}
