package httpapi

import (
	"fmt"
	"net/http"

	"parley/internal/transcript"
	"parley/room"
)

// TurnList is all turns of a room.
type TurnList struct {
	Turns []room.TurnView `json:"turns" nullable:"false"`
}

func (s *Server) addTurns() {
	add(s, route{
		method: http.MethodGet, path: "/v1/rooms/{code}/turns", id: "list-turns", tag: "host", summary: "What the agents' turns were",
		about: "In a game, before the reveal, a host who plays has to show the host's own token.",
		need:  needHost, status: http.StatusOK, answer: TurnList{}, refusals: []int{http.StatusConflict},
	}, s.listTurns)
	add(s, route{
		method: http.MethodGet, path: "/v1/rooms/{code}/transcript", id: "get-transcript", tag: "host", summary: "Events with roles, votes and turns",
		about: "One row an event, as JSON lines or CSV. In a game, before the reveal, a host who plays has to show the host's own token.",
		need:  needHost, query: []param{{name: "format", about: "jsonl when left out", oneOf: []string{"jsonl", "csv"}}},
		status: http.StatusOK, content: []string{"application/jsonl", "text/csv"}, refusals: []int{http.StatusConflict},
	}, s.getTranscript)
}

func (s *Server) listTurns(c *call, _ nothing) (answer, error) {
	if err := mayKnowRoles(c); err != nil {
		return refused(err)
	}
	var log room.TurnLog
	for rec, err := range s.Host.Records(c.ctx(), c.code) {
		if err != nil {
			return refused(err)
		}
		if err := log.Apply(rec); err != nil {
			return refused(err)
		}
	}
	return ok(TurnList{log.Turns()})
}

func (s *Server) getTranscript(c *call, _ nothing) (answer, error) {
	if err := mayKnowRoles(c); err != nil {
		return refused(err)
	}
	rows, err := transcript.Rows(s.Host.Records(c.ctx(), c.code))
	if err != nil {
		return refused(err)
	}
	h := c.w.Header()
	if c.query.words["format"] == "csv" {
		h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
		h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "parley-"+c.code+".csv"))
		err = transcript.WriteCSV(c.w, rows)
	} else {
		h.Set("Content-Type", "application/jsonl")
		err = transcript.WriteJSONL(c.w, rows)
	}
	if err != nil {
		s.Logger.DebugContext(c.ctx(), "transcript not sent to its end", "room", c.code, "error", err)
	}
	return sent()
}
