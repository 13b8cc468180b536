// Package client talks to a Parley server: it makes rooms, takes seats, posts
// lines and follows a room, for programs written in Go. It needs nothing but
// the public contract; every call is one request.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Client is a server's address. Its methods may be called by many goroutines.
type Client struct {
	base string
	http *http.Client
}

// New returns a client of the server at base, such as http://127.0.0.1:8080.
// A nil h means http.DefaultClient.
func New(base string, h *http.Client) *Client {
	if h == nil {
		h = http.DefaultClient
	}
	return &Client{base: strings.TrimRight(base, "/"), http: h}
}

// ProblemError is a request that the server refused (RFC 9457).
type ProblemError struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// Error implements error.
func (p *ProblemError) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Title, p.Detail) }

// Status returns the HTTP status of a refusal, 0 for other errors.
func Status(err error) int {
	if p, ok := errors.AsType[*ProblemError](err); ok {
		return p.Status
	}
	return 0
}

// call is one request. in is encoded as JSON unless nil, the answer decoded
// into out unless nil. Refusals are *ProblemError.
func (c *Client) call(ctx context.Context, r request, out any) (status int, err error) {
	var body io.Reader
	if r.in != nil {
		b, err := json.Marshal(r.in)
		if err != nil {
			return 0, fmt.Errorf("encode %s %s: %w", r.method, r.path, err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, c.base+r.path, body)
	if err != nil {
		return 0, err
	}
	if r.in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close() //nolint:errcheck // it has been read
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return res.StatusCode, fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		p := &ProblemError{Title: http.StatusText(res.StatusCode)}
		_ = json.Unmarshal(b, p) // an answer that is no problem document has its status at least
		p.Status = res.StatusCode
		return res.StatusCode, p
	}
	if out == nil || len(b) == 0 {
		return res.StatusCode, nil
	}
	if err := json.Unmarshal(b, out); err != nil {
		return res.StatusCode, fmt.Errorf("decode the answer to %s %s: %w", r.method, r.path, err)
	}
	return res.StatusCode, nil
}

type request struct {
	method, path, token string
	in                  any
}

// Room is a room and, for who made it, the host's token.
type Room struct {
	client *Client
	Code   string
	Host   *Seat // nil for rooms that somebody else made
}

// Settings are the fields of a new room, named as in the public contract;
// those that are missing get their defaults.
type Settings map[string]any

// Create makes a room.
func (c *Client) Create(ctx context.Context, s Settings) (*Room, error) {
	var made struct {
		Code      string `json:"code"`
		HostToken string `json:"host_token"`
	}
	if s == nil {
		s = Settings{}
	}
	if _, err := c.call(ctx, request{method: http.MethodPost, path: "/v1/rooms", in: s}, &made); err != nil {
		return nil, err
	}
	r := c.Room(made.Code)
	r.Host = &Seat{room: r, Token: made.HostToken}
	return r, nil
}

// Room returns the room with that code, without asking whether it is there.
func (c *Client) Room(code string) *Room { return &Room{client: c, Code: code} }

func (r *Room) path(parts ...string) string {
	var b strings.Builder
	b.WriteString("/v1/rooms/" + r.Code)
	for _, p := range parts {
		b.WriteString("/" + url.PathEscape(p))
	}
	return b.String()
}

// Get decodes what the room's path returns into out, such as the room itself
// for no path, or "turns". The token may be empty.
func (r *Room) Get(ctx context.Context, token string, out any, path ...string) error {
	_, err := r.client.call(ctx, request{method: http.MethodGet, path: r.path(path...), token: token}, out)
	return err
}

// Join takes a seat. The name is for open rooms.
func (r *Room) Join(ctx context.Context, name string) (*Seat, error) {
	in := map[string]string{}
	if name != "" {
		in["name"] = name
	}
	s := &Seat{room: r}
	_, err := r.client.call(ctx, request{method: http.MethodPost, path: r.path("players"), in: in}, s)
	return s, err
}

// Event is a frame of the room's stream: the fields that all have, and the
// whole frame.
type Event struct {
	Seq    uint64 `json:"seq"`
	Type   string `json:"type"`
	Player string `json:"player"`
	Text   string `json:"text"`
	Phase  string `json:"phase"`
	JSON   []byte `json:"-"`
}

// Events returns at most 500 events after a seq, having waited for the first
// up to wait seconds.
func (r *Room) Events(ctx context.Context, token string, after uint64, wait int) ([]Event, error) {
	var page struct {
		Events []json.RawMessage `json:"events"`
	}
	q := "?after=" + strconv.FormatUint(after, 10) + "&wait=" + strconv.Itoa(wait)
	req := request{method: http.MethodGet, path: r.path("events") + q, token: token}
	if _, err := r.client.call(ctx, req, &page); err != nil {
		return nil, err
	}
	out := make([]Event, len(page.Events))
	for i, b := range page.Events {
		if err := json.Unmarshal(b, &out[i]); err != nil {
			return nil, fmt.Errorf("decode an event: %w", err)
		}
		out[i].JSON = b
	}
	return out, nil
}
