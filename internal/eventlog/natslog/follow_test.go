package natslog

import (
	"strconv"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
)

// TestHints tells a follower that has the record at place 7 of others.
func TestHints(t *testing.T) {
	hint := func(place, previous uint64, code string) *nats.Msg {
		m, err := encode("", 7, eventlogtest.Record(code, 4, "x"))
		if err != nil {
			t.Fatal(err)
		}
		m.Header.Set(jetstream.SequenceHeader, strconv.FormatUint(place, 10))
		m.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(previous, 10))
		return m
	}
	bare := hint(9, 7, "ABCDEF")
	bare.Header.Del(ordinalHeader)
	for name, test := range map[string]struct {
		hint *nats.Msg
		want int
	}{
		"the next":               {hint(9, 7, "ABCDEF"), fits},
		"one missing in between": {hint(12, 9, "ABCDEF"), beyond},
		"the last":               {hint(7, 3, "ABCDEF"), known},
		"an old one":             {hint(3, 1, "ABCDEF"), known},
		"another room's":         {hint(9, 7, "OTHERS"), beyond},
		"no header":              {bare, beyond},
		"nothing at all":         {&nats.Msg{}, beyond},
	} {
		f := follower{l: &Log{places: newPlaces()}, code: "ABCDEF", after: 7}
		e, got := f.take(test.hint)
		if got != test.want || (got == fits) != (e.Seq == 9) || (got == fits) != (f.after == eventlog.Seq(9)) {
			t.Errorf("%s: got %d, record at %d, follower at %d; want %d", name, got, e.Seq, f.after, test.want)
		}
	}
}
