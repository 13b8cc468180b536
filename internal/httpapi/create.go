package httpapi

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/room"
)

const (
	codeTries  = 20
	topicTries = 30 // draws for topics that differ
)

// NewRoom is what a room is made of. All fields may be left out.
type NewRoom struct {
	Mode       room.Mode    `json:"mode,omitempty" enum:"imitation,open" default:"imitation"`
	Title      string       `json:"title,omitempty" maxLength:"80" doc:"\"Room CODE\" when left out"`
	Topic      string       `json:"topic,omitempty" maxLength:"280" doc:"a game without one draws one a round"`
	Language   string       `json:"language,omitempty" enum:"en,de" default:"en" doc:"of drawn topics and of the agents"`
	Seats      int          `json:"seats,omitempty" minimum:"1" maximum:"1000" default:"1" doc:"people who may join: 1-12 in a game, 1-1000 in an open room"`
	Agents     AgentList    `json:"agents,omitempty"`
	Discussion int          `json:"discussion_seconds,omitempty" minimum:"10" maximum:"3600" default:"180"`
	Voting     int          `json:"voting_seconds,omitempty" minimum:"5" maximum:"600" default:"60"`
	Reveal     int          `json:"reveal_seconds,omitempty" minimum:"5" maximum:"600" default:"30"`
	Rounds     int          `json:"rounds,omitempty" minimum:"1" maximum:"10" default:"1"`
	Visibility string       `json:"visibility,omitempty" enum:"public,unlisted" default:"public"`
	Password   string       `json:"password,omitempty" minLength:"1" maxLength:"200" doc:"asked for at joining; then only tokens may read"`
	Overlap    room.Overlap `json:"overlap,omitempty" enum:"coalesce,strict,interrupt,drop" default:"coalesce"`
	Pacing     room.Pacing  `json:"pacing,omitempty" enum:"human,instant" default:"human"`
	Hops       int          `json:"hops,omitempty" minimum:"0" maximum:"20" default:"3"`
	Replies    int          `json:"replies_per_minute,omitempty" minimum:"1" maximum:"600" default:"12"`
	Calls      int          `json:"calls,omitempty" minimum:"0" maximum:"1000000" default:"2000"`
	Silence    int          `json:"silence_seconds,omitempty" minimum:"0" maximum:"600" default:"20" doc:"0 for never"`
	Follows    string       `json:"follows,omitempty" maxLength:"6" doc:"code of a room that the caller hosts: its people find this one as next, and all but title and topic is as it was there"`
}

// AgentList is the agents of a room: a number in JSON, or a list.
type AgentList []AgentWish

// AgentWish is an agent that a room is to have.
type AgentWish struct {
	Persona string `json:"persona,omitempty" maxLength:"64" doc:"drawn when left out"`
	Model   string `json:"model,omitempty" maxLength:"128" doc:"the server's when left out"`
}

// Schema implements huma.SchemaProvider.
func (AgentList) Schema(r huma.Registry) *huma.Schema {
	least, most, items := 0.0, float64(room.MaxAgents), room.MaxAgents
	number := &huma.Schema{Type: huma.TypeInteger, Minimum: &least, Maximum: &most}
	list := &huma.Schema{Type: huma.TypeArray, MaxItems: &items, Items: r.Schema(reflect.TypeFor[AgentWish](), true, "AgentWish")}
	number.PrecomputeMessages()
	list.PrecomputeMessages()
	return &huma.Schema{
		Description: "a number from 0 to 16, or a list of agents", Default: 4, OneOf: []*huma.Schema{number, list},
	}
}

// UnmarshalJSON reads a number or a list.
func (a *AgentList) UnmarshalJSON(b []byte) error {
	*a = nil
	if len(b) > 0 && b[0] == '[' {
		return json.Unmarshal(b, (*[]AgentWish)(a))
	}
	var n int
	if err := json.Unmarshal(b, &n); err != nil {
		return err
	}
	if n < 0 || n > room.MaxAgents {
		return fmt.Errorf("%d agents", n)
	}
	*a = make(AgentList, n)
	return nil
}

// prepare sets what holds for fields that are not given.
func (n *NewRoom) prepare() {
	*n = NewRoom{
		Mode: room.Imitation, Language: "en", Seats: 1, Agents: make(AgentList, 4), Discussion: 180, Voting: 60, Reveal: 30, Rounds: 1,
		Visibility: "public", Overlap: room.Coalesce, Pacing: room.PaceHuman, Hops: 3, Replies: 12, Calls: 2000, Silence: 20,
	}
}

