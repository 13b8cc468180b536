package transcript

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteJSONL writes a JSON object a row, each on a line of its own. Its errors
// are the writer's.
func WriteJSONL(w io.Writer, rows []Row) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, r := range rows {
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("write the transcript: %w", err)
		}
	}
	return nil
}

// Columns returns the head of the CSV that WriteCSV writes.
func Columns() []string {
	return []string{
		"room", "seq", "at", "type", "player", "role", "text", "suspect", "hop", "turn", "outcome", "reason", "covers",
		"model", "calls", "phase", "round", "topic", "winner", "game_winner", "votes", "tally", "roles",
	}
}

// WriteCSV writes a head and a record a row (RFC 4180). A cell that a
// spreadsheet would take for a formula begins with an apostrophe. Its errors
// are the writer's.
func WriteCSV(w io.Writer, rows []Row) error {
	out := csv.NewWriter(w)
	if err := out.Write(Columns()); err != nil {
		return fmt.Errorf("write the transcript: %w", err)
	}
	for _, r := range rows {
		if err := out.Write(r.cells()); err != nil {
			return fmt.Errorf("write the transcript: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write the transcript: %w", err)
	}
	return nil
}

func (r Row) cells() []string {
	hop := ""
	if r.Hop != nil {
		hop = strconv.Itoa(*r.Hop)
	}
	covers := make([]string, len(r.Covers))
	for i, c := range r.Covers {
		covers[i] = c.String()
	}
	cells := []string{
		r.Room, number(int(r.Seq)), r.At, r.Type, r.Player, string(r.Role), r.Text, r.Suspect, hop, r.Turn, r.Outcome, r.Reason, //nolint:gosec // a seq counts events
		strings.Join(covers, " "), r.Model, number(r.Calls), string(r.Phase), number(r.Round), r.Topic, string(r.Winner), string(r.Game),
		asJSON(r.Votes, len(r.Votes)), asJSON(r.Tally, len(r.Tally)), asJSON(r.Roles, len(r.Roles)),
	}
	for i, c := range cells {
		cells[i] = plain(c)
	}
	return cells
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// plain keeps spreadsheets from running what a player wrote.
func plain(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
