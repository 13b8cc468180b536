package httpcall

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Lines reads an event stream line by line. Lines are bounded, and so is their
// sum.
type Lines struct {
	in    *bufio.Reader
	total int
}

// NewLines reads a body, which stays the caller's to close.
func NewLines(body io.Reader) *Lines { return &Lines{in: bufio.NewReader(body)} }

// Next gives the next line, trimmed, and what its field is called; both may be
// empty. Comments have no field. With io.EOF the line is the last one.
func (l *Lines) Next() (field string, value []byte, err error) {
	var line []byte
	for {
		piece, err := l.in.ReadSlice('\n')
		line = append(line, piece...)
		l.total += len(piece)
		switch {
		case len(line) > maxLine:
			return "", nil, errLine
		case l.total > MaxStream:
			return "", nil, errStream
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return "", nil, fmt.Errorf("%w: %w", ErrCut, err)
		}
		name, value, _ := bytes.Cut(bytes.TrimSpace(line), []byte(":"))
		return string(name), bytes.TrimSpace(value), err
	}
}
