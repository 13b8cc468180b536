package web_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// The vectors that the rules are held to: from the same frames the reducer, in
// the browser that runs it, comes to the same room.
func TestSharedViews(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../room/testdata/views/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors (%v)", err)
	}
	f := newFake(t)
	p := newTab(t, browser(t), "shared views")
	p.visit(f.url + "/")
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var vectors []struct {
			Name                string
			Start, Frames, View json.RawMessage
		}
		if err := json.Unmarshal(body, &vectors); err != nil {
			t.Fatal(err)
		}
		for _, v := range vectors {
			const run = `Promise.all([import('/assets/state/room.js'), import('/assets/state/snapshot.js')]).then(([{ emptyRoom, reduce }, { time }]) => {
				const shape = (room, end) => ({ code: room.code, mode: room.mode, status: room.status, phase: room.phase, round: room.round, topic: room.topic,
					paused: room.paused, seq: room.seq, ends_at: end, players: room.players
						.map(({ name, present, voted, eliminated }) => ({ name, present, voted: room.phase === 'voting' && voted, eliminated }))
						.sort((a, b) => (a.name < b.name ? -1 : 1)) });
				const start = %s, view = %s;
				let state = reduce(emptyRoom(start.code), { type: 'snapshot', room: start, now: 0 });
				for (const event of %s) state = reduce(state, { type: 'event', event, now: Date.parse(event.at) });
				return JSON.stringify([shape(state, state.paused ? null : state.ends_at), shape(view, time(view.ends_at))]);
			})`
			var both []any
			if err := json.Unmarshal([]byte(eval[string](p, fmt.Sprintf(run, v.Start, v.View, v.Frames))), &both); err != nil {
				t.Fatalf("%s: %v", v.Name, err)
			}
			for _, difference := range differ(v.Name+": ", both[0], both[1]) {
				t.Error(difference)
			}
		}
	}
}
