package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// retention is how long closed rooms are kept; 0 is for ever.
type retention time.Duration

// UnmarshalText reads days ("30d"), a duration of Go ("36h") or "none".
func (r *retention) UnmarshalText(text []byte) error {
	s := string(text)
	if s == "none" || s == "0" {
		*r = 0
		return nil
	}
	d, err := time.ParseDuration(s)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		var n int64
		n, err = strconv.ParseInt(days, 10, 16)
		d = time.Duration(n) * 24 * time.Hour
	}
	if err != nil || d < time.Second {
		return fmt.Errorf("%q is not a time to keep rooms for, such as 30d, or none", s)
	}
	*r = retention(d)
	return nil
}

// String writes it as it can be read.
func (r retention) String() string {
	const day = 24 * time.Hour
	switch d := time.Duration(r); {
	case d == 0:
		return "none"
	case d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	default:
		return d.String()
	}
}
