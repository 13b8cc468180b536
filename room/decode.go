package room

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"
)

// decoder reads what AppendJSON writes, piece by piece and without reflection.
// It fails at the first byte that AppendJSON would not write there: what such
// JSON means, or what is wrong with it, is for encoding/json to say. Whatever
// it reads without failing encoding/json reads as the same.
type decoder struct {
	rest   []byte
	failed bool
}

// DecodeHead reads a head as encoding/json does.
func DecodeHead(b []byte) (Head, error) {
	d := decoder{rest: b}
	if h := d.head(); d.done() {
		return h, nil
	}
	var h Head
	err := json.Unmarshal(b, &h)
	return h, err
}

func (d *decoder) record() Record {
	r := Record{
		V: d.count(`{"v":`), Room: d.text(`,"room":`), Ordinal: d.number(`,"ord":`), ID: d.text(`,"id":`), At: d.time(`,"at":`),
		Node: d.text(`,"node":`), Cause: d.text(`,"cause":`), Seq: d.number(`,"seq":`),
	}
	if d.may(`,"head":`) {
		h := d.head()
		r.Head = &h
	}
	d.must(`,"events":[`)
	r.Events = make([]Event, 0, 1)
	for more := !d.may(`]`); more && !d.failed; more = d.next() {
		r.Events = append(r.Events, d.event())
	}
	d.must(`}`)
	return r
}

func (d *decoder) head() Head {
	h := Head{
		Code: d.text(`{"code":`), Title: d.text(`,"title":`), Mode: Mode(d.text(`,"mode":`)), Status: Status(d.text(`,"status":`)),
		Unlisted: d.may(`,"unlisted":true`), Locked: d.may(`,"locked":true`), Follows: d.optional(`,"follows":`),
		People: d.count(`,"people":`), Seats: d.count(`,"seats":`), Players: d.count(`,"players":`),
		CreatedAt: d.time(`,"created_at":`), Busy: d.may(`,"busy":true`),
	}
	d.must(`}`)
	return h
}

// event reads an event with its type. Those of lines and turns, which are
// nearly all events, take no reflection.
func (d *decoder) event() (e Event) {
	switch {
	case d.may(`{"type":"message_posted","event":`):
		e = d.message()
	case d.may(`{"type":"turn_began","event":`):
		e = d.turnBegan()
	case d.may(`{"type":"turn_ended","event":`):
		e = d.turnEnded()
	default:
		w := eventWire{Type: d.text(`{"type":`), Event: d.object(`,"event":`)}
		other, err := decodeEvent(w)
		d.failed = d.failed || err != nil
		e = other
	}
	d.must(`}`)
	return e
}

func (d *decoder) message() MessagePosted {
	m := MessagePosted{
		Player: d.text(`{"player":`), Text: d.text(`,"text":`), ClientID: d.optional(`,"client_id":`), Hop: d.count(`,"hop":`),
		Turn: d.optional(`,"turn":`), Suppressed: d.optional(`,"suppressed":`),
	}
	d.must(`}`)
	return m
}

func (d *decoder) turnBegan() TurnBegan {
	t := TurnBegan{
		Turn: d.text(`{"turn":`), Agent: d.text(`,"agent":`), Kind: TurnKind(d.text(`,"kind":`)), Through: d.number(`,"through":`),
		Attempt: d.count(`,"attempt":`), Model: d.optional(`,"model":`), Node: d.text(`,"node":`), Deadline: d.time(`,"deadline":`),
	}
	d.must(`}`)
	return t
}

