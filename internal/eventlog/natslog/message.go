package natslog

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"parley/internal/eventlog"
	"parley/room"
)

// The headers of a message, beside those of NATS. The body is the record's JSON.
const (
	ordinalHeader = "Parley-Ord"
	headHeader    = "Parley-Head" // the head's JSON, of records that change it
)

// message is a stored message of a room.
type message struct {
	place    eventlog.Seq
	previous eventlog.Seq // the place it was appended after
	ordinal  uint64
	header   nats.Header
	body     []byte
}

// encode returns the message of a record that is to be stored after a place.
func encode(subject string, after eventlog.Seq, rec room.Record) (*nats.Msg, error) {
	body, err := eventlog.Encode(after, rec)
	if err != nil {
		return nil, err
	}
	m := &nats.Msg{Subject: subject, Data: body, Header: nats.Header{}}
	m.Header.Set(ordinalHeader, strconv.FormatUint(rec.Ordinal, 10))
	if rec.Head != nil {
		head, err := json.Marshal(rec.Head)
		if err != nil {
			return nil, errors.Join(eventlog.ErrInvalid, err)
		}
		m.Header.Set(headHeader, string(head))
	}
	return m, nil
}

// parse takes a stored message apart.
func parse(place uint64, header nats.Header, body []byte) (message, error) {
	m := message{place: eventlog.Seq(place), header: header, body: body}
	var err error
	if m.ordinal, err = strconv.ParseUint(header.Get(ordinalHeader), 10, 64); err != nil {
		return m, fmt.Errorf("message %d has no ordinal: %w", place, err)
	}
	previous, err := strconv.ParseUint(header.Get(jetstream.ExpectedLastSubjSeqHeader), 10, 64)
	m.previous = eventlog.Seq(previous)
	if err != nil {
		return m, fmt.Errorf("message %d does not say what it follows: %w", place, err)
	}
	return m, nil
}

func (m message) at() place { return place{seq: m.place, ordinal: m.ordinal} }

// entry returns what the message holds, or a *eventlog.DamageError.
func (m message) entry(code string) (eventlog.Entry, error) {
	rec, err := eventlog.Decode(m.body, code, m.ordinal)
	return eventlog.Entry{Seq: m.place, Record: rec}, err
}
