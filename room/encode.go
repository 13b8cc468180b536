package room

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// AppendJSON appends the record as JSON, with a type beside every event. It
// writes what encoding/json writes; the fields of every record and those of
// lines, which are nearly all records, without reflection.
func (r Record) AppendJSON(b []byte) ([]byte, error) {
	b = append(b, `{"v":`...)
	b = strconv.AppendInt(b, int64(r.V), 10)
	b = appendString(append(b, `,"room":`...), r.Room)
	b = strconv.AppendUint(append(b, `,"ord":`...), r.Ordinal, 10)
	b = appendString(append(b, `,"id":`...), r.ID)
	b, err := r.At.AppendText(append(b, `,"at":"`...))
	if err != nil {
		return nil, fmt.Errorf("encode a record's time: %w", err)
	}
	b = appendString(append(b, `","node":`...), r.Node)
	b = appendString(append(b, `,"cause":`...), r.Cause)
	b = strconv.AppendUint(append(b, `,"seq":`...), r.Seq, 10)
	if r.Head != nil {
		head, err := json.Marshal(r.Head)
		if err != nil {
			return nil, fmt.Errorf("encode a head: %w", err)
		}
		b = append(append(b, `,"head":`...), head...)
	}
	b = append(b, `,"events":[`...)
	for i, e := range r.Events {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(b, `{"type":`...), e.Type())
		if b, err = appendEvent(append(b, `,"event":`...), e); err != nil {
			return nil, fmt.Errorf("encode %s: %w", e.Type(), err)
		}
		b = append(b, '}')
	}
	b = append(b, ']')
	return append(b, '}'), nil
}

func appendEvent(b []byte, e Event) ([]byte, error) {
	m, ok := e.(MessagePosted)
	if !ok {
		other, err := json.Marshal(e)
		return append(b, other...), err
	}
	b = appendString(append(b, `{"player":`...), m.Player)
	b = appendString(append(b, `,"text":`...), m.Text)
	if m.ClientID != "" {
		b = appendString(append(b, `,"client_id":`...), m.ClientID)
	}
	b = strconv.AppendInt(append(b, `,"hop":`...), int64(m.Hop), 10)
	if m.Turn != "" {
		b = appendString(append(b, `,"turn":`...), m.Turn)
	}
	if m.Suppressed != "" {
		b = appendString(append(b, `,"suppressed":`...), m.Suppressed)
	}
	return append(b, '}'), nil
}

// appendFrame appends the frame of a line as players see it.
func (f messageFrame) appendFrame(b []byte) []byte {
	b = strconv.AppendUint(append(b, `{"seq":`...), f.Seq, 10)
	b = appendString(append(b, `,"type":`...), f.Type)
	b = appendString(append(b, `,"at":`...), f.At)
	b = appendString(append(b, `,"player":`...), f.Player)
	b = appendString(append(b, `,"text":`...), f.Text)
	return append(b, '}')
}

// appendString appends a JSON string.
func appendString(b []byte, s string) []byte {
	if !plain(s) {
		quoted, err := json.Marshal(s)
		if err != nil {
			panic(err) // every string can be encoded
		}
		return append(b, quoted...)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// plain reports whether encoding/json would write the string as it is.
func plain(s string) bool {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return ascii || (utf8.ValidString(s) && !strings.ContainsAny(s, "\u2028\u2029"))
}
