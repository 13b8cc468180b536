package host

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"parley/internal/cluster"
	"parley/room"
)

const (
	patience    = time.Second // before the caretaker is asked again, doubled each time
	maxPatience = 30 * time.Second
	wakesAtOnce = 16 // rooms that are opened side by side because they have come to this node
)

// attempt names an attempt of a room's turn.
type attempt struct {
	code, turn string
	n          int
}

// orphaned notes the attempts of this node that a record begins, which nobody
// knows to be in the log: whoever asked for them was told so, and makes none.
func (h *Host) orphaned(rec room.Record) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range rec.Events {
		if e, ok := e.(room.TurnBegan); ok && e.Node == h.Node {
			h.orphans[attempt{rec.Room, e.Turn, e.Attempt}] = struct{}{}
		}
	}
}

// unmade reports whether nobody makes a running attempt.
func (h *Host) unmade(code string, t room.Turn) bool {
	h.mu.Lock()
	_, orphan := h.orphans[attempt{code, t.ID, t.Attempt}]
	delete(h.orphans, attempt{code, t.ID, t.Attempt})
	h.mu.Unlock()
	return orphan || (t.Node != NodeOutside && h.Cluster.Gone(t.Node))
}

// loseUnmade ends the attempts that nobody makes: those of nodes that are no
// more, and those of this node that were not known to have begun. Those of a
// node that lives end by themselves, whoever looks after the room meanwhile.
func (r *runner) loseUnmade() {
	if !r.suspect {
		return
	}
	r.suspect = false
	for _, t := range r.state.OpenTurns() {
		if !t.Running || !r.h.unmade(r.code, t) {
			continue
		}
		c := room.FailAttempt{Turn: t.ID, Attempt: t.Attempt, Outcome: room.CallLost}
		if _, err := r.submit(c, 0); r.broken != nil {
			r.h.Logger.Error("lost attempt cannot be recorded", "room", r.code, "turn", t.ID, "error", err)
			return
		}
	}
}

// callCaretaker asks the node that looks after the room to do so, when what the
// room wants is not done although its time has come. It returns when to look
// again; zero for when something has changed.
func (r *runner) callCaretaker(now time.Time) time.Time {
	at, ok := r.wants(now)
	if !ok || at.After(now) {
		r.called, r.patience = time.Time{}, patience
		return at
	}
	who := r.h.Cluster.Caretaker(r.code)
	if _, awake := r.peers[who]; awake && r.called.IsZero() {
		r.called = now // it has seen what this node has
	}
	if now.Sub(r.called) >= r.patience {
		r.h.Cluster.Call(who, r.code)
		r.called, r.patience = now, min(2*r.patience, maxPatience)
	}
	return r.called.Add(r.patience)
}

// moved notes that nodes have come or gone. It is called by the cluster and
// must not wait.
func (h *Host) moved() {
	h.moves.Add(1)
	select {
	case h.moving <- struct{}{}:
	default:
	}
}

// watchMembers gives the rooms in memory a chance to see who looks after them
// now, and opens those that have come to this node.
func (h *Host) watchMembers() {
	var before []string
	for {
		select {
		case <-h.stop:
			return
		case <-h.moving:
		}
		h.mu.Lock()
		for _, r := range h.rooms {
			r.poke()
		}
		h.mu.Unlock()
		live := h.Cluster.Live()
		if !slices.Equal(before, live) {
			h.Logger.Info("nodes", "live", live)
		}
		h.wakeAll(h.newlyOurs(before, live))
		before = live
	}
}

// newlyOurs returns the rooms out of memory that want attention and have come
// to this node since others were live.
func (h *Host) newlyOurs(before, live []string) []string {
	if !slices.Contains(live, h.Node) {
		return nil
	}
	var out []string
	were, are := cluster.NodesOf(before), cluster.NodesOf(live)
	for _, code := range h.lobby.wanting() {
		if are.Caretaker(code) == h.Node && were.Caretaker(code) != h.Node {
			out = append(out, code)
		}
	}
	return out
}

// wakeAll opens rooms, some side by side, and lets them do what they owe.
func (h *Host) wakeAll(codes []string) {
	next := make(chan string)
	var workers sync.WaitGroup
	for range min(wakesAtOnce, len(codes)) {
		workers.Go(func() {
			for code := range next {
				h.open(code)
			}
		})
	}
	for _, code := range codes {
		select {
		case next <- code:
		case <-h.stop:
		}
	}
	close(next)
	workers.Wait()
}

// open wakes a room and waits until it has looked into its log.
func (h *Host) open(code string) {
	ctx, cancel := context.WithTimeout(context.Background(), openLimit)
	defer cancel()
	err := h.do(ctx, code, "wake", lookInto)
	if err != nil && !errors.Is(err, ErrGoingDown) {
		h.Logger.WarnContext(ctx, "room cannot be woken", "room", code, "error", err)
	}
}

// headChanged takes the head that a record of a room in memory carries. Where
// others append too, heads come in order from the log, and this one may be an
// older one.
func (h *Host) headChanged(head room.Head) {
	if h.Cluster.Single() || !h.lobby.knows(head.Code) {
		h.lobby.put(head)
	}
}

// noticed takes the newest head of a room that some node has changed. A room
// that is this node's and out of memory is looked after from now on.
func (h *Host) noticed(head room.Head) {
	h.lobby.put(head)
	if !wanting(head) || !h.Cluster.Cares(head.Code) {
		return
	}
	h.mu.Lock()
	_, awake := h.rooms[head.Code]
	_, timed := h.wakes[head.Code]
	h.mu.Unlock()
	if !awake && !timed {
		h.wake(head.Code)
	}
}

// Withdraw gives the rooms of this node to the others. What runs here may end.
func (h *Host) Withdraw() {
	h.mu.Lock()
	h.leaving = true
	h.mu.Unlock()
	h.Cluster.Leave()
}
