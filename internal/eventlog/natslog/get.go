package natslog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"parley/internal/eventlog"
)

// A page ends with whichever of the two is reached first.
const (
	pageRows  = 256
	pageBytes = 4 << 20
)

// errNone says that there is no such message.
var errNone = errors.New("no such message")

// getRequest is what both ways of reading understand.
type getRequest struct {
	Seq      uint64 `json:"seq,omitempty"`
	Last     string `json:"last_by_subj,omitempty"`
	Next     string `json:"next_by_subj,omitempty"`
	Batch    int    `json:"batch,omitempty"`
	MaxBytes int    `json:"max_bytes,omitempty"`
}

// ask has the leader of the stream find a message. Only a leader knows where a
// room ends; what it knows has been agreed on by most servers. While there is
// none, the question waits.
func (l *Log) ask(ctx context.Context, s *shard, question getRequest) (message, error) {
	q, err := json.Marshal(question)
	if err != nil {
		return message{}, err
	}
	all, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	for {
		m, err := l.askOnce(all, s, q)
		if err == nil || !leaderless(err) || eventlog.Wait(all, leaderlessWait) != nil {
			return m, l.explain(ctx, err)
		}
	}
}

// leaderless reports whether an error is that nobody answered who could.
func leaderless(err error) bool {
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		return api.Code == http.StatusServiceUnavailable
	}
	return errors.Is(err, nats.ErrTimeout) || errors.Is(err, nats.ErrNoResponders)
}

func (l *Log) askOnce(ctx context.Context, s *shard, question []byte) (message, error) {
	one, cancel := context.WithTimeout(ctx, askAgain)
	defer cancel()
	reply, err := l.conn.RequestWithContext(one, "$JS.API.STREAM.MSG.GET."+s.name, question)
	if err != nil {
		return message{}, l.explain(ctx, err)
	}
	return parseAnswer(reply.Data)
}

func parseAnswer(reply []byte) (message, error) {
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Message struct {
			Seq    uint64 `json:"seq"`
			Header []byte `json:"hdrs"`
			Data   []byte `json:"data"`
		} `json:"message"`
	}
	if err := json.Unmarshal(reply, &answer); err != nil {
		return message{}, err
	}
	if answer.Error != nil {
		if answer.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound {
			return message{}, errNone
		}
		return message{}, answer.Error
	}
	header, err := nats.DecodeHeadersMsg(answer.Message.Header)
	if err != nil {
		return message{}, fmt.Errorf("headers of message %d: %w", answer.Message.Seq, err)
	}
	return parse(answer.Message.Seq, header, answer.Message.Data)
}

// last returns the message that the room ends with.
func (l *Log) last(ctx context.Context, code string) (message, error) {
	s := l.shard(code)
	return l.ask(ctx, s, getRequest{Last: s.subject(code)})
}

// next returns the room's first message after a place.
func (l *Log) next(ctx context.Context, code string, after eventlog.Seq) (message, error) {
	s := l.shard(code)
	return l.ask(ctx, s, getRequest{Seq: uint64(after) + 1, Next: s.subject(code)})
}

// page returns messages of the room after a place from any server that has
// the stream. A server that lags behind may know fewer than there are.
func (l *Log) page(ctx context.Context, code string, after eventlog.Seq) (_ []message, err error) {
	defer func() { err = l.explain(ctx, err) }()
	s := l.shard(code)
	q, err := json.Marshal(getRequest{Seq: uint64(after) + 1, Next: s.subject(code), Batch: pageRows, MaxBytes: pageBytes})
	if err != nil {
		return nil, err
	}
	inbox := l.conn.NewInbox()
	answers, err := l.conn.SubscribeSync(inbox)
	if err != nil {
		return nil, err
	}
	defer answers.Unsubscribe() //nolint:errcheck // fails only when the connection has ended
	if err := l.conn.PublishRequest("$JS.API.DIRECT.GET."+s.name, inbox, q); err != nil {
		return nil, err
	}
	one, cancel := context.WithTimeout(ctx, askAgain)
	defer cancel()
	var page []message
	for {
		answer, err := answers.NextMsgWithContext(one)
		if err != nil {
			return nil, err
		}
		switch status := answer.Header.Get("Status"); status {
		case "":
		case "204", "404": // the end of the page; nothing there
			return page, nil
		default:
			return nil, fmt.Errorf("read after message %d: %s %s", after, status, answer.Header.Get("Description"))
		}
		place, err := strconv.ParseUint(answer.Header.Get(jetstream.SequenceHeader), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("a message without its place: %w", err)
		}
		m, err := parse(place, answer.Header, answer.Data)
		if err != nil {
			return nil, err
		}
		page = append(page, m)
	}
}
