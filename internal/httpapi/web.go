package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// asset is a file of the page, in memory.
type asset struct {
	body   []byte
	zipped []byte // the body as gzip, nil where that saves nothing
	kind   string
	etag   string
}

// addPage serves the page: index.html for the addresses that the page itself
// understands, and its other files below /assets/. Files are read once.
//
// The page asks for its files below /assets/~VERSION/, which browsers keep for
// ever: another version of the page has other addresses.
func (s *Server) addPage() error {
	if s.Web == nil {
		return nil
	}
	assets, err := readAssets(s.Web)
	if err != nil {
		return err
	}
	index, found := assets["index.html"]
	if !found {
		return errors.New("httpapi: the page has no index.html")
	}
	delete(assets, "index.html")
	version := versionOf(assets)
	index = newAsset("index.html", bytes.ReplaceAll(index.body, []byte(`"/assets/`), []byte(`"/assets/`+version+"/")))
	page := func(w http.ResponseWriter, r *http.Request) { index.serve(w, r, fresh) }
	s.on("GET /{$}", page)
	s.on("GET /r/{code}", page)
	s.on("GET /watch/{code}", page)
	s.on("GET /assets/{path...}", func(w http.ResponseWriter, r *http.Request) {
		name, keep := r.PathValue("path"), fresh
		if strings.HasPrefix(name, "~") {
			of, rest, _ := strings.Cut(name, "/")
			if name = rest; of == version {
				keep = forever
			}
		}
		a, found := assets[name]
		if !found {
			s.fail(w, r, problem(http.StatusNotFound, "There is nothing at this path."))
			return
		}
		a.serve(w, r, keep)
	})
	return nil
}

// How long browsers keep a file.
const (
	fresh   = "no-cache" // they ask each time whether it has changed
	forever = "public, max-age=31536000, immutable"
)

func readAssets(files fs.FS) (map[string]asset, error) {
	assets := map[string]asset{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(files, name)
		assets[name] = newAsset(name, b)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("httpapi: read the page: %w", err)
	}
	return assets, nil
}

func newAsset(name string, body []byte) asset {
	sum := sha256.Sum256(body)
	a := asset{body: body, kind: mediaType(name), etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
	if z := zip(body); len(z) < len(body)*9/10 {
		a.zipped = z
	}
	return a
}

func zip(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// versionOf names what the files hold.
func versionOf(assets map[string]asset) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(assets)) {
		_, _ = io.WriteString(sum, name+assets[name].etag)
	}
	return "~" + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:9])
}

// serve sends the file, or that the browser has it.
func (a asset) serve(w http.ResponseWriter, r *http.Request, keep string) {
	h := w.Header()
	h.Set("ETag", a.etag)
	h.Set("Cache-Control", keep)
	h.Set("Vary", "Accept-Encoding")
	if matches(r.Header.Values("If-None-Match"), a.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	if a.zipped != nil && takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = a.zipped
	}
	h.Set("Content-Type", a.kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// takesGzip reports whether a client says that it reads gzip.
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, weight, weighed := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			return !weighed || strings.Trim(weight, " q=0.") != ""
		}
	}
	return false
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
