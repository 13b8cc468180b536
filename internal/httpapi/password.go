package httpapi

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

const (
	hashName   = "pbkdf2-sha256"
	hashRounds = 100_000
	hashBytes  = 32
	saltBytes  = 16
)

// hashPassword returns what the log keeps of a room's password:
// pbkdf2-sha256$rounds$salt$hash, the last two in base64url.
func hashPassword(password string) (string, error) {
	var salt [saltBytes]byte
	_, _ = rand.Read(salt[:]) // never fails
	key, err := pbkdf2.Key(sha256.New, password, salt[:], hashRounds, hashBytes)
	if err != nil {
		return "", fmt.Errorf("hash the password: %w", err)
	}
	enc := base64.RawURLEncoding
	return strings.Join([]string{hashName, strconv.Itoa(hashRounds), enc.EncodeToString(salt[:]), enc.EncodeToString(key)}, "$"), nil
}

// passwordFits reports whether a password is the one that was hashed.
func passwordFits(hash, password string) bool {
	part := strings.Split(hash, "$")
	if len(part) != 4 || part[0] != hashName {
		return false
	}
	rounds, err := strconv.Atoi(part[1])
	if err != nil || rounds < 1 {
		return false
	}
	salt, err := base64.RawURLEncoding.DecodeString(part[2])
	if err != nil {
		return false
	}
	want, err := base64.RawURLEncoding.DecodeString(part[3])
	if err != nil || len(want) == 0 {
		return false
	}
	got, err := pbkdf2.Key(sha256.New, password, salt, rounds, len(want))
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1
}
