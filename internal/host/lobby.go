package host

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/room"
)

// lobby is the list of all rooms of the log, in memory or not.
type lobby struct {
	mu    sync.Mutex
	heads map[string]room.Head
	order []key // oldest first
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
		l.heads = map[string]room.Head{}
	}
	if _, known := l.heads[h.Code]; !known {
		k := key{h.CreatedAt, h.Code}
		i, _ := slices.BinarySearchFunc(l.order, k, key.compare)
		l.order = slices.Insert(l.order, i, k)
	}
	l.heads[h.Code] = h
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
