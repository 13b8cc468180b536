package natslog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/natslog"
	"parley/internal/eventlog/natslog/natstest"
	"parley/room"
)

// TestServersThatDoNotFit wants a message that says what to change.
func TestServersThatDoNotFit(t *testing.T) {
	fits := natstest.Start(t, 1)
	open(t, fits.URL(), natslog.Options{Prefix: "two", Streams: 2})
	edited := openBackdoor(t, fits, "edited")
	open(t, fits.URL(), natslog.Options{Prefix: "edited"})
	s, err := edited.js.Stream(t.Context(), "edited-0")
	if err != nil {
		t.Fatal(err)
	}
	config := s.CachedInfo().Config
	config.MaxAge = time.Hour
	if _, err := edited.js.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		url     string
		options natslog.Options
		want    []string
	}{
		"nobody there":        {"nats://someone:secret@127.0.0.1:1", natslog.Options{}, []string{"connect to NATS at nats://someone:xxxxx@127.0.0.1:1"}},
		"no JetStream":        {natstest.StartWith(t, 1, "").URL(), natslog.Options{}, []string{"no JetStream", "jetstream {}"}},
		"small messages":      {natstest.StartWith(t, 1, "max_payload: 65536\njetstream {}").URL(), natslog.Options{}, []string{"65536", "max_payload"}},
		"too few servers":     {fits.URL(), natslog.Options{Prefix: "three", Replicas: 3}, []string{"3 replicas need as many servers"}},
		"other replicas":      {fits.URL(), natslog.Options{Prefix: "edited", Replicas: 3}, []string{"num_replicas is 1 and must be 3"}},
		"records that go":     {fits.URL(), natslog.Options{Prefix: "edited"}, []string{"max_age is 1h0m0s and must be 0s", "nats stream edit"}},
		"another number":      {fits.URL(), natslog.Options{Prefix: "two", Streams: 3}, []string{"over 2 streams, which cannot become 3"}},
		"no log to be read":   {fits.URL(), natslog.Options{Prefix: "none", Existing: true}, []string{"there is no log"}},
		"not a prefix at all": {fits.URL(), natslog.Options{Prefix: "a.b"}, []string{"prefix"}},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := natslog.Open(t.Context(), test.url, test.options)
			if err == nil {
				l.Close()
				t.Fatal("opened")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v; want %q in it", err, want)
				}
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%v tells the password", err)
			}
		})
	}
}

// TestTooLarge has a record that the servers do not take.
func TestTooLarge(t *testing.T) {
	l := open(t, natstest.StartWith(t, 1, "jetstream {}").URL(), natslog.Options{})
	fill(t, l, "ABCDEF", 1)
	rec := eventlogtest.Record("ABCDEF", 2, strings.Repeat("x", 2<<20))
	if _, err := l.Append(t.Context(), 1, rec); !errors.Is(err, eventlog.ErrInvalid) {
		t.Errorf("got %.200v; want ErrInvalid", err)
	}
}

// TestCutOff takes the network away: an append has an unknown end, is no
// conflict, and is settled when the network is back; who follows misses nothing.
func TestCutOff(t *testing.T) {
	c := natstest.Start(t, 1)
	proxy := natstest.NewProxy(t, c.Servers[0].Address())
	l, near := open(t, proxy.URL(), natslog.Options{}), open(t, c.URL(), natslog.Options{})
	places := fill(t, l, "ABCDEF", 3)
	seen := make(chan eventlog.Entry, 100)
	ctx, cancel := context.WithCancel(t.Context())
	var following sync.WaitGroup
	following.Go(func() {
		for e, err := range l.Follow(ctx, "ABCDEF", 0) {
			if err == nil {
				seen <- e
			}
		}
	})
	for range places {
		<-seen
	}
	proxy.Cut()
	rec := eventlogtest.Record("ABCDEF", 4, "line 4")
	_, err := l.Append(t.Context(), places[2], rec)
	if err == nil || errors.Is(err, eventlog.ErrConflict) || errors.Is(err, eventlog.ErrInvalid) {
		t.Errorf("append while cut off: %v", err)
	}
	proxy.Mend()
	seq := settle(t, l, places[2], rec)
	if again := settle(t, near, places[2], rec); again != seq {
		t.Errorf("settled at %d and at %d", seq, again)
	}
	fill(t, near, "ABCDEF", 20)
	for ordinal := uint64(4); ordinal <= 24; ordinal++ {
		if e := <-seen; e.Record.Ordinal != ordinal {
			t.Fatalf("followed record %d in place of %d", e.Record.Ordinal, ordinal)
		}
	}
	cancel()
	following.Wait()
}

// settle appends, and tries for as long as nobody knows what became of it.
func settle(t *testing.T, l eventlog.Log, after eventlog.Seq, rec room.Record) eventlog.Seq {
	t.Helper()
	for {
		seq, err := eventlog.AppendSettled(t.Context(), l, after, rec)
		if err == nil {
			return seq
		}
		if errors.Is(err, eventlog.ErrConflict) || t.Context().Err() != nil {
			t.Fatalf("record %d of room %s: %v", rec.Ordinal, rec.Room, err)
		}
	}
}

// TestLeaderLost has eight writers append while the server that leads the
// stream is killed, started again, and paused: what was acknowledged is there,
// once, in order, and nothing else.
func TestLeaderLost(t *testing.T) {
	if testing.Short() {
		t.Skip("three servers and three elections")
	}
	c := natstest.Start(t, 3)
	l := open(t, c.URL(), natslog.Options{})
	const writers = 8
	enough := make(chan struct{})
	places := make([][]eventlog.Seq, writers)
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			var after eventlog.Seq
			for n := uint64(1); ; n++ {
				select {
				case <-enough:
					return
				default:
				}
				after = settle(t, l, after, eventlogtest.Record(fmt.Sprintf("ROOM%d", w), n, fmt.Sprintf("line %d", n)))
				places[w] = append(places[w], after)
			}
		})
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	for _, lose := range []func(s *natstest.Server){
		func(s *natstest.Server) { do(s.Kill()); appended(t, l); do(s.Start()) },
		func(s *natstest.Server) { do(s.Pause()); appended(t, l); do(s.Resume()) },
		func(s *natstest.Server) { do(s.Stop()); appended(t, l); do(s.Start()) },
	} {
		leader, err := c.Leader(t.Context(), "parley-0")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		lose(leader)
		t.Logf("without the leader %s it took %s until something was appended", leader.Name, time.Since(began).Round(time.Millisecond))
		do(c.Await(t.Context()))
	}
	close(enough)
	writing.Wait()
	total := 0
	for w, want := range places {
		var got []eventlog.Seq
		for e, err := range l.Read(t.Context(), fmt.Sprintf("ROOM%d", w), 0) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, e.Seq)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("room %d has %d records at other places than the %d acknowledged", w, len(got), len(want))
		}
		total += len(want)
	}
	t.Logf("%d appends were acknowledged", total)
}

// appended returns when a record could be appended.
func appended(t *testing.T, l eventlog.Log) {
	t.Helper()
	settle(t, l, 0, eventlogtest.Record(fmt.Sprintf("PROBE%d", time.Now().UnixNano()), 1, "x"))
}
