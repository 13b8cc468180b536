package host

import (
	"context"
	"slices"
	"sync"
	"time"

	"parley/internal/eventlog"
	"parley/room"
)

// lobby is the list of all rooms of the log, in memory or not.
type lobby struct {
	mu    sync.Mutex
	rooms map[string]*listed
	order []*listed          // oldest first
	loose bool               // order is to be made when somebody looks
	next  map[string]*listed // the youngest room that follows another
	words vocabulary
}

func (l *lobby) put(h room.Head) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rooms == nil {
		l.rooms, l.next = map[string]*listed{}, map[string]*listed{}
	}
	e, known := l.rooms[h.Code]
	switch {
	case !known:
		e = &listed{key: key{code: h.Code}}
		l.rooms[h.Code] = e
	case e.at.Equal(h.CreatedAt):
		l.words.update(e, h)
		return
	default: // another room of that code
		l.unlist(e)
	}
	l.words.update(e, h)
	l.list(e)
	if younger := l.next[e.follows]; e.follows != "" && (younger == nil || e.compare(younger.key) > 0) {
		l.next[e.follows] = e
	}
}

// list puts a room into the order.
func (l *lobby) list(e *listed) {
	i := len(l.order)
	if !l.loose {
		i, _ = slices.BinarySearchFunc(l.order, e.key, (*listed).compare)
	}
	l.order = slices.Insert(l.order, i, e)
}

// unlist takes a room out of the order.
func (l *lobby) unlist(e *listed) {
	l.tighten()
	if i, found := slices.BinarySearchFunc(l.order, e.key, (*listed).compare); found {
		l.order = slices.Delete(l.order, i, i+1)
	}
}

// loosen leaves the order for later: many rooms are about to be listed, and in
// no order that helps.
func (l *lobby) loosen() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.loose = true
}

func (l *lobby) tighten() {
	if l.loose {
		slices.SortFunc(l.order, func(a, b *listed) int { return a.compare(b.key) })
		l.loose = false
	}
}

// listRooms fills the lobby. Where others change rooms too it goes on doing so.
func (h *Host) listRooms(ctx context.Context) error {
	h.lobby.loosen()
	if follower, ok := h.Log.(eventlog.HeadFollower); ok && !h.Cluster.Single() {
		listed := make(chan struct{})
		h.running.Go(func() { h.followHeads(follower, listed) }) //nolint:contextcheck // until the host closes
		select {
		case <-listed:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for head, err := range h.Log.Heads(ctx) {
		if err != nil {
			return err
		}
		h.lobby.put(head)
	}
	return nil
}

// followHeads keeps the lobby as the log says until the host closes. It closes
// listed when the lobby is complete.
func (h *Host) followHeads(log eventlog.HeadFollower, listed chan<- struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h.running.Go(func() {
		select {
		case <-h.stop:
			cancel()
		case <-ctx.Done():
		}
	})
	for ctx.Err() == nil {
		for change, err := range log.FollowHeads(ctx) {
			switch {
			case err != nil && ctx.Err() == nil:
				h.Logger.WarnContext(ctx, "list of rooms interrupted", "error", err)
			case err != nil:
			case change.CaughtUp && listed != nil:
				close(listed)
				listed = nil
			case change.Gone:
				h.lobby.remove(change.Head.Code)
			case !change.CaughtUp:
				h.noticed(change.Head)
			}
		}
		select {
		case <-time.After(retryFollow):
		case <-ctx.Done():
		}
	}
}

func (l *lobby) remove(code string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, known := l.rooms[code]
	if !known {
		return
	}
	l.unlist(e)
	delete(l.rooms, code)
	delete(l.next, code)
}

func (l *lobby) knows(code string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, known := l.rooms[code]
	return known
}

// wanting returns the rooms that somebody has to look after.
func (l *lobby) wanting() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for code, e := range l.rooms {
		if wanting(l.words.head(e)) {
			out = append(out, code)
		}
	}
	return out
}

func wanting(h room.Head) bool { return h.Busy || h.Status == room.StatusWaiting }

// Rooms returns public rooms, newest first, and the cursor of the next page,
// empty at the end. An empty status means all.
func (h *Host) Rooms(status room.Status, limit int, cursor string) (page []room.Head, next string, err error) {
	l := &h.lobby
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tighten()
	i := len(l.order)
	if cursor != "" {
		k, err := parseKey(cursor)
		if err != nil {
			return nil, "", &room.Error{Kind: room.Invalid, Field: "cursor", Detail: "This is no cursor that this server gave."}
		}
		i, _ = slices.BinarySearchFunc(l.order, k, (*listed).compare)
	}
	page = make([]room.Head, 0, min(limit, len(l.order)))
	for i--; i >= 0; i-- {
		e := l.order[i]
		if e.unlisted || (status != "" && l.words.status(e) != status) {
			continue
		}
		if len(page) == limit {
			last := page[len(page)-1]
			return page, key{last.CreatedAt, last.Code}.String(), nil
		}
		page = append(page, l.words.head(e))
	}
	return page, "", nil
}

// Next returns the code of the room that the people of another are invited to,
// the youngest of several; empty when there is none.
func (h *Host) Next(code string) string {
	h.lobby.mu.Lock()
	defer h.lobby.mu.Unlock()
	if e := h.lobby.next[code]; e != nil {
		return e.code
	}
	return ""
}

// Counts returns how many rooms there are of each status.
func (h *Host) Counts() map[room.Status]int {
	h.lobby.mu.Lock()
	defer h.lobby.mu.Unlock()
	out := map[room.Status]int{}
	for _, e := range h.lobby.rooms {
		out[h.lobby.words.status(e)]++
	}
	return out
}
