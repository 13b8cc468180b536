package natslog

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
)

var rewrite = flag.Bool("rewrite", false, "write golden files anew")

// golden compares with a file under testdata, or writes it, and returns what
// the file holds.
func golden(t *testing.T, path, got string) string {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-file +now); -rewrite writes it anew:\n%s", path, diff)
	}
	return string(want)
}

func unzipped(t *testing.T, data []byte) string {
	t.Helper()
	unzip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unzip)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	if _, err := io.WriteString(zip, text); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func wantRecord(t *testing.T, m message, place, ordinal uint64) {
	t.Helper()
	e, err := m.entry("ABCDEF")
	if err != nil || e.Seq != eventlog.Seq(place) {
		t.Fatalf("place %d, %v; want %d", e.Seq, err, place)
	}
	if diff := cmp.Diff(eventlogtest.Record("ABCDEF", ordinal, "x").Events, e.Record.Events); diff != "" {
		t.Errorf("record %d (-want +got):\n%s", ordinal, diff)
	}
}

// TestMessagesOfVersion1 holds messages to what is stored in clusters.
func TestMessagesOfVersion1(t *testing.T) {
	rec := eventlogtest.Record("ABCDEF", 2, "x")
	rec.Head = eventlogtest.Head("ABCDEF", 0, 1)
	m, err := encode("parley.0.room."+token(rec.Room), 7, rec)
	if err != nil {
		t.Fatal(err)
	}
	text := golden(t, "testdata/message_v1.txt", fmt.Sprintf("%s\n%s: %s\n%s: %s\n\n%s\n", m.Subject,
		ordinalHeader, m.Header.Get(ordinalHeader), headHeader, m.Header.Get(headHeader), m.Data))
	top, body, _ := strings.Cut(text, "\n\n")
	header, err := nats.DecodeHeadersMsg([]byte("NATS/1.0\r\nNats-Expected-Last-Subject-Sequence: 7\r\n" +
		strings.ReplaceAll(strings.SplitN(top, "\n", 2)[1], "\n", "\r\n") + "\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := parse(9, header, []byte(body))
	if err != nil || stored.previous != 7 || stored.ordinal != 2 {
		t.Fatalf("%+v, %v", stored, err)
	}
	wantRecord(t, stored, 9, 2)
}

// TestBundlesOfVersion1 holds bundles to what is cached in clusters.
func TestBundlesOfVersion1(t *testing.T) {
	b := bundle{code: "ABCDEF", previous: 300}
	for n := range uint64(3) {
		ordinal := bundleRows + n + 1
		m, err := encode("", 300, eventlogtest.Record("ABCDEF", ordinal, "x"))
		if err != nil {
			t.Fatal(err)
		}
		b.records = append(b.records, message{place: eventlog.Seq(301 + 2*n), ordinal: ordinal, body: m.Data})
	}
	data, err := b.encode()
	if err != nil {
		t.Fatal(err)
	}
	stored := zipped(t, golden(t, "testdata/bundle_v1.txt", unzipped(t, data)))
	old, err := decodeBundle(stored, "ABCDEF", bundleRows)
	if err != nil || len(old.records) != 3 || old.previous != 300 || old.records[1].previous != 301 {
		t.Fatalf("%+v, %v", old, err)
	}
	wantRecord(t, old.records[2], 305, bundleRows+3)
	if _, err := decodeBundle(stored, "ABCDEF", 0); err == nil {
		t.Error("read as another bundle")
	}
}

// TestTokens writes codes as tokens of a subject and back.
func TestTokens(t *testing.T) {
	for code, want := range map[string]string{
		"ABCDEF": "ABCDEF", "a.b": "a=2Eb", "*": "=2A", ">": "=3E", "x y": "x=20y", "=41": "=3D41", "!ready": "=21ready", "ä": "=C3=A4", "%41": "=2541",
	} {
		got := token(code)
		if back, err := untoken(got); got != want || back != code || err != nil {
			t.Errorf("%q is %q and back %q, %v; want %q", code, got, back, err, want)
		}
	}
}
