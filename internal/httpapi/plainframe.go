package httpapi

import (
	"bytes"
	"unicode/utf8"
)

// plainFrame reads a frame that is as plain as those of most clients: one
// object of known names, each once, with strings that need no unescaping. Of
// everything else it says false, and the schema decides.
func plainFrame(b []byte) (f frameIn, plain bool) {
	if !utf8.Valid(b) {
		return f, false
	}
	p := plainReader{b}
	if !p.skip('{') {
		return f, false
	}
	var known [4]bool
	for more := true; more; more = p.skip(',') {
		name, ok := p.text()
		if !ok || !p.skip(':') {
			return f, false
		}
		value, ok := p.text()
		i, into := f.field(name)
		if !ok || into == nil || known[i] {
			return f, false
		}
		known[i], *into = true, string(value)
	}
	if !p.skip('}') || len(p.rest()) > 0 {
		return f, false
	}
	switch {
	case known[3] && (f.ClientID == "" || len(f.ClientID) > maxClientID):
		return f, false
	case f.Type == "message":
		return f, !known[2]
	case f.Type == "typing":
		return f, !known[1] && !known[2]
	}
	return f, false
}

// maxClientID is how long a client id may be.
const maxClientID = 64

func (f *frameIn) field(name []byte) (int, *string) {
	switch string(name) {
	case "type":
		return 0, &f.Type
	case "text":
		return 1, &f.Text
	case "suspect":
		return 2, &f.Suspect
	case "client_id":
		return 3, &f.ClientID
	}
	return 0, nil
}

type plainReader struct{ b []byte }

// rest returns what is left behind white space.
func (p *plainReader) rest() []byte {
	p.b = bytes.TrimLeft(p.b, " \t\r\n")
	return p.b
}

func (p *plainReader) skip(c byte) bool {
	b := p.rest()
	if len(b) == 0 || b[0] != c {
		return false
	}
	p.b = b[1:]
	return true
}

// text reads a string without escapes.
func (p *plainReader) text() ([]byte, bool) {
	if !p.skip('"') {
		return nil, false
	}
	for i, c := range p.b {
		switch {
		case c == '"':
			s := p.b[:i]
			p.b = p.b[i+1:]
			return s, true
		case c == '\\' || c < ' ':
			return nil, false
		}
	}
	return nil, false
}
