package openai_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"
)

func bodyOf(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }

// countingDialer notes the local address of every connection used.
type countingDialer struct{ used func(addr string) }

func (c *countingDialer) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) { c.used(info.Conn.LocalAddr().String()) },
	})
}

// serve starts a server that ends with the test and gives its base URL.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL + "/v1"
}
