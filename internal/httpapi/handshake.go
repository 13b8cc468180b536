package httpapi

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
)

// checkHandshake refuses what is no WebSocket handshake, before the library
// would in its own words.
func checkHandshake(c *call) error {
	h := c.r.Header
	upgrade := func(detail string) error {
		return problem(http.StatusUpgradeRequired, detail).with("Upgrade", "websocket").with("Connection", "Upgrade")
	}
	key, err := base64.StdEncoding.DecodeString(h.Get("Sec-WebSocket-Key"))
	switch {
	case c.r.Method != http.MethodGet:
		return problem(http.StatusMethodNotAllowed, "A WebSocket begins with GET.").with("Allow", http.MethodGet)
	case c.r.ProtoMajor != 1 || !c.r.ProtoAtLeast(1, 1):
		return upgrade("A WebSocket begins with HTTP/1.1.")
	case !hasToken(h, "Connection", "upgrade") || !hasToken(h, "Upgrade", "websocket"):
		return upgrade("This is a WebSocket; use the upgrade handshake, or read events instead.")
	case c.r.Host == "":
		return problem(http.StatusBadRequest, "The request names no host.")
	case h.Get("Sec-WebSocket-Version") != "13":
		return problem(http.StatusBadRequest, "Only version 13 of the WebSocket protocol is spoken.").with("Sec-WebSocket-Version", "13")
	case err != nil || len(key) != 16 || len(h.Values("Sec-WebSocket-Key")) != 1: //nolint:mnd // RFC 6455
		return problem(http.StatusBadRequest, "Sec-WebSocket-Key is not 16 bytes in base64.")
	}
	return nil
}

func hasToken(h http.Header, name, token string) bool {
	return slices.ContainsFunc(strings.Split(strings.Join(h.Values(name), ","), ","), func(t string) bool {
		return strings.EqualFold(strings.TrimSpace(t), token)
	})
}
