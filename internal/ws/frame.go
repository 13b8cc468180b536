package ws

import "encoding/binary"

// Kind is what a message or frame is.
type Kind byte

// The kinds that Next returns.
const (
	Text  Kind = 1
	Close Kind = 8
	Ping  Kind = 9
	Pong  Kind = 10

	continuation Kind = 0
	binaryData   Kind = 2
)

const (
	final      = 0x80 // of a message, in the first byte
	reserved   = 0x70 // for extensions
	masked     = 0x80 // in the second byte
	maxControl = 125  // bytes of a control frame
	length16   = 126  // the length stands in the next 2 bytes
	length64   = 127  // the length stands in the next 8 bytes
)

// AppendText appends a text message.
func AppendText(b, text []byte) []byte {
	return append(appendHeader(b, Text, len(text)), text...)
}

// AppendPing appends a ping.
func AppendPing(b []byte) []byte { return appendHeader(b, Ping, 0) }

// AppendPong appends the answer to a ping.
func AppendPong(b, payload []byte) []byte {
	return append(appendHeader(b, Pong, len(payload)), payload...)
}

// AppendClose appends a close; code 0 stands for none.
func AppendClose(b []byte, code int, reason string) []byte {
	if code == 0 {
		return appendHeader(b, Close, 0)
	}
	b = appendHeader(b, Close, 2+len(reason))
	b = binary.BigEndian.AppendUint16(b, uint16(code)) //nolint:gosec // at most 4999
	return append(b, reason...)
}

func appendHeader(b []byte, kind Kind, n int) []byte {
	b = append(b, final|byte(kind))
	switch {
	case n <= maxControl:
		return append(b, byte(n)) //nolint:gosec // just checked
	case n <= 0xffff:
		return binary.BigEndian.AppendUint16(append(b, length16), uint16(n))
	}
	return binary.BigEndian.AppendUint64(append(b, length64), uint64(n))
}

// header is what stands before a frame's payload.
type header struct {
	kind  Kind
	final bool
	size  uint64
	mask  [4]byte
}

// headerSize returns how long the header is that begins with these two bytes,
// of a client's frame.
func headerSize(second byte) int {
	switch second &^ masked {
	case length16:
		return 2 + 2 + 4
	case length64:
		return 2 + 8 + 4
	}
	return 2 + 4
}

// checkStart checks the first two bytes of a client's frame.
func checkStart(b []byte) error {
	kind := Kind(b[0] & 0x0f)
	switch control := kind >= Close; {
	case b[0]&reserved != 0:
		return &ViolationError{ProtocolError, "a reserved bit is set"}
	case b[1]&masked == 0:
		return &ViolationError{ProtocolError, "a client's frame is not masked"}
	case kind > Pong || (kind > binaryData && kind < Close):
		return &ViolationError{ProtocolError, "a frame of an unknown kind"}
	case control && (b[0]&final == 0 || b[1]&^masked > maxControl):
		return &ViolationError{ProtocolError, "a control frame is long or in parts"}
	}
	return nil
}

// parseHeader reads the whole header of a client's frame.
func parseHeader(b []byte) header {
	h := header{kind: Kind(b[0] & 0x0f), final: b[0]&final != 0, size: uint64(b[1] &^ masked)}
	switch h.size {
	case length16:
		h.size = uint64(binary.BigEndian.Uint16(b[2:]))
	case length64:
		h.size = binary.BigEndian.Uint64(b[2:])
	}
	copy(h.mask[:], b[len(b)-4:])
	return h
}

// unmask takes the client's mask off a payload.
func unmask(b []byte, mask [4]byte) {
	four := binary.LittleEndian.Uint32(mask[:])
	eight := uint64(four)<<32 | uint64(four)
	for ; len(b) >= 8; b = b[8:] {
		binary.LittleEndian.PutUint64(b, binary.LittleEndian.Uint64(b)^eight)
	}
	for i := range b {
		b[i] ^= mask[i%4]
	}
}
