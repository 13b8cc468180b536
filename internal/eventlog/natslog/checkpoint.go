package natslog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/nats-io/nats.go/jetstream"

	"parley/room"
)

const (
	checkpointVersion = 1
	// checkpointEvery is how many messages of a stream a start reads at most,
	// beside what the stream gets while nobody lists rooms.
	checkpointEvery = 20_000
	// checkpointHeads is how many heads one part of a checkpoint holds.
	checkpointHeads = 2000
)

// checkpoint is the heads of a stream's rooms, up to a message. It is a cache:
// one that cannot be read costs reading the stream from its beginning.
//
// It is stored in parts, in one of two slots, and last comes the note that
// says which slot holds it, so that the one before stays whole until then.
// Every part says of which checkpoint it is.
type checkpoint struct {
	seq   uint64
	slot  int
	parts int
}

func (s *shard) checkpointKey() string { return "heads." + s.name }

func (s *shard) partKey(slot, part int) string {
	return fmt.Sprintf("heads.%s.%d.%d", s.name, slot, part)
}

func (c checkpoint) String() string {
	return fmt.Sprintf("parley-heads %d %d %d %d\n", checkpointVersion, c.seq, c.slot, c.parts)
}

func parseCheckpoint(r io.Reader) (checkpoint, error) {
	var c checkpoint
	var version int
	if _, err := fmt.Fscanf(r, "parley-heads %d %d %d %d\n", &version, &c.seq, &c.slot, &c.parts); err != nil {
		return c, fmt.Errorf("no checkpoint: %w", err)
	}
	if version != checkpointVersion {
		return c, fmt.Errorf("version %d of a checkpoint", version)
	}
	return c, nil
}

// lastCheckpoint returns the newest checkpoint of a stream and the revision of
// its note; both are zero when there is none.
func (l *Log) lastCheckpoint(ctx context.Context, s *shard) (checkpoint, uint64, error) {
	note, err := l.cache.Get(ctx, s.checkpointKey())
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return checkpoint{}, 0, nil
	}
	if err != nil {
		return checkpoint{}, 0, err
	}
	c, err := parseCheckpoint(bytes.NewReader(note.Value()))
	if err != nil { // to be written anew
		l.logger.WarnContext(ctx, "checkpoint left aside", slog.String("stream", s.name), slog.Any("error", err))
		return checkpoint{}, note.Revision(), nil
	}
	return c, note.Revision(), nil
}

// saveHeads stores a checkpoint of what the index has read of a stream, unless
// another node has stored one lately.
func (l *Log) saveHeads(ctx context.Context, x *indexed) error {
	last, revision, err := l.lastCheckpoint(ctx, x.shard)
	if err != nil || last.seq+l.index.every/2 > x.at() {
		return err
	}
	var heads []room.Head
	for _, h := range l.index.board.Heads() {
		if l.shard(h.Code) == x.shard {
			heads = append(heads, h)
		}
	}
	c := checkpoint{seq: x.at(), slot: 1 - last.slot, parts: (len(heads) + checkpointHeads - 1) / checkpointHeads}
	for part := range c.parts {
		data, err := c.encodePart(heads[part*checkpointHeads : min(len(heads), (part+1)*checkpointHeads)])
		if err != nil {
			return err
		}
		if _, err := l.cache.Put(ctx, x.shard.partKey(c.slot, part), data); err != nil {
			return err
		}
	}
	if revision == 0 {
		_, err = l.cache.Create(ctx, x.shard.checkpointKey(), []byte(c.String()))
	} else {
		_, err = l.cache.Update(ctx, x.shard.checkpointKey(), []byte(c.String()), revision)
	}
	return err
}

func (c checkpoint) encodePart(heads []room.Head) ([]byte, error) {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, err := io.WriteString(zip, c.String())
	e := json.NewEncoder(zip)
	for _, h := range heads {
		err = errors.Join(err, e.Encode(h))
	}
	err = errors.Join(err, zip.Close())
	return out.Bytes(), err
}

func (c checkpoint) decodePart(data []byte) ([]room.Head, error) {
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	text := bufio.NewReader(zip)
	if of, err := parseCheckpoint(text); err != nil || of != c {
		return nil, errors.Join(err, fmt.Errorf("it is part of the checkpoint at %d", of.seq))
	}
	var heads []room.Head
	for d := json.NewDecoder(text); ; {
		var h room.Head
		if err := d.Decode(&h); errors.Is(err, io.EOF) {
			return heads, nil
		} else if err != nil {
			return nil, err
		}
		heads = append(heads, h)
	}
}

// loadHeads starts the index of a stream with its last checkpoint.
func (l *Log) loadHeads(ctx context.Context, x *indexed) error {
	c, _, err := l.lastCheckpoint(ctx, x.shard)
	if err != nil || c.seq == 0 {
		return err
	}
	info, err := x.shard.stream.Info(ctx)
	if err != nil {
		return err
	}
	if end := info.State.LastSeq; c.seq > end { // the stream was put back to an older state
		return fmt.Errorf("checkpoint at message %d of a stream that ends with %d", c.seq, end)
	}
	var heads []room.Head
	for part := range c.parts {
		stored, err := l.cache.Get(ctx, x.shard.partKey(c.slot, part))
		if err != nil {
			return fmt.Errorf("part %d of the checkpoint: %w", part, err)
		}
		some, err := c.decodePart(stored.Value())
		if err != nil {
			return fmt.Errorf("part %d of the checkpoint: %w", part, err)
		}
		heads = append(heads, some...)
	}
	for _, h := range heads {
		l.index.board.Put(h)
	}
	x.advance(c.seq)
	return nil
}
