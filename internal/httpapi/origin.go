package httpapi

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const contentPolicy = "default-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; " +
	"img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// scheme returns how the client reached the server: https when the connection
// is encrypted or a proxy says that it was.
func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	first, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Proto"), ",")
	if strings.EqualFold(strings.TrimSpace(first), "https") {
		return "https"
	}
	return "http"
}

// normalOrigin returns an origin in one spelling: lower case, without the
// port that its scheme implies. False for what is no origin of a page.
func normalOrigin(s string) (string, bool) {
	u, err := url.Parse(strings.ToLower(s))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", false
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return "", false
	}
	if (u.Scheme == "http" && u.Port() == "80") || (u.Scheme == "https" && u.Port() == "443") {
		h, _, err := net.SplitHostPort(u.Host)
		if err != nil {
			return "", false
		}
		if strings.Contains(h, ":") {
			h = "[" + h + "]"
		}
		u.Host = h
	}
	return u.Scheme + "://" + u.Host, true
}

// normalOrigins brings a list into one spelling, in place.
func normalOrigins(list []string) error {
	for i, s := range list {
		o, ok := normalOrigin(s)
		if !ok {
			return fmt.Errorf("httpapi: %q is no origin like https://example.org", s)
		}
		list[i] = o
	}
	return nil
}

// fromHere reports whether an origin is the server's own, and whether it is
// one of the allowed others.
func (s *Server) fromHere(r *http.Request, origin string) (own, allowed bool) {
	o, ok := normalOrigin(origin)
	if !ok {
		return false, false
	}
	self, _ := normalOrigin(scheme(r) + "://" + r.Host)
	return o == self, slices.Contains(s.AllowOrigins, o)
}

// checkOrigin sets what browsers want to know and refuses foreign pages. It
// answers preflights itself and then returns true.
func (s *Server) checkOrigin(w http.ResponseWriter, r *http.Request) (answered bool, err error) {
	h := w.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Add("Vary", "Origin")
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return false, nil
	}
	own, allowed := s.fromHere(r, origins[0])
	if len(origins) > 1 || (!own && !allowed) {
		return false, problem(http.StatusForbidden, "Pages of this origin may not use this server.")
	}
	if allowed {
		h.Set("Access-Control-Allow-Origin", origins[0])
		h.Set("Access-Control-Allow-Credentials", "true")
		h.Set("Access-Control-Expose-Headers", "Retry-After, Location")
	}
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false, nil
	}
	if allowed {
		h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID")
		h.Set("Access-Control-Max-Age", "600")
	}
	w.WriteHeader(http.StatusNoContent)
	return true, nil
}
