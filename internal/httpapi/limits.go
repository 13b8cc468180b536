package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The rate limits. A bucket holds burst and is refilled at a rate a second.
// They are wide enough for a class of people behind one address, and for a
// program that is not a flood.
const (
	linesPerSecond, linesBurst         = 5, 50   // messages and votes a seat
	roomsPerSecond, roomsBurst         = 1, 100  // rooms an address
	joinsPerSecond, joinsBurst         = 10, 200 // seats an address
	passwordsPerSecond, passwordsBurst = 0.2, 20 // wrong passwords an address and room
	maxStreams                         = 200     // open sockets and event streams an address
	bucketLife                         = 10 * time.Minute
	maxBuckets                         = 1 << 14 // a generation
)

// limits holds a bucket for everyone who was here lately. Memory is bounded:
// buckets live in two generations, and what nobody asked for in the younger
// one is forgotten with the older.
type limits struct {
	on  bool
	now func() time.Time

	mu         sync.Mutex
	young, old map[string]*rate.Limiter
	since      time.Time      // of the younger generation
	streams    map[string]int // open, by address
}

func newLimits(on bool, now func() time.Time) *limits {
	return &limits{on: on, now: now, young: map[string]*rate.Limiter{}, streams: map[string]int{}, since: now()}
}

// take takes one from a bucket, or refuses.
func (l *limits) take(kind, who string, perSecond float64, burst int) error {
	if !l.on {
		return nil
	}
	now := l.now()
	b := l.bucket(kind+" "+who, now, perSecond, burst)
	if b.AllowN(now, 1) {
		return nil
	}
	missing := 1 - b.TokensAt(now)
	wait := time.Duration(missing / perSecond * float64(time.Second))
	return problem(http.StatusTooManyRequests, "Too many "+kind+"; wait a little.").retryAfter(wait)
}

func (l *limits) bucket(key string, now time.Time, perSecond float64, burst int) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.since) > bucketLife || len(l.young) >= maxBuckets {
		l.old, l.young, l.since = l.young, map[string]*rate.Limiter{}, now
	}
	b := l.young[key]
	if b == nil {
		if b = l.old[key]; b == nil {
			b = rate.NewLimiter(rate.Limit(perSecond), burst)
		}
		l.young[key] = b
	}
	return b
}

// empty reports whether a bucket has nothing left, without taking.
func (l *limits) empty(kind, who string, perSecond float64, burst int) error {
	if !l.on {
		return nil
	}
	now := l.now()
	if b := l.bucket(kind+" "+who, now, perSecond, burst); b.TokensAt(now) < 1 {
		wait := time.Duration((1 - b.TokensAt(now)) / perSecond * float64(time.Second))
		return problem(http.StatusTooManyRequests, "Too many "+kind+"; wait a little.").retryAfter(wait)
	}
	return nil
}

// openStream counts a stream that an address holds; the caller gives it back
// with the function returned.
func (l *limits) openStream(who string) (func(), error) {
	if !l.on {
		return func() {}, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams[who] >= maxStreams {
		return nil, problem(http.StatusTooManyRequests, "Too many open connections from your address.").retryAfter(5 * time.Second)
	}
	l.streams[who]++
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.streams[who]--; l.streams[who] <= 0 {
			delete(l.streams, who)
		}
	}, nil
}

func (s *Server) limitLine(code, player string) error {
	return s.limits.take("lines", code+" "+player, linesPerSecond, linesBurst)
}

// address is whom a request is counted for: its peer, or whom a proxy on this
// machine names. Of IPv6 addresses the network counts.
func address(r *http.Request) string {
	peer, ok := peerAddress(r)
	if ok && peer.IsLoopback() {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if a, err := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1])); err == nil {
			peer = a.Unmap()
		}
	}
	if peer.Is6() {
		if p, err := peer.Prefix(64); err == nil {
			return p.String()
		}
	}
	if !ok {
		return r.RemoteAddr
	}
	return peer.String()
}

func peerAddress(r *http.Request) (netip.Addr, bool) {
	h, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(h)
	return a.Unmap(), err == nil
}
