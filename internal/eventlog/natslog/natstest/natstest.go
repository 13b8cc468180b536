// Package natstest runs real nats-server processes for tests: one, or a
// cluster, with JetStream in a temporary directory, on loopback ports, every
// write synced. They can be killed, paused, stopped and started again, and a
// [Proxy] cuts a client off from them.
//
// The server is a tool of the module tools/, which the product does not import.
// The go command builds it when it is first wanted, and keeps it.
package natstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// Config is the servers' configuration, beside their names, addresses and
// directories: every write is synced, and messages may have 8 MB.
const Config = `
max_payload: 8388608
jetstream { sync_interval: always }
`

// Cluster is servers that know each other; one alone is no cluster to NATS.
type Cluster struct{ Servers []*Server }

// Start starts so many servers, waits until they can be used and stops them
// when the test ends.
func Start(tb testing.TB, servers int) *Cluster {
	tb.Helper()
	return StartWith(tb, servers, Config)
}

// StartWith is Start with another configuration, for servers that do not fit.
func StartWith(tb testing.TB, servers int, config string) *Cluster {
	tb.Helper()
	c, err := Run(tb.Context(), tb.TempDir(), servers, config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := c.Close(); err != nil {
			tb.Errorf("stop nats-server: %v", err)
		}
	})
	return c
}

// Run starts so many servers that keep their data under dir. Its caller closes
// them.
func Run(ctx context.Context, dir string, servers int, config string) (_ *Cluster, err error) {
	binary, err := build(ctx)
	if err != nil {
		return nil, err
	}
	ports, err := freePorts(ctx, 3*servers)
	if err != nil {
		return nil, err
	}
	c := &Cluster{}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	routes := make([]string, servers)
	for i := range servers {
		routes[i] = fmt.Sprintf("nats://127.0.0.1:%d", ports[3*i+2])
	}
	for i := range servers {
		s := &Server{Name: "n" + strconv.Itoa(i+1), binary: binary, port: ports[3*i], monitor: ports[3*i+1]}
		s.dir = filepath.Join(dir, s.Name)
		if err := s.configure(config, ports[3*i+2], routes); err != nil {
			return nil, err
		}
		if err := s.Start(); err != nil {
			return nil, err
		}
		c.Servers = append(c.Servers, s)
	}
	return c, c.Await(ctx)
}

// build returns the path of the server's binary.
func build(ctx context.Context) (string, error) {
	_, file, _, _ := runtime.Caller(0)
	tools := filepath.Join(filepath.Dir(file), "..", "..", "..", "..", "tools")
	if !filepath.IsAbs(file) { // built with -trimpath: tests run in their package's directory
		var err error
		if tools, err = findTools(); err != nil {
			return "", err
		}
	}
	command := exec.CommandContext(ctx, "go", "tool", "-n", "nats-server")
	command.Dir = tools
	var problem bytes.Buffer
	command.Stderr = &problem
	path, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("build nats-server: %w\n%s", err, problem.String())
	}
	return strings.TrimSpace(string(path)), nil
}

// findTools looks for the module tools/ from the working directory upwards.
func findTools() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		tools := filepath.Join(dir, "tools")
		if _, err := os.Stat(filepath.Join(tools, "go.mod")); err == nil {
			return tools, nil
		}
	}
	return "", errors.New("there is no tools/go.mod above the working directory")
}

// freePorts returns ports that nobody listens on at the moment.
func freePorts(ctx context.Context, n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() //nolint:errcheck // kept until all are found, so that they differ
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// URL returns the addresses of all servers, separated by commas.
func (c *Cluster) URL() string {
	urls := make([]string, len(c.Servers))
	for i, s := range c.Servers {
		urls[i] = s.URL()
	}
	return strings.Join(urls, ",")
}

// Close ends all servers.
func (c *Cluster) Close() error {
	var errs []error
	for _, s := range c.Servers {
		errs = append(errs, s.Kill())
	}
	return errors.Join(errs...)
}
