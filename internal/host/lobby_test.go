package host

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/room"
)

// drawHead is a head of one of few rooms, at one of few times.
func drawHead(t *rapid.T) room.Head {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	return room.Head{
		Code: "ROOM" + pick("code", "A", "B", "C", "D", "E"), Title: pick("title", "", "Tea", "Coffee"), Mode: room.Mode(pick("mode", "open", "imitation")),
		Status: room.Status(pick("status", "waiting", "running", "closed")), Follows: pick("follows", "", "ROOMA", "ROOMB"),
		People: rapid.IntRange(0, 9).Draw(t, "people"), Seats: rapid.IntRange(0, 1000).Draw(t, "seats"), Players: rapid.IntRange(0, 2000).Draw(t, "players"),
		Unlisted: rapid.Bool().Draw(t, "unlisted"), Locked: rapid.Bool().Draw(t, "locked"), Busy: rapid.Bool().Draw(t, "busy"),
		CreatedAt: time.UnixMilli(rapid.Int64Range(1, 4).Draw(t, "at")).UTC(),
	}
}

// expected is a page of the lobby as a plain list of all heads would give it.
func expected(heads map[string]room.Head, status room.Status) []room.Head {
	out := []room.Head{}
	for _, h := range heads {
		if !h.Unlisted && (status == "" || h.Status == status) {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b room.Head) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), strings.Compare(b.Code, a.Code))
	})
	return out
}

// closedBefore are the rooms that a sweep would look at, oldest first.
func closedBefore(heads map[string]room.Head, t time.Time) []string {
	var codes []string
	for _, h := range heads {
		if h.Status == room.StatusClosed && !h.CreatedAt.After(t) {
			codes = append(codes, h.Code)
		}
	}
	slices.SortFunc(codes, func(a, b string) int {
		return cmp.Or(heads[a].CreatedAt.Compare(heads[b].CreatedAt), strings.Compare(a, b))
	})
	return codes
}

// allPages reads the lobby page by page.
func allPages(t *rapid.T, h *Host, status room.Status, limit int) []room.Head {
	out, cursor := []room.Head{}, ""
	for {
		page, next, err := h.Rooms(status, limit, cursor)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page...)
		if cursor = next; cursor == "" {
			return out
		}
	}
}

// TestLobbyIsAListOfHeads holds the lobby to a plain map of heads, however they
// come: while it is being listed and afterwards, known or new, or gone.
func TestLobbyIsAListOfHeads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, heads := &Host{}, map[string]room.Head{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"put", "put", "put", "remove", "loosen", "look", "sweep"}).Draw(t, "step") {
			case "put":
				head := drawHead(t)
				h.lobby.put(head)
				heads[head.Code] = head
			case "remove":
				code := drawHead(t).Code
				h.lobby.remove(code)
				delete(heads, code)
			case "loosen":
				h.lobby.loosen()
			case "look":
				status := drawHead(t).Status
				if diff := gocmp.Diff(expected(heads, status), allPages(t, h, status, 2)); diff != "" {
					t.Fatalf("%s rooms (-want +got):\n%s", status, diff)
				}
			case "sweep":
				if got, want := h.lobby.closedBefore(time.UnixMilli(2)), closedBefore(heads, time.UnixMilli(2)); !slices.Equal(got, want) {
					t.Fatalf("closed: %v, want %v", got, want)
				}
			}
		}
		if diff := gocmp.Diff(expected(heads, ""), allPages(t, h, "", 3)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		counts, want := h.Counts(), map[room.Status]int{}
		for _, head := range heads {
			want[head.Status]++
			if !h.lobby.knows(head.Code) {
				t.Errorf("%s is unknown", head.Code)
			}
		}
		if !maps.Equal(counts, want) {
			t.Errorf("%v rooms, want %v", counts, want)
		}
	})
}

// TestNextIsTheYoungestFollower lists followers in both orders.
func TestNextIsTheYoungestFollower(t *testing.T) {
	for _, order := range [][]int64{{1, 2}, {2, 1}} {
		h := &Host{}
		for _, at := range order {
			h.lobby.put(room.Head{Code: fmt.Sprint("ROOM", at), Follows: "ROOM0", CreatedAt: time.UnixMilli(at)})
		}
		if next := h.Next("ROOM0"); next != "ROOM2" {
			t.Errorf("%v: next is %q", order, next)
		}
		if next := h.Next("ROOM1"); next != "" {
			t.Errorf("%q follows ROOM1", next)
		}
	}
}
