package natslog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"parley/internal/eventlog"
)

const (
	bundleVersion = 1
	// bundleRows is how many records a bundle holds when it is full: bundle n
	// has those after ordinal n*bundleRows.
	bundleRows = 256
	// maxBundle is the largest bundle that is kept; what does not fit is read
	// from the stream.
	maxBundle = minPayload / 2
)

// bundle is a room's consecutive records, as far as there were some when it
// was written. Records never change, so neither does what a bundle says.
//
// It is stored as compressed text: a line with the version, the room, the
// first ordinal and the place before it, then a line a record, its place and
// its JSON.
type bundle struct {
	code     string
	previous eventlog.Seq // the place that its first record follows
	records  []message
}

// bundleKey is where the bundle with the record after an ordinal is kept.
func bundleKey(code string, ordinal uint64) string {
	return fmt.Sprintf("bundle.%s.%d", token(code), ordinal/bundleRows)
}

func (b bundle) encode() ([]byte, error) {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, err := fmt.Fprintf(zip, "parley-bundle %d %s %d %d\n", bundleVersion, token(b.code), b.records[0].ordinal, b.previous)
	for _, m := range b.records {
		_, errLine := fmt.Fprintf(zip, "%d %s\n", m.place, m.body)
		err = errors.Join(err, errLine)
	}
	err = errors.Join(err, zip.Close())
	return out.Bytes(), err
}

// decodeBundle reads the bundle that follows an ordinal of the room.
func decodeBundle(data []byte, code string, ordinal uint64) (bundle, error) {
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return bundle{}, err
	}
	text := bufio.NewReader(zip)
	var version int
	var first uint64
	var name string
	b := bundle{code: code}
	if _, err := fmt.Fscanf(text, "parley-bundle %d %s %d %d\n", &version, &name, &first, &b.previous); err != nil {
		return bundle{}, fmt.Errorf("no bundle: %w", err)
	}
	if version != bundleVersion || name != token(code) || first != ordinal+1 {
		return bundle{}, fmt.Errorf("version %d of records after %d of room %s stands in its place", version, first-1, name)
	}
	at := place{seq: b.previous, ordinal: ordinal}
	for {
		line, err := text.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			break
		}
		if err != nil {
			return bundle{}, err
		}
		number, body, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
		seq, err := strconv.ParseUint(string(number), 10, 64)
		if err != nil || eventlog.Seq(seq) <= at.seq {
			return bundle{}, fmt.Errorf("record %d is at place %q after place %d", at.ordinal+1, number, at.seq)
		}
		m := message{place: eventlog.Seq(seq), previous: at.seq, ordinal: at.ordinal + 1, body: body}
		b.records = append(b.records, m)
		at = m.at()
	}
	if len(b.records) == 0 || len(b.records) > bundleRows {
		return bundle{}, fmt.Errorf("it holds %d records", len(b.records))
	}
	return b, nil
}

// bundle returns the bundle after an ordinal and its revision; both are zero
// when there is none that can be used.
func (l *Log) bundle(ctx context.Context, code string, ordinal uint64) (bundle, uint64) {
	key := bundleKey(code, ordinal)
	entry, err := l.cache.Get(ctx, key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return bundle{}, 0
	}
	var b bundle
	if err == nil {
		if b, err = decodeBundle(entry.Value(), code, ordinal); err == nil {
			return b, entry.Revision()
		}
	}
	if ctx.Err() == nil {
		l.logger.WarnContext(ctx, "bundle of records left aside", "room", code, "bundle", strings.TrimPrefix(key, "bundle."), "error", err)
	}
	if entry == nil {
		return bundle{}, 0
	}
	return bundle{}, entry.Revision() // to be written anew
}

// end is the place of the bundle's last record.
func (b bundle) end() place {
	if len(b.records) == 0 {
		return place{}
	}
	return b.records[len(b.records)-1].at()
}
