package web_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"parley/internal/transcript"
	"parley/room"
)

// logged yields records as a log does.
func logged(records []room.Record) iter.Seq2[room.Record, error] {
	return func(yield func(room.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// figures derives a game's numbers from its exported transcript, in the form in
// which the page has them.
func figures(t *testing.T, rows []transcript.Row) map[string]any {
	t.Helper()
	type player struct{ lines, first, right, fooled, accused float64 }
	players := map[string]*player{}
	roles := map[string]room.Role{}
	var begun, at time.Time
	var rounds, lines, right, fooled float64
	for _, r := range rows {
		var err error
		if at, err = time.Parse(time.RFC3339, r.At); err != nil {
			t.Fatal(err)
		}
		switch r.Type {
		case "joined":
			players[r.Player], roles[r.Player] = &player{first: -1}, r.Role
		case "phase":
			if r.Phase == room.PhaseDiscussion && begun.IsZero() {
				begun = at
			}
		case "message":
			lines++
			p := players[r.Player]
			if p.lines++; p.first < 0 {
				p.first = math.Round(at.Sub(begun).Seconds())
			}
		case "result":
			rounds++
			for voter, suspect := range r.Votes {
				switch {
				case roles[voter] != room.Person:
					continue
				case roles[suspect] == room.Agent:
					right++
					players[voter].right++
				default:
					fooled++
					players[voter].fooled++
				}
				players[suspect].accused++
			}
		}
	}
	byName := map[string]any{}
	for name, p := range players {
		var first any
		if p.first >= 0 {
			first = p.first
		}
		byName[name] = map[string]any{"lines": p.lines, "first": first, "right": p.right, "fooled": p.fooled, "accused": p.accused}
	}
	return map[string]any{"rounds": rounds, "lines": lines, "right": right, "fooled": fooled, "players": byName}
}

// The numbers at the end of each game of the shared vectors, over rounds and
// with leavers, are those that the exported transcript gives.
func TestSharedNumbers(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	p := newTab(t, browser(t), "shared numbers")
	p.visit(f.url + "/")
	games, rounds := 0, 0.0
	for _, file := range []string{"game", "rounds", "leavers"} {
		body, err := os.ReadFile(filepath.Join("..", "room", "testdata", "views", file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var vectors []struct {
			Name          string
			Records       []room.Record
			Start, Frames json.RawMessage
			View          room.View
		}
		if err := json.Unmarshal(body, &vectors); err != nil {
			t.Fatal(err)
		}
		for _, v := range vectors {
			if len(v.View.Players) == 0 || v.View.Players[0].Role == nil {
				continue // not revealed yet
			}
			const run = `Promise.all([import('/assets/state/room.js'), import('/assets/state/numbers.js')]).then(([{ emptyRoom, reduce }, { numbers }]) => {
				let state = reduce(emptyRoom('K7MPQ2'), { type: 'snapshot', room: %s, now: 0 });
				for (const event of %s) state = reduce(state, { type: 'event', event, now: Date.parse(event.at) });
				const { rows, ...all } = numbers(state);
				return JSON.stringify({ ...all, players: Object.fromEntries(rows.map(({ name, ...row }) => [name, row])) });
			})`
			rows, err := transcript.Rows(logged(v.Records))
			if err != nil {
				t.Fatal(err)
			}
			var got any
			if err := json.Unmarshal([]byte(eval[string](p, fmt.Sprintf(run, v.Start, v.Frames))), &got); err != nil {
				t.Fatalf("%s: %v", v.Name, err)
			}
			want := figures(t, rows)
			for _, difference := range append(differ(v.Name+": page", got, any(want)), differ(v.Name+": transcript", any(want), got)...) {
				t.Error(difference)
			}
			games++
			rounds = max(rounds, want["rounds"].(float64))
		}
	}
	if games < 3 || rounds < 2 {
		t.Errorf("compared %d games of up to %v rounds", games, rounds)
	}
}
