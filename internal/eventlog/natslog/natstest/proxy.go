package natstest

import (
	"context"
	"net"
	"sync"
	"testing"
)

// Proxy stands between clients and a server. While it is cut, bytes in both
// directions go nowhere, with no connection closed: what a network that fails
// looks like to both sides.
type Proxy struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

// NewProxy starts a proxy for a server's address; it ends with the test.
func NewProxy(tb testing.TB, target string) *Proxy {
	tb.Helper()
	listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &Proxy{listener: listener, target: target}
	var running sync.WaitGroup
	running.Go(func() { p.accept(&running) })
	tb.Cleanup(func() {
		if err := listener.Close(); err != nil {
			tb.Errorf("close proxy: %v", err)
		}
		p.hangUp()
		running.Wait()
	})
	return p
}

// URL returns the address that clients connect to.
func (p *Proxy) URL() string { return "nats://" + p.listener.Addr().String() }

// Cut lets nothing through any more.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
}

// Mend ends a cut. Connections that lost bytes are closed; new ones work.
func (p *Proxy) Mend() {
	p.mu.Lock()
	p.cut = false
	p.mu.Unlock()
	p.hangUp()
}

func (p *Proxy) hangUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}

func (p *Proxy) accept(running *sync.WaitGroup) {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := new(net.Dialer).DialContext(context.Background(), "tcp", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, client, server)
		p.mu.Unlock()
		running.Go(func() { p.pipe(client, server) })
		running.Go(func() { p.pipe(server, client) })
	}
}

// pipe copies until either side ends, and drops what comes during a cut.
func (p *Proxy) pipe(to, from net.Conn) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		p.mu.Lock()
		cut := p.cut
		p.mu.Unlock()
		if n > 0 && !cut {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
