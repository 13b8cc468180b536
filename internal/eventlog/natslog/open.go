package natslog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"parley/internal/eventlog"
)

// Options are the choices of Open; the zero value is ready to use.
type Options struct {
	Prefix   string       // of everything the log has in the cluster; "parley" when empty
	Streams  int          // that rooms are spread over when the log is made; 0: 1, or as many as there are
	Replicas int          // of the streams; 0: 3 in a cluster, 1 on a server alone
	Existing bool         // fail when there is no log yet
	Name     string       // of the connection, for those who watch the cluster
	Logger   *slog.Logger // nil: nothing is logged
}

const (
	// patience is how long the cluster may take to store something: longer than
	// any disk takes. Nobody knows then what became of it, so it ends there.
	patience = 3 * time.Second
	// What is only read is asked again after a pause, for longer than a cluster
	// takes to elect a leader.
	askPatience, askAgain = 12 * time.Second, time.Second
	// A connection that has lost two pings is given up for another server.
	pingEvery, pingsLost = time.Second, 2
	reconnectEvery       = 250 * time.Millisecond
)

// Log is an eventlog.Log in a JetStream cluster. Use Open.
type Log struct {
	options Options
	logger  *slog.Logger
	conn    *nats.Conn
	js      jetstream.JetStream
	shards  []*shard
	cache   jetstream.KeyValue // what can be made again from the streams
	places  *places
	pulse   *pulse
	packer  *packer
	index   index

	cacheStream jetstream.Stream // below cache

	closed    chan struct{}
	mu        sync.Mutex // guards what Append and Close need to agree on
	closing   bool
	appending sync.WaitGroup
}

// Open connects to one of the servers (their addresses, separated by commas),
// makes what the log needs there, or checks what it finds.
func Open(ctx context.Context, servers string, options Options) (_ *Log, err error) {
	if options.Prefix == "" {
		options.Prefix = "parley"
	}
	if token(options.Prefix) != options.Prefix {
		return nil, fmt.Errorf("prefix %q may only have letters, digits, - and _", options.Prefix)
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	l := &Log{
		options: options, logger: options.Logger,
		places: newPlaces(), pulse: newPulse(), packer: newPacker(), closed: make(chan struct{}),
	}
	l.index.board, l.index.every = eventlog.NewBoard(), checkpointEvery
	if err := l.connect(servers); err != nil {
		return nil, fmt.Errorf("connect to NATS at %s: %w", redacted(servers), err)
	}
	defer func() {
		if err != nil {
			l.conn.Close()
			err = fmt.Errorf("open the log at %s: %w", redacted(servers), err)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, 3*askPatience)
	defer cancel()
	if err := l.prepare(ctx); err != nil {
		return nil, err
	}
	if !options.Existing {
		l.startPacking() //nolint:contextcheck // until Close
	}
	l.logger.InfoContext(ctx, "log opened", slog.String("server", l.conn.ConnectedUrlRedacted()),
		slog.Int("streams", len(l.shards)), slog.Int("replicas", l.options.Replicas))
	return l, nil
}

func (l *Log) connect(servers string) (err error) {
	name := l.options.Name
	if name == "" {
		name = "parley"
	}
	l.conn, err = nats.Connect(servers,
		nats.Name(name), nats.Timeout(2*time.Second),
		nats.MaxReconnects(-1), nats.ReconnectWait(reconnectEvery), nats.ReconnectJitter(reconnectEvery, reconnectEvery),
		nats.PingInterval(pingEvery), nats.MaxPingsOutstanding(pingsLost),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				l.logger.Warn("connection to NATS lost", slog.Any("error", err))
			}
		}),
		nats.ReconnectHandler(func(c *nats.Conn) {
			l.logger.Info("connected to NATS again", slog.String("server", c.ConnectedUrlRedacted()))
			l.pulse.beat() // what was published meanwhile has been missed
		}),
		nats.ErrorHandler(func(_ *nats.Conn, s *nats.Subscription, err error) {
			subject := ""
			if s != nil {
				subject = s.Subject
			}
			l.logger.Warn("NATS reports an error", slog.String("subject", subject), slog.Any("error", err))
			l.pulse.beat()
		}),
	)
	if err != nil {
		return err
	}
	l.js, err = jetstream.New(l.conn, jetstream.WithDefaultTimeout(patience))
	return err
}

// begin counts an append in, so that Close waits for it.
func (l *Log) begin() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing {
		return eventlog.ErrClosed
	}
	l.appending.Add(1)
	return nil
}

// Close implements eventlog.Log.
func (l *Log) Close() error {
	l.mu.Lock()
	if l.closing {
		l.mu.Unlock()
		return nil
	}
	l.closing = true
	l.mu.Unlock()
	l.appending.Wait()
	l.stopPacking()
	close(l.closed)
	l.index.stop()
	l.conn.Close() // ends whoever still waits for an answer
	return nil
}

// explain puts first why a request failed when that is not the cluster's doing.
func (l *Log) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	select {
	case <-l.closed:
		return eventlog.ErrClosed
	default:
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, context.DeadlineExceeded) { // that of one request
		return fmt.Errorf("no answer from the cluster: %w", nats.ErrTimeout)
	}
	return err
}
