package host_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/memlog"
	"parley/internal/host"
	"parley/room"
)

// claimer is a crew that takes Ada for work as soon as it may.
type claimer struct {
	mu      sync.Mutex
	node    string
	asked   []string
	offered []string
	told    []beginning
}

// beginning is what came of one.
type beginning struct {
	scene *room.Scene
	err   error
}

func (c *claimer) configure(h *host.Config) {
	c.node = h.Node
	h.Claim, h.Offer = c.claim, c.offer
}

func (c *claimer) claim(_ string, a room.Ready) (room.BeginTurn, func(*room.Scene, error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, a.Agent)
	if a.Agent != "Ada" {
		return room.BeginTurn{}, nil
	}
	begin := room.BeginTurn{Agent: a.Agent, Model: "builtin", Node: c.node, Deadline: time.Now().Add(2 * time.Hour)}
	return begin, func(scene *room.Scene, err error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.told = append(c.told, beginning{scene, err})
	}
}

func (c *claimer) offer(_ string, ready []room.Ready) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range ready {
		c.offered = append(c.offered, a.Agent)
	}
}

// only returns the one beginning that somebody was told of.
func (c *claimer) only(t *testing.T) beginning {
	t.Helper()
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.told) != 1 {
		t.Fatalf("told of %d beginnings, want 1", len(c.told))
	}
	return c.told[0]
}

// claiming is a world behind a valve in which Ada and Bo hear Kim.
func claiming(t *testing.T, o memlog.Options, change ...func(*host.Config)) (*world, *valve, *claimer) {
	t.Helper()
	g, c := &valve{}, &claimer{}
	w := newWorld(t, o, append([]func(*host.Config){c.configure, func(h *host.Config) { g.Log, h.Log = h.Log, g }}, change...)...)
	w.create("ROOMAA", "Ada", "Bo")
	w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
	return w, g, c
}

func TestAnAttemptBeginsWithWhatMakesItsAgentReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, g, c := claiming(t, memlog.Options{})
		open := g.close()
		var wg sync.WaitGroup
		wg.Go(func() { w.submit("ROOMAA", room.Say{Player: "Kim", Text: "hello"}) })
		synctest.Wait()
		if len(c.told) > 0 {
			t.Error("told before it was stored")
		}
		open()
		wg.Wait()
		b := c.only(t)
		if b.err != nil || b.scene == nil || b.scene.Agent != "Ada" || b.scene.Attempt != 1 {
			t.Fatalf("told %+v", b)
		}
		if n := len(b.scene.Lines); n != 1 || b.scene.Lines[0].Text != "hello" || len(b.scene.Covers) != 1 {
			t.Errorf("the scene has %d lines and covers %v", n, b.scene.Covers)
		}
		if len(g.sizes) != 1 || g.sizes[0] != 2 {
			t.Errorf("batches of %v records, want one of 2", g.sizes)
		}
		if len(c.offered) == 0 || c.offered[0] != "Bo" {
			t.Errorf("offered %v, want Bo, who was not taken", c.offered)
		}
	})
}

func TestABeginningThatOthersOvertakeIsDecidedAnew(t *testing.T) {
	for _, test := range []struct {
		name   string
		others []room.Command
		covers int // of the attempt; 0: it is refused
	}{
		{"a line", []room.Command{room.Say{Player: "Kim", Text: "overtakes"}}, 2},
		{"a beginning", []room.Command{
			room.Say{Player: "Kim", Text: "overtakes"},
			room.BeginTurn{Agent: "Ada", Model: "builtin", Node: host.NodeOutside, Deadline: time.Now().AddDate(100, 0, 0)},
		}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, g, c := claiming(t, memlog.Options{})
				other := host.New(host.Config{Log: w.log, Node: "other", Logger: w.Logger})
				defer other.Close(context.Background())
				g.before = func(int) error {
					var errs []error
					for _, c := range test.others {
						_, err := other.Submit(context.Background(), "ROOMAA", c)
						errs = append(errs, err)
					}
					test.others = nil
					return errors.Join(errs...)
				}
				if res := w.submit("ROOMAA", room.Say{Player: "Kim", Text: "hello"}); res.Seq != 6 {
					t.Errorf("the line got %d, want 6", res.Seq)
				}
				b := c.only(t)
				switch refused := (&room.Error{Kind: room.Running}); {
				case test.covers == 0 && (b.scene != nil || !errors.Is(b.err, refused)):
					t.Errorf("told %+v, want a refusal", b)
				case test.covers > 0 && (b.err != nil || len(b.scene.Covers) != test.covers):
					t.Errorf("told %+v, want %d lines covered", b, test.covers)
				}
			})
		})
	}
}

