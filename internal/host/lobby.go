package host

import (
	"cmp"
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/internal/eventlog"
	"parley/room"
)

// lobby is the list of all rooms of the log, in memory or not.
type lobby struct {
	mu    sync.Mutex
	heads map[string]room.Head
	order []key          // oldest first
	next  map[string]key // the youngest room that follows another
}

// key orders rooms by their age.
type key struct {
	at   time.Time
	code string
}

func (k key) compare(other key) int {
	return cmp.Or(k.at.Compare(other.at), strings.Compare(k.code, other.code))
}

func (l *lobby) put(h room.Head) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.heads == nil {
		l.heads, l.next = map[string]room.Head{}, map[string]key{}
	}
	k := key{h.CreatedAt, h.Code}
	if h.Follows != "" && k.compare(l.next[h.Follows]) > 0 {
		l.next[h.Follows] = k
	}
	if _, known := l.heads[h.Code]; !known {
		i, _ := slices.BinarySearchFunc(l.order, k, key.compare)
		l.order = slices.Insert(l.order, i, k)
	}
	l.heads[h.Code] = h
}

// listRooms fills the lobby. Where others change rooms too it goes on doing so.
func (h *Host) listRooms(ctx context.Context) error {
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
	head, known := l.heads[code]
	if !known {
		return
	}
	delete(l.heads, code)
	delete(l.next, code)
	if i, found := slices.BinarySearchFunc(l.order, key{head.CreatedAt, code}, key.compare); found {
		l.order = slices.Delete(l.order, i, i+1)
	}
}

func (l *lobby) knows(code string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, known := l.heads[code]
	return known
}

// wanting returns the rooms that somebody has to look after.
func (l *lobby) wanting() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for code, h := range l.heads {
		if wanting(h) {
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
	i := len(l.order)
	if cursor != "" {
		k, err := parseKey(cursor)
		if err != nil {
			return nil, "", &room.Error{Kind: room.Invalid, Field: "cursor", Detail: "This is no cursor that this server gave."}
		}
		i, _ = slices.BinarySearchFunc(l.order, k, key.compare)
	}
	page = []room.Head{}
	for i--; i >= 0; i-- {
		head := l.heads[l.order[i].code]
		if head.Unlisted || (status != "" && head.Status != status) {
			continue
		}
		if len(page) == limit {
			last := page[len(page)-1]
			return page, key{last.CreatedAt, last.Code}.String(), nil
		}
		page = append(page, head)
	}
	return page, "", nil
}

// Next returns the code of the room that the people of another are invited to,
// the youngest of several; empty when there is none.
func (h *Host) Next(code string) string {
	h.lobby.mu.Lock()
	defer h.lobby.mu.Unlock()
	return h.lobby.next[code].code
}

// Counts returns how many rooms there are of each status.
func (h *Host) Counts() map[room.Status]int {
	h.lobby.mu.Lock()
	defer h.lobby.mu.Unlock()
	out := map[room.Status]int{}
	for _, head := range h.lobby.heads {
		out[head.Status]++
	}
	return out
}

// String writes the key as a cursor.
func (k key) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(k.at.UTC().Format(time.RFC3339Nano) + " " + k.code))
}

func parseKey(s string) (key, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return key{}, err
	}
	at, code, _ := strings.Cut(string(b), " ")
	t, err := time.Parse(time.RFC3339Nano, at)
	return key{t, code}, err
}
