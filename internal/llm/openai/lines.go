package openai

import (
	"fmt"
	"io"

	"parley/internal/llm/httpcall"
)

// lines is the body of an event stream of which only the data lines are left:
// comments, event names and blank lines, which servers send to keep a
// connection open, would count as trouble in the library. A line of data that
// lacks its newline at the end of the stream gets one.
type lines struct {
	body  io.ReadCloser
	ended func()
	in    *httpcall.Lines
	line  []byte // what is left of the current line
	done  bool   // the server marked the end
	err   error
}

func newLines(body io.ReadCloser, ended func()) *lines {
	return &lines{body: body, ended: ended, in: httpcall.NewLines(body)}
}

// Read gives the next bytes of data lines.
func (l *lines) Read(p []byte) (int, error) {
	for len(l.line) == 0 {
		if l.err != nil {
			return 0, l.err
		}
		field, value, err := l.in.Next()
		l.err = err
		if !l.done {
			l.keep(field, value)
		}
	}
	n := copy(p, l.line)
	l.line = l.line[n:]
	return n, nil
}

// Close closes the connection, unless the stream was read to its end: then it
// can be used again.
func (l *lines) Close() error { return l.body.Close() }

// keep decides about one whole line.
func (l *lines) keep(field string, value []byte) {
	switch {
	case field == "" || field == "event" || field == "id" || field == "retry":
	case field == "error" && len(value) > 0: // llama.cpp's older form
		l.line = fmt.Appendf(nil, "data: {\"error\":%s}\n\n", value)
	case field != "data":
		l.err = httpcall.ErrForeign
	case string(value) == "[DONE]":
		l.done = true
		l.ended()
	case len(value) > 0:
		l.line = fmt.Appendf(nil, "data: %s\n", value)
	}
}