// A beginning that landed, but whose answer got lost, is made by nobody.
func TestABeginningInDoubtIsToldSoAndLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lost, broken atomic.Bool
		w, _, c := claiming(t, memlog.Options{AfterAppend: func(rec room.Record) error {
			if rec.Cause == "begin_turn" && lost.CompareAndSwap(false, true) {
				broken.Store(true)
				return errors.New("the answer was lost")
			}
			return nil
		}}, func(c *host.Config) { c.Log = unreadable{c.Log, &broken} })
		_, err := w.Submit(t.Context(), "ROOMAA", room.Say{Player: "Kim", Text: "hello"})
		if b := c.only(t); err == nil || b.err == nil || b.scene != nil {
			t.Fatalf("the line: %v; told %+v", err, b)
		}
		broken.Store(false)
		w.submit("ROOMAA", room.Say{Player: "Kim", Text: "are you there?"})
		synctest.Wait()
		if n := len(c.told); n != 2 || c.told[1].err != nil || c.told[1].scene.Attempt != 2 {
			t.Errorf("told %+v, want a second attempt", c.told)
		}
	})
}

func TestNobodyIsClaimedForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, c := claiming(t, memlog.Options{})
		w.submit("ROOMAA", room.Say{Player: "Kim", Text: "hello"})
		scene := c.only(t).scene
		answer := room.Answer{Turn: scene.Turn, Attempt: scene.Attempt, Text: "is anybody there?"}
		pass(time.Hour)
		before := len(c.asked)
		w.submit("ROOMAA", answer)
		if synctest.Wait(); len(c.asked) != before {
			t.Errorf("claimed %v after an hour without a person", c.asked[before:])
		}
	})
}

func TestWhoIsNotClaimed(t *testing.T) {
	for _, test := range []struct {
		name   string
		log    func(eventlog.Log) eventlog.Log
		pacing room.Pacing
		want   int
	}{
		{"an agent that is ready", nil, room.PaceInstant, 1},
		{"whoever reads first", nil, room.PaceHuman, 0},
		{"an agent of a log that takes one record at a time", func(l eventlog.Log) eventlog.Log { return struct{ eventlog.Log }{l} }, room.PaceInstant, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &claimer{}
				w := newWorld(t, memlog.Options{}, c.configure, func(h *host.Config) {
					if test.log != nil {
						h.Log = test.log(h.Log)
					}
				})
				config := room.Config{
					Code: "ROOMAA", Mode: room.Open, Seats: 2, Overlap: room.Coalesce, Pacing: test.pacing, Hops: 3, RepliesPerMinute: 600,
					Calls: 10, CreatedAt: time.Now().UTC(), Agents: []room.AgentSpec{{Name: "Ada", Model: "builtin"}},
				}
				if _, err := w.Create(t.Context(), room.Create{Config: config}); err != nil {
					t.Fatal(err)
				}
				w.submit("ROOMAA", room.Join{Name: "Kim", Token: "k"})
				w.submit("ROOMAA", room.Say{Player: "Kim", Text: "hello"})
				synctest.Wait()
				if len(c.asked) != test.want {
					t.Errorf("claimed %v", c.asked)
				}
			})
		})
	}
}
