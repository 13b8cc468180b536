package room

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text checks and trims what people write: 1 to most characters, no control
// characters but newline and tab, and something to see.
func Text(field, s string, most int) (string, error) {
	s = strings.TrimSpace(s)
	switch {
	case !utf8.ValidString(s):
		return "", invalid(field, "%s is not valid UTF-8.", field)
	case strings.IndexFunc(s, visible) < 0:
		return "", invalid(field, "%s is empty.", field)
	case utf8.RuneCountInString(s) > most:
		return "", invalid(field, "%s has %d characters; the most is %d.", field, utf8.RuneCountInString(s), most)
	case strings.IndexFunc(s, forbidden) >= 0:
		return "", invalid(field, "%s holds a control character.", field)
	}
	return s, nil
}

func visible(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }

func forbidden(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

// clientID checks an id that a client gave: up to 64 printable ASCII characters.
func clientID(s string) error {
	if len(s) > MaxClientID || strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) >= 0 {
		return invalid("client_id", "client_id is 1 to %d printable ASCII characters.", MaxClientID)
	}
	return nil
}

// isPass reports whether a text is the word that means silence, in any case,
// with or without brackets, quotes or a full stop.
func isPass(s string) bool {
	return strings.EqualFold(strings.Trim(s, " \t\r\n.\"'`“”„‘’«»*_[](){}<>"), "pass")
}

// Fold makes lines that say the same in the same words equal: without case,
// space and punctuation.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
