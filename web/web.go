// Package web holds the page of Parley: the files a browser loads, as they are
// in this directory. There is no build step.
//
// A server answers with index.html at `/`, `/r/{code}` (a room) and
// `/watch/{code}` (the projector's view without a seat), and serves every
// other file of Files at `/assets/<path>`; an unknown path under /assets/ is a
// 404. A server may put a part of its own before the paths in index.html, as in
// `/assets/~VERSION/<path>`: the files name each other relative to themselves.
// The page needs this Content-Security-Policy and no more:
//
//	default-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self';
//	img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'
//
// The modules form five layers, each using only those before it: vendor (other
// people's work), lib (the device: choices, addresses, sounds), net (requests
// and the live connection), state (the room as a pure function of its events,
// and one person's stay in it), components (what is seen). i18n holds every
// word that is shown.
package web

import (
	"embed"
	"io/fs"
)

//go:embed index.html *.js components css fonts i18n lib net state vendor/*.js vendor/README.md vendor/licenses
var files embed.FS

// Files returns the page's files, read-only: index.html at the root, and the
// rest under the paths that follow /assets/ in its addresses.
func Files() fs.FS {
	return files
}
