package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/client"
	"parley/internal/eventlog/natslog/natstest"
)

// TestRetain closes a room on a node that keeps closed rooms for a second, and
// waits until nobody finds it any more; a room that is open stays.
func TestRetain(t *testing.T) {
	for name, args := range map[string]func(t *testing.T) []string{
		"directory": func(t *testing.T) []string { t.Helper(); return []string{"--data", t.TempDir()} },
		"cluster":   func(t *testing.T) []string { t.Helper(); return []string{"--nats", natstest.Start(t, 1).URL()} },
	} {
		t.Run(name, func(t *testing.T) {
			where := args(t)
			p := start(t, nil, append(where, "--retain", "1s")...)
			var rooms []*client.Room
			for range 2 {
				r, err := p.Create(t.Context(), client.Settings{"mode": "open", "topic": "tea", "agents": 0, "seats": 2})
				if err != nil {
					t.Fatal(err)
				}
				rooms = append(rooms, r)
			}
			closed, open := rooms[0], rooms[1]
			if err := closed.Host.Act(t.Context(), "end"); err != nil {
				t.Fatal(err)
			}
			look := time.NewTicker(50 * time.Millisecond)
			defer look.Stop()
			for {
				err := closed.Get(t.Context(), "", nil)
				if client.Status(err) == http.StatusNotFound {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				select {
				case <-look.C:
				case <-t.Context().Done():
					t.Fatal("the room is still there")
				}
			}
			if err := open.Get(t.Context(), "", nil); err != nil {
				t.Errorf("the room that is open: %v", err)
			}
			if err := p.stop(); err != nil {
				t.Fatal(err)
			}
			out, err := parley(t, nil, append([]string{"export", "--all"}, where...)...).Output()
			if err != nil {
				t.Fatal(err)
			}
			if text := string(out); !strings.Contains(text, open.Code) || strings.Contains(text, closed.Code) {
				t.Errorf("the log has\n%s", text)
			}
		})
	}
}
