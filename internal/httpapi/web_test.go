package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"parley/internal/httpapi"
)

func TestPage(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "/r/ABCDEF", "/watch/ABCDEF"} {
		r := w.want(200, "GET", path, nil)
		if !strings.Contains(string(r.body), "Parley") || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %s", path, r.body)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Content-Security-Policy": "default-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
		} {
			if got := r.header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	js := w.want(200, "GET", "/assets/main.js", nil)
	if got := js.header.Get("Content-Type"); got != "text/javascript; charset=utf-8" {
		t.Errorf("a module is %q", got)
	}
	w.want(304, "GET", "/assets/main.js", nil, header("If-None-Match", js.header.Get("ETag")))
	w.want(200, "GET", "/assets/css/a.css", nil, header("If-None-Match", js.header.Get("ETag")))
	none := newWorld(t, func(c *httpapi.Config) { c.Web = nil })
	none.want(404, "GET", "/", nil)
}

// The page's own addresses name its version, and are kept for ever; what is
// asked for under another version, or none, is asked for again. Text is zipped
// for those who read that.
func TestPageVersions(t *testing.T) {
	module := strings.Repeat("export const word = 1;\n", 40)
	w := newWorld(t, func(c *httpapi.Config) {
		c.Web = fstest.MapFS{
			"index.html": {Data: []byte(`<script src="/assets/main.js"></script>`)}, "main.js": {Data: []byte(module)}, "a.woff2": {Data: []byte("\x01\x02\x03")},
		}
	})
	plain := header("Accept-Encoding", "identity")
	index := string(w.want(200, "GET", "/", nil, plain).body)
	at := regexp.MustCompile(`/assets/~[\w-]+/main\.js`).FindString(index)
	if at == "" {
		t.Fatalf("the page asks for no version: %s", index)
	}
	for path, keep := range map[string]string{
		at: "public, max-age=31536000, immutable", "/assets/main.js": "no-cache", "/assets/~older/main.js": "no-cache", "/": "no-cache",
	} {
		if got := w.want(200, "GET", path, nil).header.Get("Cache-Control"); got != keep {
			t.Errorf("%s is to be kept as %q, want %q", path, got, keep)
		}
	}
	w.want(404, "GET", "/assets/~older/none.js", nil)
	w.want(404, "GET", "/assets/~older", nil)
	for accepts, zipped := range map[string]bool{"gzip": true, "br, GZIP;q=0.5": true, "deflate": false, "gzip;q=0": false, "gzip; q=0.0": false} {
		r := w.want(200, "GET", at, nil, header("Accept-Encoding", accepts))
		text, coding := r.body, r.header.Get("Content-Encoding")
		if coding == "gzip" {
			z, err := gzip.NewReader(bytes.NewReader(r.body))
			if err != nil {
				t.Fatal(err)
			}
			if text, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		if zipped != (coding == "gzip") || string(text) != module || r.header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("to %q: %d bytes as %q, vary %q", accepts, len(r.body), coding, r.header.Get("Vary"))
		}
	}
	if got := w.want(200, "GET", "/assets/a.woff2", nil, header("Accept-Encoding", "gzip")).header.Get("Content-Encoding"); got != "" {
		t.Errorf("a font is sent as %q", got)
	}
	changed := newWorld(t, func(c *httpapi.Config) {
		c.Web = fstest.MapFS{"index.html": {Data: []byte(`<script src="/assets/main.js"></script>`)}, "main.js": {Data: []byte(module + "x")}}
	})
	if string(changed.want(200, "GET", "/", nil, plain).body) == index {
		t.Error("another page has the same version")
	}
}
