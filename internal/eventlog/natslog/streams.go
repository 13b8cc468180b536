package natslog

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	// minPayload is what the servers must take as one message: NATS's default,
	// many times the largest record that the rules make.
	minPayload = 1 << 20
	// duplicates is how far back the servers look for the ids of messages. There
	// are none; a long window only slows down their restart.
	duplicates = 100 * time.Millisecond
	// streamsKey is where a stream says how many share the rooms.
	streamsKey = "parley-streams"
)

// shard is one of the streams that rooms are spread over.
type shard struct {
	stream jetstream.Stream
	name   string // of the stream
	rooms  string // what the subjects of its rooms begin with
	gone   string // what the subjects begin with that say a room was removed
}

func (l *Log) newShard(i int) *shard {
	p := l.options.Prefix
	return &shard{
		name:  fmt.Sprintf("%s-%d", p, i),
		rooms: fmt.Sprintf("%s.%d.room.", p, i),
		gone:  fmt.Sprintf("%s.%d.gone.", p, i),
	}
}

// live returns the subject on which a room's records are told as they land.
func (l *Log) live(code string) string { return l.options.Prefix + ".live." + token(code) }

// shard returns the stream that a room is in.
func (l *Log) shard(code string) *shard {
	h := fnv.New32a()
	_, _ = h.Write([]byte(code))
	return l.shards[h.Sum32()%uint32(len(l.shards))] //nolint:gosec // few
}

func (s *shard) subject(code string) string { return s.rooms + token(code) }

// token writes a room's code as one token of a subject. Codes that players see
// stay as they are.
func token(code string) string {
	var b strings.Builder
	for i := range len(code) {
		c := code[i]
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '_' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "=%02X", c)
		}
	}
	return b.String()
}

// untoken returns the code that token has written.
func untoken(t string) (string, error) {
	return url.PathUnescape(strings.ReplaceAll(t, "=", "%"))
}

// prepare makes the streams and the bucket, or checks those that are there.
func (l *Log) prepare(ctx context.Context) error {
	if _, err := l.js.AccountInfo(ctx); err != nil {
		if errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) {
			return fmt.Errorf("the server has no JetStream: start it with `jetstream {}` in its configuration: %w", err)
		}
		return fmt.Errorf("ask for JetStream: %w", err)
	}
	if got := l.conn.MaxPayload(); got < minPayload {
		return fmt.Errorf("the servers take messages of %d bytes only: set max_payload to %d or more", got, minPayload)
	}
	if l.options.Replicas == 0 {
		l.options.Replicas = 1
		if l.conn.ConnectedClusterName() != "" {
			l.options.Replicas = 3
		}
	}
	n, err := l.countStreams(ctx)
	if err != nil {
		return err
	}
	for i := range n {
		s := l.newShard(i)
		if err := l.ensure(ctx, s, n); err != nil {
			return fmt.Errorf("stream %s: %w", s.name, err)
		}
		l.shards = append(l.shards, s)
	}
	return l.prepareCache(ctx)
}

// countStreams returns over how many streams the rooms are spread: what the
// first stream says or, when there is none, what was asked for.
func (l *Log) countStreams(ctx context.Context) (int, error) {
	first, err := l.js.Stream(ctx, l.newShard(0).name)
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound) && l.options.Existing:
		return 0, fmt.Errorf("there is no log: %w", err)
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return max(l.options.Streams, 1), nil
	case err != nil:
		return 0, err
	}
	n, err := strconv.Atoi(first.CachedInfo().Config.Metadata[streamsKey])
	if err != nil || n < 1 {
		return 0, fmt.Errorf("stream %s is not one of parley's: it does not say %s", first.CachedInfo().Config.Name, streamsKey)
	}
	if l.options.Streams > 0 && l.options.Streams != n {
		return 0, fmt.Errorf("the rooms are spread over %d streams, which cannot become %d: migrate them to another prefix", n, l.options.Streams)
	}
	return n, nil
}

