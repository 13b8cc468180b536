//go:build linux

package load

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"parley/bench/rival"
)

func TestStamp(t *testing.T) {
	want := stamp{at: 1234567890123456789, sender: 999, number: 1 << 30}
	b := make([]byte, stampLen)
	want.put(b)
	if got := readStamp(b[1:]); b[0] != stampMark || got != want {
		t.Errorf("%s is %+v, want %+v", b, got, want)
	}
}

func TestAccount(t *testing.T) {
	for _, tt := range []struct {
		numbers                 []uint32
		lost, doubled, reorderd int
	}{
		{[]uint32{1, 2, 3, 4}, 0, 0, 0},
		{[]uint32{1, 2, 4}, 1, 0, 0},
		{[]uint32{1, 2, 3}, 1, 0, 0},
		{[]uint32{1, 2, 2, 3, 4}, 0, 1, 0},
		{[]uint32{1, 3, 2, 4}, 0, 0, 1},
		{[]uint32{4, 1, 1, 2}, 1, 1, 2},
	} {
		sender := &member{index: 0, sent: 4}
		m := &member{index: 1, next: make([]uint32, 2)}
		// What the other one has seen does not matter here.
		sender.next = []uint32{4, 0}
		r := &run{Crowd: &Crowd{members: []*member{sender, m}, rooms: [][]*member{{sender, m}}}}
		for _, n := range tt.numbers {
			r.heard(m, stamp{number: n}, 1)
		}
		if got := r.outstanding(); got != tt.lost || r.Doubled != tt.doubled || r.Reordered != tt.reorderd {
			t.Errorf("%v: lost %d, doubled %d, reordered %d", tt.numbers, got, r.Doubled, r.Reordered)
		}
	}
}

func TestFramesInPieces(t *testing.T) {
	line := stamp{at: 7, sender: 1, number: 2}
	text := make([]byte, stampLen)
	line.put(text)
	long := strings.Repeat("x", 200) + string(text) + strings.Repeat("y", 100)
	stream := append(frame([]byte(long)), frame(text)...)
	for i := 0; i < len(stream); { // as servers send them: without a mask
		at := i + 2
		if stream[i+1]&0x7f == 126 {
			at = i + 4
		}
		stream[i+1] &= 0x7f
		stream = append(stream[:at], stream[at+4:]...)
		_, _, rest := cut(stream[i:])
		i = len(stream) - len(rest)
		if len(rest) == 0 {
			break
		}
	}
	m := &member{}
	found := 0
	for b := stream; len(b) > 0; {
		payload, kind, rest := cut(b)
		if kind != 1 {
			t.Fatalf("a frame of kind %d", kind)
		}
		if err := m.take(payload, kind, func(_ *member, s stamp) {
			found++
			if s != line {
				t.Errorf("read %+v", s)
			}
		}); err != nil {
			t.Fatal(err)
		}
		b = rest
	}
	for i := range stream[:len(stream)-1] {
		if _, _, rest := cut(stream[:i]); rest != nil && i < 300 {
			t.Fatalf("%d bytes are a whole frame", i)
		}
	}
	if found != 2 {
		t.Errorf("%d lines", found)
	}
}

func TestCrowdAtHub(t *testing.T) {
	for _, rate := range []float64{0, 200} {
		server := httptest.NewServer(rival.NewHub())
		address := netip.MustParseAddrPort(strings.TrimPrefix(server.URL, "http://"))
		const rooms, people = 3, 4
		seats := make([]Seat, rooms*people)
		for i := range seats {
			seats[i] = Seat{Room: i % rooms, Path: rival.Path(i%rooms, i), Before: `{"text":"`, After: `"}`}
		}
		c, err := Gather(address, seats, 200)
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Run(Plan{Rate: rate, Measure: 300 * time.Millisecond, Drain: 10 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		if r.Published == 0 || r.Lost+r.Doubled+r.Reordered != 0 || r.Latency.TotalCount() != int64(r.Published*people) {
			t.Errorf("rate %v: %d published, %d heard, %d lost, %d doubled, %d reordered", rate, r.Published, r.Latency.TotalCount(), r.Lost, r.Doubled, r.Reordered)
		}
		c.Close()
		server.Close()
	}
}
