package ws

import rfc "github.com/gobwas/ws"

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

// tail takes what the library writes.
type tail struct {
	b      []byte
	header [rfc.MaxHeaderSize]byte
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	return len(p), nil
}

func appendFrame(b []byte, kind Kind, payload []byte) []byte {
	t := tail{b: b}
	_ = rfc.WriteHeaderBuffer(&t, rfc.Header{Fin: true, OpCode: kind, Length: int64(len(payload))}, t.header[:]) // a tail takes all
	return append(t.b, payload...)
}
