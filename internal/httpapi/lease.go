package httpapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
)

// sealBytes is how much of the seal a lease carries.
const sealBytes = 12

// newLease names an attempt of a turn, sealed with the hash of the agent's
// token: no other agent can make one, and no server has to remember any.
func newLease(tokenHash, turn string, attempt int) string {
	name := strconv.Itoa(attempt) + "/" + turn
	return base64.RawURLEncoding.EncodeToString(append(seal(tokenHash, name), name...))
}

// openLease returns what a lease names, if it is one of this agent's.
func openLease(tokenHash, lease string) (turn string, attempt int, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(lease)
	if err != nil || len(b) <= sealBytes {
		return "", 0, false
	}
	name := string(b[sealBytes:])
	if !hmac.Equal(b[:sealBytes], seal(tokenHash, name)) {
		return "", 0, false
	}
	number, turn, found := strings.Cut(name, "/")
	attempt, err = strconv.Atoi(number)
	return turn, attempt, found && err == nil
}

func seal(tokenHash, name string) []byte {
	m := hmac.New(sha256.New, []byte(tokenHash))
	m.Write([]byte("lease " + name))
	return m.Sum(nil)[:sealBytes]
}
