package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"slices"
	"time"

	"parley/internal/host"
	"parley/internal/ws"
)

// batch is what a pump writes from. Pumps share them.
type batch struct {
	frames []host.Frame
	bytes  []byte
}

const (
	maxBatch  = 64 << 10 // after which a batch is written though there is more
	keepBatch = 4 * maxBatch
)

// wake has a pump look for frames.
func (so *socket) wake() {
	so.mu.Lock()
	defer so.mu.Unlock()
	so.rouse()
}

// rouse has a pump look for what there is to write; so.mu is held.
func (so *socket) rouse() {
	if so.running {
		so.again = true
		return
	}
	so.running = true
	go so.pump()
}

// answer queues an answer that add appends to the others. When the client does
// not take them, it waits.
func (so *socket) answer(add func([]byte) []byte) {
	so.mu.Lock()
	defer so.mu.Unlock()
	for len(so.out) >= maxOut && !so.ending {
		if so.drained == nil {
			so.drained = make(chan struct{})
		}
		drained := so.drained
		so.mu.Unlock()
		<-drained
		so.mu.Lock()
	}
	if !so.ending {
		so.out = add(so.out)
		so.rouse()
	}
}

// end queues a close.
func (so *socket) end(code int, reason string) {
	so.mu.Lock()
	defer so.mu.Unlock()
	if !so.ending {
		so.out, so.ending = ws.AppendClose(so.out, code, reason), true
		so.drain()
		so.rouse()
	}
}

// drain lets go who waits for answers to be taken; so.mu is held.
func (so *socket) drain() {
	if so.drained != nil {
		close(so.drained)
		so.drained = nil
	}
}

// pump writes until there is nothing left to write. When the client waits for
// an answer, who has a claim to run goes first: the answer comes with the line
// itself and is written in the same go.
func (so *socket) pump() {
	if so.asked.Load() {
		runtime.Gosched()
	}
	b, _ := so.s.batches.Get().(*batch)
	if b == nil {
		b = &batch{}
	}
	for so.turn(b) {
	}
	clear(b.frames[:cap(b.frames)])
	if cap(b.bytes) <= keepBatch {
		so.s.batches.Put(b)
	}
}

// turn writes what is there, all in one go, and reports whether there may be
// more.
func (so *socket) turn(b *batch) bool {
	so.mu.Lock()
	b.bytes = append(b.bytes[:0], so.out...)
	so.out, so.again = nil, false
	ending := so.ending
	so.drain()
	so.mu.Unlock()
	if ending {
		so.finish(b)
		return false
	}
	var err error
	b.frames, err = so.watcher.Take(context.Background(), b.frames[:0])
	for _, f := range b.frames {
		if len(b.bytes) >= maxBatch && !so.write(b) {
			return false
		}
		b.bytes = ws.AppendText(b.bytes, f.JSON)
	}
	if len(b.bytes) > 0 && !so.write(b) {
		return false
	}
	switch {
	case err != nil:
		so.farewell(err)
	case so.room.locked && so.removed(b.frames):
		so.end(ws.PolicyViolation, "you have left this room")
	case len(b.frames) == 0:
		return !so.rest()
	}
	return true
}

// rest ends the pump unless it has to look again, and reports whether it did.
func (so *socket) rest() bool {
	so.mu.Lock()
	defer so.mu.Unlock()
	so.running = so.again
	return !so.again
}

// write sends the batch. A client that takes too long for it is told so, if it
// takes it at all.
func (so *socket) write(b *batch) bool {
	began := time.Now()
	if err := so.conn.Write(b.bytes); err != nil {
		so.mu.Lock()
		so.ending, so.said = true, true
		so.drain()
		so.mu.Unlock()
		so.conn.Close()
		return false
	}
	b.bytes = b.bytes[:0]
	if time.Since(began) > writeLimit {
		so.farewell(host.ErrSlow)
	}
	return true
}

// finish writes the close, with the answers before it.
func (so *socket) finish(b *batch) {
	_ = so.conn.Write(b.bytes) // the client may be gone
	so.mu.Lock()
	so.said = true
	left := so.left
	so.mu.Unlock()
	if left {
		so.conn.Close()
	} else {
		so.conn.Hasten(closeLimit) // for its own close
	}
}

// farewell queues the close that says why the room's frames end.
func (so *socket) farewell(why error) {
	switch {
	case errors.Is(why, io.EOF):
		so.end(ws.NormalClosure, "the room is closed")
	case errors.Is(why, host.ErrSlow):
		so.end(statusSlow, "too slow: resume by seq")
	case errors.Is(why, host.ErrGoingDown):
		so.end(ws.ServiceRestart, "going down: come back")
	default:
		so.s.Logger.Error("watching failed", "room", so.code, "error", why)
		so.end(ws.InternalError, "come back")
	}
}

// removed reports whether the frames say that the client's player has gone: in
// a room with a password its token may read no more.
func (so *socket) removed(frames []host.Frame) bool {
	return so.who.player != "" && slices.ContainsFunc(frames, func(f host.Frame) bool {
		var left struct{ Player string }
		return f.Type == "left" && json.Unmarshal(f.JSON, &left) == nil && left.Player == so.who.player
	})
}
