package httpapi_test

import (
	"bytes"
	"net/http"
	"testing"

	"parley/internal/httpapi"
)

func TestProfiles(t *testing.T) {
	w := newWorld(t, func(c *httpapi.Config) { c.OperatorToken = "op-secret" })
	if got := w.want(200, "GET", "/debug/pprof/goroutine?debug=1", nil); !bytes.Contains(got.body, []byte("goroutine profile:")) {
		t.Errorf("no goroutines in %q", got.body)
	}
	gzip := []byte{0x1f, 0x8b}
	for _, path := range []string{"/debug/pprof/heap", "/debug/pprof/profile?seconds=1"} {
		if got := w.want(200, "GET", path, nil); !bytes.HasPrefix(got.body, gzip) {
			t.Errorf("%s is no profile: %q…", path, got.body[:min(20, len(got.body))])
		}
	}
	if got := w.want(200, "GET", "/debug/pprof/trace?seconds=1", nil); !bytes.Contains(got.body[:min(16, len(got.body))], []byte(" trace")) {
		t.Errorf("no trace: %q…", got.body[:min(20, len(got.body))])
	}
	w.want(http.StatusNotFound, "GET", "/debug/pprof/nothing", nil)
	w.want(http.StatusNotFound, "GET", "/debug/pprof/", nil)
	w.want(http.StatusUnprocessableEntity, "GET", "/debug/pprof/profile?seconds=0", nil)
	w.want(http.StatusForbidden, "GET", "/debug/pprof/heap", nil, header("X-Forwarded-For", "127.0.0.1"))
	w.want(http.StatusForbidden, "GET", "/debug/pprof/trace?seconds=1", nil, header("X-Forwarded-For", "127.0.0.1"))
	w.want(http.StatusForbidden, "GET", "/debug/pprof/profile?seconds=1", nil, header("Via", "1.1 proxy"))
	w.want(200, "GET", "/debug/pprof/heap", nil, header("Via", "1.1 proxy"), token("op-secret"))
}
