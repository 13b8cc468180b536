package host

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"parley/internal/eventlog"
	"parley/room"
)

// entropy draws from the runtime's generator, which is seeded by the system.
func entropy() uint64 { return rand.Uint64() } //nolint:gosec // lots and shuffles, no secrets

// probe asks the log to append where nothing can be: after the first record of
// a room that has none. The conflict that this must bring has passed the
// writer as every append does, and stores nothing.
func (h *Host) probe(ctx context.Context) error {
	rec := room.Record{
		V: room.Version, Room: "!ready", Ordinal: 2, ID: "ready", At: time.Now().UTC().Truncate(time.Millisecond),
		Node: h.Node, Cause: "ready", Events: []room.Event{room.Paused{}},
	}
	if _, err := h.Log.Append(ctx, 1, rec); !errors.Is(err, eventlog.ErrConflict) {
		return fmt.Errorf("append to the log: %w", err)
	}
	return nil
}