func (d *decoder) turnEnded() TurnEnded {
	t := TurnEnded{
		Turn: d.text(`{"turn":`), Agent: d.text(`,"agent":`), Outcome: Outcome(d.text(`,"outcome":`)), Reason: d.optional(`,"reason":`),
	}
	d.must(`,"covers":[`)
	t.Covers = make([]Ref, 0, 1)
	for more := !d.may(`]`); more && !d.failed; more = d.next() {
		t.Covers = append(t.Covers, d.ref())
	}
	if d.may(`,"call":`) {
		t.Call = &Call{
			Attempt: d.count(`{"attempt":`), Outcome: CallOutcome(d.text(`,"outcome":`)), PromptTokens: d.count(`,"prompt_tokens":`),
			CompletionTokens: d.count(`,"completion_tokens":`), Drafted: d.may(`,"drafted":true`),
		}
		d.must(`}`)
	}
	d.must(`}`)
	return t
}

func (d *decoder) ref() Ref {
	if d.opens() {
		return Ref{Name: d.text(``)}
	}
	return Ref{Seq: d.number(``)}
}

// done reports whether all has been read.
func (d *decoder) done() bool { return !d.failed && len(d.rest) == 0 }

// may reports whether s comes next, and takes it.
func (d *decoder) may(s string) bool {
	if len(d.rest) < len(s) || string(d.rest[:len(s)]) != s {
		return false
	}
	d.rest = d.rest[len(s):]
	return true
}

func (d *decoder) must(s string) { d.failed = !d.may(s) || d.failed }

// next takes what stands behind an element of a list, and reports whether it
// announces another one.
func (d *decoder) next() bool {
	if d.may(`,`) {
		return true
	}
	d.must(`]`)
	return false
}

// opens reports whether a string comes next.
func (d *decoder) opens() bool { return len(d.rest) > 0 && d.rest[0] == '"' }

// take takes the next n bytes.
func (d *decoder) take(n int) []byte {
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

// number reads a number without a sign that is the value of a key.
func (d *decoder) number(key string) uint64 {
	d.must(key)
	n := 0
	for n < len(d.rest) && '0' <= d.rest[n] && d.rest[n] <= '9' {
		n++
	}
	digits := d.take(n)
	value, err := strconv.ParseUint(string(digits), 10, 64)
	d.failed = d.failed || err != nil || (n > 1 && digits[0] == '0')
	return value
}

// count is number for an int.
func (d *decoder) count(key string) int {
	n := d.number(key)
	d.failed = d.failed || int(n) < 0 //nolint:gosec // looked at
	return int(n)                     //nolint:gosec // likewise
}

// optional is text for a key that is left out when it is empty.
func (d *decoder) optional(key string) string {
	if !d.may(key) {
		return ""
	}
	return d.text(``)
}

// text reads a string that is the value of a key.
func (d *decoder) text(key string) string {
	token, plain := d.quoted(key)
	if plain {
		return string(token[1 : len(token)-1])
	}
	var s string
	d.failed = d.failed || json.Unmarshal(token, &s) != nil
	return s
}

// quoted takes a string with its quotes, and reports whether it means itself.
func (d *decoder) quoted(key string) (token []byte, plain bool) {
	d.must(key)
	if !d.opens() {
		d.failed = true
		return nil, false
	}
	plain, ascii := true, true
	for i := 1; i < len(d.rest); i++ {
		switch c := d.rest[i]; {
		case c == '"':
			token = d.take(i + 1)
			return token, plain && (ascii || utf8.Valid(token))
		case c == '\\':
			plain = false
			i++
		case c < ' ':
			plain = false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	d.failed = true
	return nil, false
}

// time reads a time that is the value of a key.
func (d *decoder) time(key string) (t time.Time) {
	token, _ := d.quoted(key)
	d.failed = d.failed || t.UnmarshalJSON(token) != nil
	return t
}

// object takes an object that is the value of a key, as it is written. Whether
// it is one is for its reader to see.
func (d *decoder) object(key string) []byte {
	d.must(key)
	depth := 0
	for i := 0; i < len(d.rest); i++ {
		switch d.rest[i] {
		case '"':
			inner := decoder{rest: d.rest[i:]}
			token, _ := inner.quoted(``)
			if inner.failed {
				d.failed = true
				return nil
			}
			i += len(token) - 1
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 {
			return d.take(i + 1)
		}
	}
	d.failed = true
	return nil
}
