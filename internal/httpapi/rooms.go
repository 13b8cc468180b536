package httpapi

import (
	"net/http"

	"parley/room"
)

// RoomView is a room as players see it.
type RoomView struct {
	room.View
	Locked bool   `json:"locked" doc:"joining asks for a password"`
	Next   string `json:"next,omitempty" doc:"code of the room that the host invites this room's people to"`
}

// RoomCreated answers the creation of a room.
type RoomCreated struct {
	Code      string   `json:"code"`
	HostToken string   `json:"host_token" doc:"told once; the server keeps only its hash"`
	Room      RoomView `json:"room"`
}

// RoomList is a page of the lobby.
type RoomList struct {
	Rooms []ListedRoom `json:"rooms" nullable:"false"`
	Next  *string      `json:"next" doc:"the cursor of the next page; null after the last"`
}

// ListedRoom is a room in the lobby.
type ListedRoom struct {
	Code      string      `json:"code"`
	Title     string      `json:"title"`
	Mode      room.Mode   `json:"mode" enum:"imitation,open"`
	Status    room.Status `json:"status" enum:"waiting,running,closed"`
	People    int         `json:"people"`
	Seats     int         `json:"seats"`
	Players   int         `json:"players"`
	CreatedAt string      `json:"created_at"`
	Locked    bool        `json:"locked" doc:"joining asks for a password"`
}

// Me is what a token is good for in a room.
type Me struct {
	Player *string `json:"player" doc:"the seat's name; null without a seat"`
	Host   bool    `json:"host"`
}

func (s *Server) addRooms() {
	add(s, route{
		method: http.MethodPost, path: "/v1/rooms", id: "create-room", tag: "rooms", summary: "Make a room",
		about:  "Browsers get the host's token as a cookie as well.",
		status: http.StatusCreated, answer: RoomCreated{},
		refusals: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusTooManyRequests},
	}, s.createRoom)
	add(s, route{
		method: http.MethodGet, path: "/v1/rooms", id: "list-rooms", tag: "rooms", summary: "List public rooms, newest first",
		query: []param{
			{name: "status", about: "only rooms of this status", oneOf: []string{"waiting", "running", "closed"}},
			{name: "limit", about: "rooms a page", number: true, least: 1, most: 100, normally: 20},
			{name: "cursor", about: "next of the page before"},
		},
		status: http.StatusOK, answer: RoomList{},
	}, s.listRooms)
	add(s, route{
		method: http.MethodGet, path: "/v1/rooms/{code}", id: "get-room", tag: "rooms", summary: "What a player may see of a room",
		about: "In a game nothing tells roles before the reveal.", need: needRead,
		status: http.StatusOK, answer: RoomView{},
	}, s.getRoom)
	add(s, route{
		method: http.MethodGet, path: "/v1/rooms/{code}/me", id: "get-me", tag: "rooms", summary: "Who the token or cookie speaks for",
		about: "Without one, or with an old cookie, nobody: player is null.", need: needJoin,
		status: http.StatusOK, answer: Me{},
	}, s.getMe)
}

func (s *Server) listRooms(c *call, _ nothing) (answer, error) {
	heads, next, err := s.Host.Rooms(room.Status(c.query.words["status"]), int(c.query.numbers["limit"]), c.query.words["cursor"])
	if err != nil {
		return refused(err)
	}
	out := RoomList{Rooms: make([]ListedRoom, len(heads))}
	for i, h := range heads {
		out.Rooms[i] = ListedRoom{
			Code: h.Code, Title: h.Title, Mode: h.Mode, Status: h.Status, People: h.People, Seats: h.Seats,
			Players: h.Players, CreatedAt: room.Time(h.CreatedAt), Locked: h.Locked,
		}
	}
	if next != "" {
		out.Next = &next
	}
	return ok(out)
}

func (s *Server) getRoom(c *call, _ nothing) (answer, error) {
	v, err := s.view(c)
	if err != nil {
		return refused(err)
	}
	return ok(v)
}

func (s *Server) view(c *call) (RoomView, error) {
	v := RoomView{Locked: c.room.locked, Next: s.Host.Next(c.code)}
	err := s.Host.Inspect(c.ctx(), c.code, func(st *room.State) { v.View = st.View() })
	return v, err
}

func (s *Server) getMe(c *call, _ nothing) (answer, error) {
	me := Me{Host: c.who.host}
	if c.who.player != "" {
		me.Player = &c.who.player
	}
	return ok(me)
}
