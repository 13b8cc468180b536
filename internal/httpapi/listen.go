package httpapi

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/http"

	"parley/internal/host"
	"parley/internal/ws"
)

// read takes the client's frames, one after the other, until the socket ends.
func (so *socket) read() {
	defer so.gone()
	malformed, pings := 0, 0
	for !so.ended() {
		kind, b, err := so.conn.Next()
		if err == nil {
			pings = 0
		}
		var wrong *ws.ViolationError
		switch {
		case errors.Is(err, ws.ErrIdle) && pings < maxPings:
			pings++
			so.answer(ws.AppendPing)
		case errors.As(err, &wrong):
			so.end(wrong.Code, wrong.Reason)
		case err != nil:
			if so.ended() {
				break
			}
			return
		case kind == ws.Ping:
			so.answer(func(out []byte) []byte { return ws.AppendPong(out, b) })
		case kind == ws.Close:
			so.closed(b)
			return
		case kind == ws.Text:
			if so.take(b) {
				malformed = 0
			} else if malformed++; malformed >= maxMalformed {
				so.end(ws.PolicyViolation, "ten malformed frames in a row")
			}
		}
	}
	so.conn.WaitClose(closeLimit)
}

// ended reports whether nothing more is to be sent.
func (so *socket) ended() bool {
	so.mu.Lock()
	defer so.mu.Unlock()
	return so.ending
}

// closed answers the client's close by the same.
func (so *socket) closed(reason []byte) {
	code := 0
	if len(reason) > 1 {
		code = int(binary.BigEndian.Uint16(reason))
	}
	so.mu.Lock()
	so.left = true
	so.mu.Unlock()
	so.end(code, "")
}

// take does what a message asks for and reports whether it was well formed.
func (so *socket) take(b []byte) bool {
	f, err := decodeFrame(so.s.schemas, so.s.wsSchema, b)
	if err != nil {
		p, _ := problemOf(err)
		so.send(refusedFrame(f, p))
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), submitTime)
	defer cancel()
	so.asked.Store(true)
	so.handle(ctx, f)
	so.asked.Store(false)
	return true
}

// handle does what a frame asks for.
func (so *socket) handle(ctx context.Context, f frameIn) {
	s, who, code := so.s, so.who, so.code
	if err := permit(who, so.room, needSeat); err != nil {
		p, _ := problemOf(err)
		so.send(refusedFrame(f, p)) //nolint:contextcheck // a pump outlives the frame
		return
	}
	var res host.Result
	var err error
	switch f.Type {
	case "message":
		res, err = s.say(ctx, code, who.player, NewMessage{Text: f.Text, ClientID: f.ClientID})
	case "vote":
		res, err = s.castVote(ctx, code, who.player, NewVote{Suspect: f.Suspect})
	default:
		s.Host.Seen(code, who.player) //nolint:contextcheck // a hint, which outlives its request
		if err = s.Host.Typing(ctx, code, who.player); err == nil {
			return
		}
	}
	if err == nil {
		so.send(ack(f, again(res.Again, http.StatusCreated), res.Seq)) //nolint:contextcheck // a pump outlives the frame
		return
	}
	p, expected := problemOf(err)
	if !expected {
		s.Logger.ErrorContext(ctx, "frame failed", "room", code, "type", f.Type, "error", err)
	}
	so.send(refusedFrame(f, p)) //nolint:contextcheck // a pump outlives the frame
}

// send answers the client's frame.
func (so *socket) send(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		return
	}
	so.answer(func(out []byte) []byte { return ws.AppendText(out, b) })
}
