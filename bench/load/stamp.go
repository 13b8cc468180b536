//go:build linux

package load

// A line's text is a stamp, padded: a tilde, then when it was sent in
// nanoseconds, by whom and which of that person's lines it is, all in
// hexadecimal. It stands in every server's JSON as it is, so that reading a
// frame is looking for a tilde.
const (
	stampMark   = '~'
	stampAt     = 16
	stampSender = 6
	stampNumber = 8
	stampLen    = 1 + stampAt + stampSender + stampNumber
)

type stamp struct {
	at     int64
	sender uint32
	number uint32
}

// put writes the stamp over the first bytes of b.
func (s stamp) put(b []byte) {
	b[0] = stampMark
	putHex(b[1:1+stampAt], uint64(s.at)) //nolint:gosec // time goes forward
	putHex(b[1+stampAt:1+stampAt+stampSender], uint64(s.sender))
	putHex(b[1+stampAt+stampSender:stampLen], uint64(s.number))
}

// readStamp reads what stands after the tilde.
func readStamp(b []byte) stamp {
	return stamp{
		at:     int64(hex(b[:stampAt])),                          //nolint:gosec // as put wrote it
		sender: uint32(hex(b[stampAt : stampAt+stampSender])),    //nolint:gosec // as put wrote it
		number: uint32(hex(b[stampAt+stampSender : stampLen-1])), //nolint:gosec // as put wrote it
	}
}

func putHex(b []byte, v uint64) {
	const digits = "0123456789abcdef"
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = digits[v&15]
		v >>= 4
	}
}

func hex(b []byte) uint64 {
	var v uint64
	for _, c := range b {
		d := uint64(c - '0')
		if c >= 'a' {
			d = uint64(c-'a') + 10
		}
		v = v<<4 | d
	}
	return v
}
