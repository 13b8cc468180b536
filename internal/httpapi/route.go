package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// submitTime is how long a request waits for its room.
const submitTime = 15 * time.Second

// route describes one operation, for serving it and for the document.
type route struct {
	method, path string
	id, tag      string
	summary      string
	about        string
	need         need
	lasting      bool // a seat once known is known: the command's rules look again
	query        []param
	optionalBody bool           // no body is as good as {}
	status       int            // of success
	also         map[int]string // other successes
	answer       any            // of success: a value of its type, nil for none
	content      []string       // media types of an answer that is not JSON
	refusals     []int          // beside those that follow from the rest
}

// call is one request to an operation, with what was found out about it.
type call struct {
	w     http.ResponseWriter
	r     *http.Request
	code  string
	who   caller
	room  facts
	query query
}

func (c *call) ctx() context.Context { return c.r.Context() }

// answer is what a handler sends; with status 0 it has sent it itself.
type answer struct {
	status int
	body   any
}

func sent() (answer, error)             { return answer{}, nil }
func ok(body any) (answer, error)       { return answer{http.StatusOK, body}, nil }
func created(body any) (answer, error)  { return answer{http.StatusCreated, body}, nil }
func noContent() (answer, error)        { return answer{status: http.StatusNoContent}, nil }
func refused(err error) (answer, error) { return answer{}, err }
func again(repeat bool, first int) int {
	return map[bool]int{true: http.StatusOK, false: first}[repeat]
}
func (rt route) takesBody() bool         { return rt.method == http.MethodPost }
func (rt route) inRoom() bool            { return strings.Contains(rt.path, "{code}") }
func pattern(method, path string) string { return method + " " + path }

// nothing is the body of operations that want none.
type nothing struct{}

// prepared is a body type that knows what its fields are when they are not given.
type prepared interface{ prepare() }

// add serves an operation. T is the type of its body.
func add[T any](s *Server, rt route, h func(*call, T) (answer, error)) {
	schema := s.schemas.Schema(reflect.TypeFor[T](), true, rt.id+"Request")
	wanted := reflect.TypeFor[T]() != reflect.TypeFor[nothing]()
	s.document(rt, schema, wanted)
	s.on(pattern(rt.method, rt.path), func(w http.ResponseWriter, r *http.Request) {
		c := &call{w: w, r: r}
		if strings.HasPrefix(rt.path, "/v1/") {
			w.Header().Set("Cache-Control", "no-store")
		}
		err := s.open(c, rt) //nolint:contextcheck // Host.Seen is a hint, which outlives its request
		var body T
		if err == nil && rt.takesBody() {
			err = s.body(c, schema, wanted && !rt.optionalBody, &body)
		}
		var a answer
		if err == nil {
			a, err = h(c, body)
		}
		switch {
		case err != nil:
			s.fail(w, r, err)
		case a.status == http.StatusNoContent:
			w.WriteHeader(a.status)
		case a.status != 0:
			writeJSON(w, "application/json", a.status, a.body)
		}
	})
}

// open finds out what a request is about and whether it is allowed.
func (s *Server) open(c *call, rt route) error {
	var err error
	if c.query, err = readQuery(c.r, rt.query); err != nil {
		return err
	}
	if !rt.inRoom() {
		return s.checkStray(c.r, rt)
	}
	code, possible := roomCode(c.r.PathValue("code"))
	if !possible {
		if _, _, err := bearer(c.r); err != nil {
			return err
		}
		return problem(http.StatusNotFound, "There is no such room.")
	}
	c.code = code
	if rt.lasting {
		var known bool
		if c.who, known = s.known(c.r, code); known {
			return nil
		}
	}
	if c.who, c.room, err = s.identify(c.r, code, rt.need); err != nil {
		return err
	}
	if c.who.person() {
		s.seats.put(code, c.who)
		s.seen(c)
	}
	return nil
}

// seen tells the room that a person is there.
func (s *Server) seen(c *call) {
	s.Host.Seen(c.code, c.who.player)
}

// checkStray refuses a token that is not known, where none is needed.
func (s *Server) checkStray(r *http.Request, rt route) error {
	if !strings.HasPrefix(rt.path, "/v1/") {
		return nil
	}
	token, code, err := bearer(r)
	if err != nil || token == "" {
		return err
	}
	err = s.foreign(r.Context(), code, token)
	if p, _ := problemOf(err); p.Status == http.StatusForbidden {
		return nil
	}
	return err
}

func (s *Server) body(c *call, schema *huma.Schema, wanted bool, into any) error {
	b, err := readBody(c.w, c.r)
	if err != nil {
		return err
	}
	if b == nil {
		if wanted {
			return problem(http.StatusBadRequest, "The request has no body; it takes a JSON object.")
		}
		b = []byte("{}")
	}
	if p, ok := into.(prepared); ok {
		p.prepare()
	}
	return decode(s.schemas, schema, b, into)
}

// brief limits how long a command waits for its room.
func brief(c *call) (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.ctx(), submitTime)
}
