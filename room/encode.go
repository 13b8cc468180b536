package room

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// AppendJSON appends the record as JSON, with a type beside every event. It
// writes what encoding/json writes; the fields of every record and those of
// lines and turns, which are nearly all events, without reflection.
func (r Record) AppendJSON(b []byte) ([]byte, error) {
	b = append(b, `{"v":`...)
	b = strconv.AppendInt(b, int64(r.V), 10)
	b = appendString(append(b, `,"room":`...), r.Room)
	b = strconv.AppendUint(append(b, `,"ord":`...), r.Ordinal, 10)
	b = appendString(append(b, `,"id":`...), r.ID)
	b, err := appendTime(append(b, `,"at":`...), r.At)
	if err != nil {
		return nil, err
	}
	b = appendString(append(b, `,"node":`...), r.Node)
	b = appendString(append(b, `,"cause":`...), r.Cause)
	b = strconv.AppendUint(append(b, `,"seq":`...), r.Seq, 10)
	if r.Head != nil {
		if b, err = r.Head.AppendJSON(append(b, `,"head":`...)); err != nil {
			return nil, fmt.Errorf("encode a head: %w", err)
		}
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

// AppendJSON appends the head as encoding/json writes it.
func (h Head) AppendJSON(b []byte) ([]byte, error) {
	b = appendString(append(b, `{"code":`...), h.Code)
	b = appendString(append(b, `,"title":`...), h.Title)
	b = appendString(append(b, `,"mode":`...), string(h.Mode))
	b = appendString(append(b, `,"status":`...), string(h.Status))
	b = appendTrue(b, `,"unlisted":`, h.Unlisted)
	b = appendTrue(b, `,"locked":`, h.Locked)
	b = appendOptional(b, `,"follows":`, h.Follows)
	b = strconv.AppendInt(append(b, `,"people":`...), int64(h.People), 10)
	b = strconv.AppendInt(append(b, `,"seats":`...), int64(h.Seats), 10)
	b = strconv.AppendInt(append(b, `,"players":`...), int64(h.Players), 10)
	b, err := appendTime(append(b, `,"created_at":`...), h.CreatedAt)
	return append(appendTrue(b, `,"busy":`, h.Busy), '}'), err
}

func appendEvent(b []byte, e Event) ([]byte, error) {
	switch e := e.(type) { //nolint:gochecksumtype // the others are left to encoding/json
	case MessagePosted:
		return e.appendJSON(b), nil
	case TurnBegan:
		return e.appendJSON(b)
	case TurnEnded:
		return e.appendJSON(b), nil
	}
	other, err := json.Marshal(e)
	return append(b, other...), err
}

func (m MessagePosted) appendJSON(b []byte) []byte {
	b = appendString(append(b, `{"player":`...), m.Player)
	b = appendString(append(b, `,"text":`...), m.Text)
	b = appendOptional(b, `,"client_id":`, m.ClientID)
	b = strconv.AppendInt(append(b, `,"hop":`...), int64(m.Hop), 10)
	b = appendOptional(b, `,"turn":`, m.Turn)
	b = appendOptional(b, `,"suppressed":`, m.Suppressed)
	return append(b, '}')
}

func (t TurnBegan) appendJSON(b []byte) ([]byte, error) {
	b = appendString(append(b, `{"turn":`...), t.Turn)
	b = appendString(append(b, `,"agent":`...), t.Agent)
	b = appendString(append(b, `,"kind":`...), string(t.Kind))
	b = strconv.AppendUint(append(b, `,"through":`...), t.Through, 10)
	b = strconv.AppendInt(append(b, `,"attempt":`...), int64(t.Attempt), 10)
	b = appendOptional(b, `,"model":`, t.Model)
	b = appendString(append(b, `,"node":`...), t.Node)
	b, err := appendTime(append(b, `,"deadline":`...), t.Deadline)
	return append(b, '}'), err
}

func (t TurnEnded) appendJSON(b []byte) []byte {
	b = appendString(append(b, `{"turn":`...), t.Turn)
	b = appendString(append(b, `,"agent":`...), t.Agent)
	b = appendString(append(b, `,"outcome":`...), string(t.Outcome))
	b = appendOptional(b, `,"reason":`, t.Reason)
	b = append(b, `,"covers":`...)
	b = appendRefs(b, t.Covers)
	if c := t.Call; c != nil {
		b = strconv.AppendInt(append(b, `,"call":{"attempt":`...), int64(c.Attempt), 10)
		b = appendString(append(b, `,"outcome":`...), string(c.Outcome))
		b = strconv.AppendInt(append(b, `,"prompt_tokens":`...), int64(c.PromptTokens), 10)
		b = strconv.AppendInt(append(b, `,"completion_tokens":`...), int64(c.CompletionTokens), 10)
		b = append(appendTrue(b, `,"drafted":`, c.Drafted), '}')
	}
	return append(b, '}')
}

func appendRefs(b []byte, refs []Ref) []byte {
	if refs == nil {
		return append(b, `null`...)
	}
	b = append(b, '[')
	for i, r := range refs {
		if i > 0 {
			b = append(b, ',')
		}
		if r.Name != "" {
			b = appendString(b, r.Name)
		} else {
			b = strconv.AppendUint(b, r.Seq, 10)
		}
	}
	return append(b, ']')
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

// appendTime appends a time as JSON.
func appendTime(b []byte, t time.Time) ([]byte, error) {
	b, err := t.AppendText(append(b, '"'))
	if err != nil {
		return nil, fmt.Errorf("encode a time: %w", err)
	}
	return append(b, '"'), nil
}

// appendOptional appends a key and its string, or neither for an empty one.
func appendOptional(b []byte, key, s string) []byte {
	if s == "" {
		return b
	}
	return appendString(append(b, key...), s)
}

// appendTrue appends a key and its truth, or neither for false.
func appendTrue(b []byte, key string, is bool) []byte {
	if !is {
		return b
	}
	return append(append(b, key...), "true"...)
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
