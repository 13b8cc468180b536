package sqlitelog

import (
	"fmt"
	"hash/crc32"
	"strconv"

	"parley/internal/eventlog"
	"parley/room"
)

const timeFormat = "2006-01-02T15:04:05.000Z07:00"

// recordRow is a row of records.
type recordRow struct {
	room, id, at, node, cause string

	ord  uint64
	body []byte
	sum  uint32
}

func newRecordRow(after eventlog.Seq, rec room.Record) (recordRow, error) {
	body, err := eventlog.Encode(after, rec)
	if err != nil {
		return recordRow{}, err
	}
	if rec.Ordinal != uint64(after)+1 {
		return recordRow{}, fmt.Errorf("record %d of room %s after record %d: %w",
			rec.Ordinal, rec.Room, after, eventlog.ErrInvalid)
	}
	r := recordRow{
		room: rec.Room, ord: rec.Ordinal, id: rec.ID, at: rec.At.UTC().Format(timeFormat),
		node: rec.Node, cause: rec.Cause, body: body,
	}
	r.sum = r.checksum()
	return r, nil
}

func (r recordRow) checksum() uint32 {
	return checksum(r.body, r.room, strconv.FormatUint(r.ord, 10), r.id, r.at, r.node, r.cause)
}

// record returns what the row holds, or a *eventlog.DamageError.
func (r recordRow) record() (room.Record, error) {
	if r.sum != r.checksum() {
		return room.Record{}, &eventlog.DamageError{Room: r.room, Ordinal: r.ord, Reason: "wrong checksum"}
	}
	return eventlog.Decode(r.body, r.room, r.ord)
}

// headRow is a row of heads.
type headRow struct {
	room, createdAt string

	body []byte
	sum  uint32
}

func newHeadRow(head room.Head) (headRow, error) {
	body, err := head.AppendJSON(nil)
	if err != nil {
		return headRow{}, fmt.Errorf("encode head of room %s: %w: %w", head.Code, eventlog.ErrInvalid, err)
	}
	r := headRow{room: head.Code, createdAt: head.CreatedAt.UTC().Format(timeFormat), body: body}
	r.sum = r.checksum()
	return r, nil
}

func (r headRow) checksum() uint32 {
	return checksum(r.body, r.room, r.createdAt)
}

// head returns what the row holds, or a *eventlog.DamageError.
func (r headRow) head() (room.Head, error) {
	if r.sum != r.checksum() {
		return room.Head{}, &eventlog.DamageError{Room: r.room, Reason: "wrong checksum"}
	}
	head, err := room.DecodeHead(r.body)
	if err != nil {
		return room.Head{}, &eventlog.DamageError{Room: r.room, Reason: err.Error()}
	}
	return head, nil
}

// checksum is the CRC-32C of all columns, the body last, each ended by a zero
// byte.
func checksum(body []byte, columns ...string) uint32 {
	const usual = 128
	text := make([]byte, 0, usual)
	for _, c := range columns {
		text = append(append(text, c...), 0)
	}
	table := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Update(crc32.Checksum(text, table), table, body)
	return crc32.Update(sum, table, text[len(text)-1:]) // a zero byte
}
