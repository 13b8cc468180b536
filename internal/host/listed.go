package host

import (
	"cmp"
	"encoding/base64"
	"strings"
	"time"

	"parley/room"
)

// listed is a room's head as the lobby keeps it. Every room of the log has one
// in memory, so it is small: words that many rooms share are kept once, and
// strings that have not changed stay those that were there before.
type listed struct {
	key

	title, follows         string
	people, seats, players int32
	mode, status           word
	unlisted, locked, busy bool
}

// word stands for a string in a vocabulary.
type word uint8

// vocabulary holds strings of which there are few: modes and statuses.
type vocabulary []string

// word returns what stands for s.
func (v *vocabulary) word(s string) word {
	for i, known := range *v {
		if known == s {
			return word(i)
		}
	}
	*v = append(*v, strings.Clone(s))
	return word(len(*v) - 1) //nolint:gosec // the rules know fewer than ten
}

func (v *vocabulary) status(e *listed) room.Status { return room.Status((*v)[e.status]) }

// update takes a newer head of the room.
func (v *vocabulary) update(e *listed, h room.Head) {
	e.at, e.title, e.follows = h.CreatedAt, same(e.title, h.Title), same(e.follows, h.Follows)
	e.people, e.seats, e.players = int32(h.People), int32(h.Seats), int32(h.Players) //nolint:gosec // a room is smaller than that
	e.mode, e.status = v.word(string(h.Mode)), v.word(string(h.Status))
	e.unlisted, e.locked, e.busy = h.Unlisted, h.Locked, h.Busy
}

// same returns a string that says what now says: the one from before if it does.
func same(before, now string) string {
	if before == now {
		return before
	}
	return now
}

func (v *vocabulary) head(e *listed) room.Head {
	return room.Head{
		Code: e.code, Title: e.title, Mode: room.Mode((*v)[e.mode]), Status: v.status(e), Unlisted: e.unlisted, Locked: e.locked,
		Follows: e.follows, People: int(e.people), Seats: int(e.seats), Players: int(e.players), CreatedAt: e.at, Busy: e.busy,
	}
}

// key orders rooms by their age.
type key struct {
	at   time.Time
	code string
}

func (k key) compare(other key) int {
	return cmp.Or(k.at.Compare(other.at), strings.Compare(k.code, other.code))
}

func (e *listed) compare(k key) int { return e.key.compare(k) }

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
