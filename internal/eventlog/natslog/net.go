package natslog

import "github.com/nats-io/nats.go"

// Net carries words between the processes that share a log, over the log's own
// connection. They are not stored: what is published while a connection is
// interrupted may be lost.
type Net struct {
	conn   *nats.Conn
	prefix string
}

// Net returns the way to the other processes. It ends with the log.
func (l *Log) Net() *Net { return &Net{l.conn, l.options.Prefix + ".word."} }

// Publish sends data to all who listen to the subject now, this process among
// them.
func (n *Net) Publish(subject string, data []byte) error {
	if !n.conn.IsConnected() {
		return nats.ErrConnectionReconnecting // it would be sent when it is no longer true
	}
	return n.conn.Publish(n.prefix+subject, data)
}

// Listen calls hear with what is published until stop is called.
func (n *Net) Listen(subject string, hear func(data []byte)) (stop func(), err error) {
	s, err := n.conn.Subscribe(n.prefix+subject, func(m *nats.Msg) { hear(m.Data) })
	if err != nil {
		return nil, err
	}
	return func() { _ = s.Unsubscribe() }, nil // fails only when the connection has ended
}
