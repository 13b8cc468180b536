package room

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Ref names a trigger in its room: the seq of a public event, or a name for
// those that have none. In JSON it is a number or a string.
type Ref struct {
	Seq  uint64
	Name string
}

// String returns the seq or the name.
func (r Ref) String() string {
	if r.Name != "" {
		return r.Name
	}
	return strconv.FormatUint(r.Seq, 10)
}

// MarshalJSON writes a number or a string.
func (r Ref) MarshalJSON() ([]byte, error) {
	if r.Name != "" {
		return json.Marshal(r.Name)
	}
	return strconv.AppendUint(nil, r.Seq, 10), nil
}

// UnmarshalJSON reads a number or a string.
func (r *Ref) UnmarshalJSON(b []byte) error {
	*r = Ref{}
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &r.Name)
	}
	n, err := strconv.ParseUint(string(b), 10, 64)
	if err != nil {
		return fmt.Errorf("trigger reference %q is neither a seq nor a name", b)
	}
	r.Seq = n
	return nil
}
