package openai

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Bounds of an event stream, in bytes.
const (
	maxLine   = 256 << 10
	maxStream = 8 << 20
)

// What can be wrong with an event stream.
var (
	errLine    = fmt.Errorf("a line of the stream is longer than %d bytes", maxLine)
	errStream  = fmt.Errorf("the stream is longer than %d bytes", maxStream)
	errForeign = errors.New("not an event stream")
)

// lines is the body of an event stream of which only the data lines are left:
// comments, event names and blank lines, which servers send to keep a
// connection open, would count as trouble in the library. Lines are bounded,
// and so is their sum. A line of data that lacks its newline at the end of the
// stream gets one.
type lines struct {
	body  io.ReadCloser
	ended func()
	in    *bufio.Reader
	line  []byte // what is left of the current line
	total int
	done  bool // the server marked the end
	err   error
}

func newLines(body io.ReadCloser, ended func()) *lines {
	return &lines{body: body, ended: ended, in: bufio.NewReader(body)}
}

// Read gives the next bytes of data lines.
func (l *lines) Read(p []byte) (int, error) {
	for len(l.line) == 0 {
		if l.err != nil {
			return 0, l.err
		}
		l.next()
	}
	n := copy(p, l.line)
	l.line = l.line[n:]
	return n, nil
}

// Close closes the connection, unless the stream was read to its end: then it
// can be used again.
func (l *lines) Close() error { return l.body.Close() }

// next reads a line and keeps it when it is data.
func (l *lines) next() {
	var line []byte
	for {
		piece, err := l.in.ReadSlice('\n')
		line = append(line, piece...)
		l.total += len(piece)
		if len(line) > maxLine {
			err = errLine
		} else if l.total > maxStream {
			err = errStream
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		switch {
		case err == nil || errors.Is(err, io.EOF), isAny(err, errLine, errStream):
			l.err = err
		default:
			l.err = fmt.Errorf("%w: %w", errCut, err)
		}
		break
	}
	if (l.err == nil || errors.Is(l.err, io.EOF)) && !l.done {
		l.keep(bytes.TrimSpace(line))
	}
}

// keep decides about one whole line.
func (l *lines) keep(line []byte) {
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimSpace(value)
	switch {
	case len(line) == 0 || len(name) == 0:
	case string(name) == "event" || string(name) == "id" || string(name) == "retry":
	case string(name) == "error" && len(value) > 0: // llama.cpp's older form
		l.line = fmt.Appendf(nil, "data: {\"error\":%s}\n\n", value)
	case string(name) != "data":
		l.err = errForeign
	case string(value) == "[DONE]":
		l.done = true
		l.ended()
	case len(value) > 0:
		l.line = fmt.Appendf(nil, "data: %s\n", value)
	}
}
