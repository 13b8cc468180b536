package room

import "time"

// Config is what a room was created with; it never changes.
type Config struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	// Follows is the code of the room whose people are invited to this one.
	Follows string `json:"follows,omitempty"`
	Mode    Mode   `json:"mode"`
	Lang    string `json:"lang,omitempty"` // language of topic and personas, "en" or "de"
	// Topics holds a topic a round, or one for all; empty in open rooms without one.
	Topics     []string    `json:"topics,omitempty"`
	Seats      int         `json:"seats"`
	Agents     []AgentSpec `json:"agents"`
	Discussion int         `json:"discussion_seconds"`
	Voting     int         `json:"voting_seconds"`
	Reveal     int         `json:"reveal_seconds"`
	Rounds     int         `json:"rounds"`
	Unlisted   bool        `json:"unlisted,omitempty"`
	// Password is a salted hash; the rules never look into it.
	Password         string    `json:"password,omitempty"`
	Overlap          Overlap   `json:"overlap"`
	Pacing           Pacing    `json:"pacing"`
	Hops             int       `json:"hops"`
	RepliesPerMinute int       `json:"replies_per_minute"`
	Calls            int       `json:"calls"`
	SilenceSeconds   int       `json:"silence_seconds"`
	CreatedAt        time.Time `json:"created_at"`
}

// AgentSpec is an agent that the room has from the start.
type AgentSpec struct {
	Name    string `json:"name,omitempty"` // open rooms; in a game names are drawn
	Persona string `json:"persona,omitempty"`
	Model   string `json:"model,omitempty"`
}

// The most a room holds.
const (
	MaxPlayersImitation = 12
	MaxSeatsOpen        = 1000
	MaxAgents           = 16
	MaxText             = 1000 // characters of a line
	MaxName             = 40   // characters of a name
	MaxTitle            = 80
	MaxTopic            = 280
	MaxClientID         = 64
)

// Topic returns the topic of a round, counted from 1; before the first round
// it is the first's.
func (c Config) Topic(round int) string {
	if len(c.Topics) == 0 {
		return ""
	}
	return c.Topics[min(max(round, 1), len(c.Topics))-1]
}