func (s *Server) createRoom(c *call, n NewRoom) (answer, error) {
	cfg, err := s.configured(c, n)
	if err != nil {
		return refused(err)
	}
	if err := s.limits.take("rooms", address(c.r), roomsPerSecond, roomsBurst); err != nil {
		return refused(err)
	}
	if n.Password != "" && n.Follows == "" {
		if cfg.Password, err = hashPassword(n.Password); err != nil {
			return refused(err)
		}
	}
	ctx, cancel := brief(c)
	defer cancel()
	for range codeTries {
		cfg.Code = newCode()
		if n.Title == "" {
			cfg.Title = "Room " + cfg.Code
		}
		token, hash := newToken(cfg.Code)
		view, err := s.Host.Create(ctx, room.Create{Config: cfg, HostToken: hash})
		if errors.Is(err, &room.Error{Kind: room.Conflict}) {
			continue
		}
		if err != nil {
			return refused(err)
		}
		setCookie(c.w, c.r, cfg.Code, token)
		c.w.Header().Set("Location", "/v1/rooms/"+cfg.Code)
		return created(RoomCreated{Code: cfg.Code, HostToken: token, Room: RoomView{View: view, Locked: cfg.Password != ""}})
	}
	return refused(unavailable("No free code was found; try again."))
}

// configure checks what the schema cannot and fills in what is drawn.
func (s *Server) configure(n NewRoom) (room.Config, error) {
	var errs []FieldError
	text := func(field string, v *string, most int) {
		if *v = strings.TrimSpace(*v); *v == "" {
			return
		}
		t, err := room.Text(field, *v, most)
		if err != nil {
			errs = append(errs, fieldError("body."+field, err.Error()))
		}
		*v = t
	}
	text("title", &n.Title, room.MaxTitle)
	text("topic", &n.Topic, room.MaxTopic)
	if n.Mode == room.Imitation {
		all := n.Seats + len(n.Agents)
		switch {
		case n.Seats > room.MaxPlayersImitation:
			errs = append(errs, fieldError("body.seats", "is at most 12 in a game"))
		case all > room.MaxPlayersImitation:
			errs = append(errs, fieldError("body.agents", fmt.Sprintf("makes %d players together with seats; the most is 12", all)))
		case all < 2: //nolint:mnd // one cannot talk alone
			errs = append(errs, fieldError("body.agents", "makes one player together with seats; a game needs two"))
		}
	}
	agents, wrong := s.castAgents(n)
	if errs = append(errs, wrong...); len(errs) > 0 {
		return room.Config{}, wrongFields(errs...)
	}
	return room.Config{
		Title: n.Title, Mode: n.Mode, Lang: n.Language, Topics: s.topics(n), Seats: n.Seats, Agents: agents,
		Discussion: n.Discussion, Voting: n.Voting, Reveal: n.Reveal, Rounds: n.Rounds, Unlisted: n.Visibility == "unlisted",
		Overlap: n.Overlap, Pacing: n.Pacing, Hops: n.Hops, RepliesPerMinute: n.Replies, Calls: n.Calls, SilenceSeconds: n.Silence,
		CreatedAt: s.Now().UTC().Truncate(time.Millisecond),
	}, nil
}

// castAgents gives every agent a persona, a model and, in an open room, a name
// of its own.
func (s *Server) castAgents(n NewRoom) ([]room.AgentSpec, []FieldError) {
	var errs []FieldError
	drawn := s.Personas(n.Language, 2*room.MaxAgents, chance())
	for _, a := range n.Agents {
		drawn = slices.DeleteFunc(slices.Clone(drawn), func(p Persona) bool { return p.ID == a.Persona })
	}
	names := nameList{}
	out := make([]room.AgentSpec, len(n.Agents))
	for i, a := range n.Agents {
		p := Persona{ID: a.Persona}
		switch known, found := s.Persona(n.Language, a.Persona); {
		case a.Persona != "" && !found:
			errs = append(errs, fieldError(fmt.Sprintf("body.agents[%d].persona", i), "is no persona of this language"))
		case a.Persona != "":
			p = known
		case len(drawn) > 0:
			p, drawn = drawn[0], drawn[1:]
		}
		out[i] = room.AgentSpec{Persona: p.ID, Model: a.Model}
		if a.Model == "" {
			out[i].Model = s.DefaultModel
		} else if !s.KnownModel(a.Model) {
			errs = append(errs, fieldError(fmt.Sprintf("body.agents[%d].model", i), "is no model of this server"))
		}
		if n.Mode == room.Open {
			out[i].Name = names.take(p.Name)
		}
	}
	return out, errs
}

// topics draws a topic a round for a game that was given none.
func (s *Server) topics(n NewRoom) []string {
	if n.Topic != "" {
		return []string{n.Topic}
	}
	if n.Mode == room.Open {
		return nil
	}
	var out []string
	for range topicTries {
		if t := s.Topic(n.Language, chance()); t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
		if len(out) == n.Rounds {
			break
		}
	}
	return out
}

// nameList is names that are taken, folded.
type nameList map[string]bool

// take returns the name, or the name with the first number that is free.
func (l nameList) take(name string) string {
	if name == "" {
		name = "Agent"
	}
	free := name
	for i := 2; l[strings.ToLower(free)]; i++ {
		free = fmt.Sprintf("%s %d", name, i)
	}
	l[strings.ToLower(free)] = true
	return free
}

// chance draws a number from the system's entropy.
func chance() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.LittleEndian.Uint64(b[:])
}
