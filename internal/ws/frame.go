package ws

import (
	"encoding/binary"
	"math"

	rfc "github.com/gobwas/ws"
)

// Kind is what a message or frame is.
type Kind = rfc.OpCode

// The kinds that Next returns.
const (
	Text  = rfc.OpText
	Close = rfc.OpClose
	Ping  = rfc.OpPing
	Pong  = rfc.OpPong
)

// AppendText appends a text message.
func AppendText(b, text []byte) []byte { return appendFrame(b, Text, text) }

// AppendPing appends a ping.
func AppendPing(b []byte) []byte { return append(b, rfc.CompiledPing...) }

// AppendPong appends the answer to a ping.
func AppendPong(b, payload []byte) []byte { return appendFrame(b, Pong, payload) }

// AppendClose appends a close; code 0 stands for none.
func AppendClose(b []byte, code int, reason string) []byte {
	if code == 0 {
		return append(b, rfc.CompiledClose...)
	}
	return appendFrame(b, Close, rfc.NewCloseFrameBody(rfc.StatusCode(code), reason)) //nolint:gosec // at most 4999
}

// A length that does not fit the 7 bits of a header stands behind it.
const (
	length16 = 126
	length64 = 127
	maxShort = length16 - 1
)

// appendFrame appends a whole message: servers use no mask.
func appendFrame(b []byte, kind Kind, payload []byte) []byte {
	b = append(b, 0x80|byte(kind))
	switch n := len(payload); {
	case n <= maxShort:
		b = append(b, byte(n))
	case n <= math.MaxUint16:
		b = binary.BigEndian.AppendUint16(append(b, length16), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, length64), uint64(n))
	}
	return append(b, payload...)
}
