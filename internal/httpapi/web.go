package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// asset is a file of the page, in memory.
type asset struct {
	body []byte
	kind string
	etag string
}

// addPage serves the page: index.html for the addresses that the page itself
// understands, and its other files below /assets/. Files are read once.
func (s *Server) addPage() error {
	if s.Web == nil {
		return nil
	}
	assets := map[string]asset{}
	err := fs.WalkDir(s.Web, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(s.Web, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		assets[name] = asset{b, mediaType(name), `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
		return nil
	})
	if err != nil {
		return fmt.Errorf("httpapi: read the page: %w", err)
	}
	index, found := assets["index.html"]
	if !found {
		return errors.New("httpapi: the page has no index.html")
	}
	delete(assets, "index.html")
	page := func(w http.ResponseWriter, r *http.Request) { index.serve(w, r) }
	s.on("GET /{$}", page)
	s.on("GET /r/{code}", page)
	s.on("GET /watch/{code}", page)
	s.on("GET /assets/{path...}", func(w http.ResponseWriter, r *http.Request) {
		a, found := assets[r.PathValue("path")]
		if !found {
			s.fail(w, r, problem(http.StatusNotFound, "There is nothing at this path."))
			return
		}
		a.serve(w, r)
	})
	return nil
}

// serve sends the file, or that the browser has it. Browsers ask each time: a
// new version of the server is a new page.
func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("ETag", a.etag)
	h.Set("Cache-Control", "no-cache")
	if matches(r.Header.Values("If-None-Match"), a.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", a.kind)
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	_, _ = w.Write(a.body)
}

func matches(headers []string, etag string) bool {
	for t := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		if t = strings.TrimSpace(t); t == "*" || strings.TrimPrefix(t, "W/") == etag {
			return true
		}
	}
	return false
}

// mediaType names the kinds of files that a page is made of, whatever the
// machine's own tables say.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".md", ".txt", "":
		return "text/plain; charset=utf-8"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
