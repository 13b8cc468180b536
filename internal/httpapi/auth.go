package httpapi

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"parley/internal/host"
	"parley/room"
)

const (
	codeAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	codeLength   = 6
	tokenBytes   = 24
	cookieDays   = 30
)

// caller is who a request speaks for, in one room.
type caller struct {
	hash    string // hex SHA-256 of the token; empty for nobody
	player  string // the seat's name; empty for the host's own token
	outside bool   // the seat is an agent's, taken by a program
	host    bool   // has the host's rights
}

func (c caller) nobody() bool { return c.hash == "" }

// person reports whether the caller holds a person's seat.
func (c caller) person() bool { return c.player != "" && !c.outside }

// facts are what a request has to know of its room before anything else.
type facts struct {
	mode   room.Mode
	phase  room.Phase
	seq    uint64
	locked bool
	hash   string // of the password
}

// need says whose token an operation wants.
type need int

const (
	needNothing need = iota
	needJoin         // anybody; an old cookie is no hindrance
	needRead         // anybody, or in a room with a password any of its tokens
	needSeat         // a person's
	needHost         // the host's
	needAgent        // an agent's from outside
)

// newToken returns a token for a room and what the log keeps of it.
func newToken(code string) (token, hash string) {
	var b [tokenBytes]byte
	_, _ = rand.Read(b[:]) // never fails
	token = code + "." + base64.RawURLEncoding.EncodeToString(b[:])
	return token, hashToken(token)
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// newCode draws a room's code.
func newCode() string {
	var code [codeLength]byte
	for i := range code {
		code[i] = codeAlphabet[below(len(codeAlphabet))]
	}
	return string(code[:])
}

// below draws a number from 0 to n-1, n at most 256, all equally likely.
func below(n int) int {
	var b [1]byte
	for {
		_, _ = rand.Read(b[:])
		if int(b[0]) < 256-256%n {
			return int(b[0]) % n
		}
	}
}

// roomCode returns a code as rooms are named; false when it can be no room's.
func roomCode(s string) (string, bool) {
	if len(s) != codeLength {
		return "", false
	}
	s = strings.ToUpper(s)
	return s, strings.Trim(s, codeAlphabet) == ""
}

// parseToken returns the room that a token names.
func parseToken(token string) (code string, ok bool) {
	code, secret, found := strings.Cut(token, ".")
	if !found || len(secret) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return "", false
	}
	if _, err := base64.RawURLEncoding.DecodeString(secret); err != nil {
		return "", false
	}
	upper, ok := roomCode(code)
	return upper, ok && upper == code
}

func unauthorized(detail string) *Problem {
	return problem(http.StatusUnauthorized, detail).with("WWW-Authenticate", "Bearer")
}

// bearer returns the token of the Authorization header, empty without one.
func bearer(r *http.Request) (token, code string, err error) {
	values := r.Header.Values("Authorization")
	if len(values) == 0 {
		return "", "", nil
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	code, ok := parseToken(token)
	if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") || !ok {
		return "", "", unauthorized("The Authorization header holds no token of a room.")
	}
	return token, code, nil
}

// identify finds out who asks for what in the room of code.
func (s *Server) identify(r *http.Request, code string, n need) (caller, facts, error) {
	token, named, err := bearer(r)
	if err != nil {
		return caller{}, facts{}, err
	}
	fromHeader := token != ""
	if !fromHeader {
		if c, err := r.Cookie("parley_" + code); err == nil {
			token, named = c.Value, code
		}
	}
	who, gone, f, err := s.lookUp(r.Context(), code, token)
	if err == nil && token != "" && named == code && who.nobody() {
		// Another node may have given it a moment ago.
		if err = s.Host.Refresh(r.Context(), code); err == nil {
			who, gone, f, err = s.lookUp(r.Context(), code, token)
		}
	}
	if err != nil {
		return caller{}, facts{}, err
	}
	switch {
	case fromHeader && named != code:
		return caller{}, f, s.foreign(r.Context(), named, token)
	case fromHeader && who.nobody():
		return caller{}, f, unauthorized("The token is unknown in this room.")
	case fromHeader && gone:
		return caller{}, f, problem(http.StatusForbidden, "The token's player has left this room.")
	case gone && n != needJoin && n != needRead:
		return caller{}, f, problem(http.StatusForbidden, "You have left this room.")
	case gone:
		who = caller{}
	}
	return who, f, permit(who, f, n)
}

// permit checks whether the caller may do what needs n.
func permit(who caller, f facts, n need) error {
	switch {
	case n == needNothing, n == needJoin, n == needRead && !f.locked:
		return nil
	case who.nobody():
		return unauthorized("This takes a token of the room, as Authorization: Bearer or as its cookie.")
	case n == needSeat && !who.person():
		return problem(http.StatusForbidden, "The token has no person's seat in this room.")
	case n == needHost && !who.host:
		return problem(http.StatusForbidden, "Only the host may do this.")
	case n == needAgent && !who.outside:
		return problem(http.StatusForbidden, "Only an agent from outside takes turns here.")
	}
	return nil
}

// foreign refuses a token that names another room than the one asked for.
func (s *Server) foreign(ctx context.Context, code, token string) error {
	who, _, _, err := s.lookUp(ctx, code, token)
	switch {
	case errors.Is(err, host.ErrUnknown), err == nil && who.nobody():
		return unauthorized("The token is unknown.")
	case err != nil:
		return err
	}
	return problem(http.StatusForbidden, "The token speaks for another room.")
}

// lookUp finds out whom a token speaks for in a room: nobody when it is
// unknown. gone is true for a player who has left or was removed.
func (s *Server) lookUp(ctx context.Context, code, token string) (who caller, gone bool, f facts, err error) { //nolint:revive // one look for all
	hash := hashToken(token)
	err = s.Host.Inspect(ctx, code, func(st *room.State) {
		f = facts{mode: st.Config.Mode, phase: st.Phase, seq: st.Seq, locked: st.Config.Password != "", hash: st.Config.Password}
		if hash == st.HostToken {
			who = caller{hash: hash, host: true}
		} else if p, ok := st.Bearer(hash); ok {
			who = caller{hash: hash, player: p.Name, outside: p.Outside, host: p.Host}
			gone = p.Left || p.Removed
		}
	})
	return who, gone, f, err
}

// setCookie gives a browser its token. The cookie is bound to the room by its
// name, and scripts cannot read it.
func setCookie(w http.ResponseWriter, r *http.Request, code, token string) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure when the client speaks HTTPS
		Name: "parley_" + code, Value: token, Path: "/", MaxAge: cookieDays * 24 * 60 * 60,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: scheme(r) == "https",
	})
}
