package httpapi

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// frameName is the frame's name among the document's schemas.
const frameName = "FrameIn"

// maxFrame is the most bytes of a frame from a client.
const maxFrame = 16 << 10

// frameIn is a frame from a client.
type frameIn struct {
	Type     string `json:"type" enum:"message,vote,typing"`
	Text     string `json:"text,omitempty"`
	Suspect  string `json:"suspect,omitempty"`
	ClientID string `json:"client_id,omitempty" minLength:"1" maxLength:"64"`
}

// ackFrame answers a message or a vote that the log has acknowledged.
type ackFrame struct {
	Type     string  `json:"type"`
	ClientID *string `json:"client_id"`
	Status   int     `json:"status"`
	Seq      uint64  `json:"seq"`
}

// errorFrame answers one that was refused.
type errorFrame struct {
	Type       string       `json:"type"`
	ClientID   *string      `json:"client_id"`
	Status     int          `json:"status"`
	Title      string       `json:"title"`
	Detail     string       `json:"detail"`
	Errors     []FieldError `json:"errors,omitempty"`
	RetryAfter string       `json:"retry_after,omitempty"` // seconds
}

// frameSchema is what frames of clients are held to.
func (s *Server) frameSchema() *huma.Schema {
	return s.schemas.Schema(reflect.TypeFor[frameIn](), true, frameName)
}

// decodeFrame reads a client's frame. With an error, the client id is still
// returned if there is one to be found.
func decodeFrame(reg huma.Registry, schema *huma.Schema, b []byte) (frameIn, error) {
	if f, plain := plainFrame(b); plain {
		return f, nil
	}
	return decodeAny(reg, schema, b)
}

// decodeAny holds a frame to its schema, whatever it is.
func decodeAny(reg huma.Registry, schema *huma.Schema, b []byte) (frameIn, error) {
	var f frameIn
	v, err := parse(b)
	if err != nil {
		if p, _ := problemOf(err); p.Status == http.StatusBadRequest {
			p.Detail = "The frame is not one JSON value."
		}
		return f, err
	}
	if m, is := v.(map[string]any); is {
		if id, is := m["client_id"].(string); is && len(id) <= 64 { //nolint:mnd // as in the contract
			f.ClientID = id
		}
	}
	id := f.ClientID
	if err := decode(reg, schema, b, &f); err != nil {
		return frameIn{ClientID: id}, inFrame(err)
	}
	switch {
	case f.Type == "message" && f.Suspect != "":
		err = wrongField("frame.suspect", "is no field of a message")
	case f.Type == "vote" && f.Text != "":
		err = wrongField("frame.text", "is no field of a vote")
	case f.Type == "vote" && f.Suspect == "":
		err = wrongField("frame.suspect", "is required")
	}
	return f, err
}

// inFrame renames the place of what is wrong: a frame has no body.
func inFrame(err error) *Problem {
	p, _ := problemOf(err)
	for i, e := range p.Errors {
		if rest, is := strings.CutPrefix(e.Location, "body"); is {
			p.Errors[i].Location = "frame" + rest
		}
	}
	return p
}

func ack(f frameIn, status int, seq uint64) ackFrame {
	return ackFrame{Type: "ack", ClientID: idOrNull(f), Status: status, Seq: seq}
}

func refusedFrame(f frameIn, p *Problem) errorFrame {
	p = inFrame(p)
	return errorFrame{
		Type: "error", ClientID: idOrNull(f), Status: p.Status, Title: p.Title, Detail: p.Detail,
		Errors: p.Errors, RetryAfter: p.header.Get("Retry-After"),
	}
}

func idOrNull(f frameIn) *string {
	if f.ClientID == "" {
		return nil
	}
	return &f.ClientID
}
