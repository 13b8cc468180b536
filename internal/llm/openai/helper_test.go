package openai_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

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