func (l *Log) streamConfig(s *shard, of int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:        s.name,
		Description: "Rooms of Parley: one subject a room, one message a record.",
		Subjects:    []string{s.rooms + "*", s.gone + "*"},
		Retention:   jetstream.LimitsPolicy, Storage: jetstream.FileStorage, Discard: jetstream.DiscardNew,
		MaxConsumers: -1, MaxMsgs: -1, MaxBytes: -1, MaxMsgsPerSubject: -1, MaxMsgSize: -1,
		Replicas: l.options.Replicas, Duplicates: duplicates,
		AllowDirect: true, AllowMsgTTL: true,
		RePublish: &jetstream.RePublish{Source: s.rooms + "*", Destination: l.options.Prefix + ".live.{{wildcard(1)}}"},
		Metadata:  map[string]string{streamsKey: strconv.Itoa(of)},
	}
}

func (l *Log) ensure(ctx context.Context, s *shard, of int) (err error) {
	want := l.streamConfig(s, of)
	if s.stream, err = l.js.Stream(ctx, s.name); errors.Is(err, jetstream.ErrStreamNotFound) {
		s.stream, err = l.js.CreateStream(ctx, want)
	}
	if err != nil {
		return l.advise(err)
	}
	return compare(want, s.stream.CachedInfo().Config)
}

// advise says what to do about a stream that cannot be made.
func (l *Log) advise(err error) error {
	const noPeers, noReplicas = 10005, 10074
	var api *jetstream.APIError
	if errors.As(err, &api) && (api.ErrorCode == noPeers || api.ErrorCode == noReplicas) {
		return fmt.Errorf("%d replicas need as many servers with JetStream in one cluster, all of them up: %w", l.options.Replicas, err)
	}
	return err
}

// compare returns an error that names every setting in which a stream that is
// there differs from what the log relies on.
func compare(want, got jetstream.StreamConfig) error {
	var found []string
	check := func(name string, want, got any) {
		if fmt.Sprint(want) != fmt.Sprint(got) {
			found = append(found, fmt.Sprintf("%s is %v and must be %v", name, got, want))
		}
	}
	check("num_replicas", want.Replicas, got.Replicas)
	check("subjects", want.Subjects, got.Subjects)
	check("retention", want.Retention, got.Retention)
	check("storage", want.Storage, got.Storage)
	check("discard", want.Discard, got.Discard)
	check("max_age", want.MaxAge, got.MaxAge)
	check("max_msgs", want.MaxMsgs, got.MaxMsgs)
	check("max_msgs_per_subject", want.MaxMsgsPerSubject, got.MaxMsgsPerSubject)
	check("no_ack", want.NoAck, got.NoAck)
	check("sealed", want.Sealed, got.Sealed)
	check("allow_direct", want.AllowDirect, got.AllowDirect)
	check("allow_msg_ttl", want.AllowMsgTTL, got.AllowMsgTTL)
	check("deny_purge", want.DenyPurge, got.DenyPurge)
	check("mirror", want.Mirror != nil, got.Mirror != nil)
	check("persist_mode", want.PersistMode, got.PersistMode)
	check(streamsKey, want.Metadata[streamsKey], got.Metadata[streamsKey])
	if got.RePublish == nil || *got.RePublish != *want.RePublish {
		found = append(found, fmt.Sprintf("republish is %+v and must be %+v", got.RePublish, *want.RePublish))
	}
	if got.Duplicates > time.Second {
		check("duplicate_window", want.Duplicates, got.Duplicates)
	}
	if len(found) == 0 {
		return nil
	}
	return fmt.Errorf("its settings do not fit: %s (change them with `nats stream edit`)", strings.Join(found, "; "))
}

// prepareCache makes the bucket of what can be made again from the streams.
func (l *Log) prepareCache(ctx context.Context) error {
	bucket := l.options.Prefix + "-cache"
	kv, err := l.js.KeyValue(ctx, bucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = l.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: bucket, Description: "What Parley can make again from its streams.",
			History: 1, Storage: jetstream.FileStorage, Replicas: l.options.Replicas,
		})
	}
	if err != nil {
		return fmt.Errorf("bucket %s: %w", bucket, l.advise(err))
	}
	l.cache = kv
	if l.cacheStream, err = l.js.Stream(ctx, "KV_"+bucket); err != nil {
		return fmt.Errorf("bucket %s: %w", bucket, err)
	}
	return nil
}

// redacted returns the addresses without the passwords in them.
func redacted(servers string) string {
	var out []string
	for s := range strings.SplitSeq(servers, ",") {
		if u, err := url.Parse(strings.TrimSpace(s)); err == nil {
			s = u.Redacted()
		}
		out = append(out, s)
	}
	return strings.Join(out, ",")
}
