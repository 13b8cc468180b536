package natstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Await waits until every server that runs says it is healthy: it has found
// the others and caught up with them.
func (c *Cluster) Await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, s := range c.Servers {
		if s.process == nil {
			continue
		}
		if err := s.poll(ctx, "/healthz", func(*http.Response) bool { return true }); err != nil {
			return fmt.Errorf("server %s: %w", s.Name, err)
		}
	}
	return nil
}

// Leader returns the server that leads a stream.
func (c *Cluster) Leader(ctx context.Context, stream string) (*Server, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		for _, s := range c.Servers {
			if s.process != nil && s.leads(ctx, stream) {
				return s, nil
			}
		}
		pause(ctx)
	}
	return nil, fmt.Errorf("nobody leads stream %s: %w", stream, ctx.Err())
}

// leads asks a server who leads the stream, and believes it only about itself.
func (s *Server) leads(ctx context.Context, stream string) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var report struct {
		Accounts []struct {
			Streams []struct {
				Name    string `json:"name"`
				Cluster struct {
					Leader string `json:"leader"`
				} `json:"cluster"`
			} `json:"stream_detail"`
		} `json:"account_details"`
	}
	err := s.poll(ctx, "/jsz?accounts=1&streams=1", func(r *http.Response) bool {
		return json.NewDecoder(r.Body).Decode(&report) == nil
	})
	if err != nil {
		return false
	}
	for _, account := range report.Accounts {
		for _, found := range account.Streams {
			if found.Name == stream && (found.Cluster.Leader == s.Name || found.Cluster.Leader == "") {
				return true
			}
		}
	}
	return false
}

// poll asks the server's monitor again and again until it answers 200 and
// accept takes the answer.
func (s *Server) poll(ctx context.Context, path string, accept func(*http.Response) bool) error {
	last := errors.New("not asked")
	for ctx.Err() == nil {
		if last = s.ask(ctx, path, accept); last == nil {
			return nil
		}
		pause(ctx)
	}
	return fmt.Errorf("%w: %w", ctx.Err(), last)
}

func (s *Server) ask(ctx context.Context, path string, accept func(*http.Response) bool) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second) // it may be paused
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d%s", s.monitor, path), http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // it was only read
	if response.StatusCode != http.StatusOK || !accept(response) {
		return fmt.Errorf("%s: %s", path, response.Status)
	}
	return nil
}

// pause waits a little before the next question.
func pause(ctx context.Context) {
	t := time.NewTimer(50 * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
