package natstest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// Server is one nats-server process, running or not. Its methods are for one
// goroutine at a time.
type Server struct {
	Name string

	binary, dir   string
	port, monitor int
	process       *exec.Cmd // nil when it does not run
}

// URL returns the address that clients connect to.
func (s *Server) URL() string { return "nats://" + s.Address() }

// Address returns host and port that clients connect to.
func (s *Server) Address() string { return fmt.Sprintf("127.0.0.1:%d", s.port) }

func (s *Server) configure(config string, port int, routes []string) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	config += fmt.Sprintf("\nserver_name: %s\nlisten: 127.0.0.1:%d\nhttp: 127.0.0.1:%d\n", s.Name, s.port, s.monitor)
	if len(routes) > 1 {
		// Clients are not told of the others, or they would go round a Proxy.
		config += fmt.Sprintf("cluster { name: parley-test, listen: 127.0.0.1:%d, no_advertise: true, routes: [%s] }\n",
			port, strings.Join(routes, ", "))
	}
	return os.WriteFile(filepath.Join(s.dir, "nats.conf"), []byte(config), 0o600)
}

// Start starts the server, on the data it has; [Cluster.Await] says when it
// can be used.
func (s *Server) Start() error {
	if s.process != nil {
		return fmt.Errorf("server %s runs already", s.Name)
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()                                                                                                //nolint:errcheck // the process has its own
	process := exec.Command(s.binary, "-c", filepath.Join(s.dir, "nats.conf"), "-sd", filepath.Join(s.dir, "store")) //nolint:gosec,noctx // built by this package, ended by Kill
	process.Stdout, process.Stderr = log, log
	process.SysProcAttr = attributes()
	if err := process.Start(); err != nil {
		return err
	}
	s.process = process
	return nil
}

// Kill ends the server at once, as a power cut would.
func (s *Server) Kill() error { return s.end(syscall.SIGKILL) }

// Stop ends the server in order: it hands over what it leads first.
func (s *Server) Stop() error { return s.end(syscall.SIGTERM) }

func (s *Server) end(signal syscall.Signal) error {
	if s.process == nil {
		return nil
	}
	if err := s.process.Process.Signal(signal); err != nil {
		return err
	}
	err := s.process.Wait()
	s.process = nil
	if _, exited := errors.AsType[*exec.ExitError](err); exited {
		return nil
	}
	return err
}

// Pause stops the server in the middle of whatever it does, until Resume.
func (s *Server) Pause() error { return s.process.Process.Signal(syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (s *Server) Resume() error { return s.process.Process.Signal(syscall.SIGCONT) }

// Log returns what the server has written.
func (s *Server) Log() (string, error) {
	text, err := os.ReadFile(filepath.Join(s.dir, "log"))
	return string(text), err
}
