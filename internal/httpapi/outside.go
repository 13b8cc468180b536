package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"parley/internal/host"
	"parley/room"
)

const (
	outsideNode = "outside"
	before      = 50 // events shown ahead of those covered
	nameTries   = 20
	maxReason   = 200
)

// NewAgent asks for an agent whose turns some other program takes.
type NewAgent struct {
	Persona string `json:"persona,omitempty" maxLength:"64" doc:"drawn when left out"`
}

// AgentJoined answers it.
type AgentJoined struct {
	Player string `json:"player"`
	Token  string `json:"token" doc:"reads the room, claims and answers, and nothing else; told once"`
}

// Claim is a turn to take.
type Claim struct {
	Turn     string            `json:"turn"`
	Lease    string            `json:"lease" doc:"to be sent with the outcome"`
	Covers   []room.Ref        `json:"covers" nullable:"false"`
	Deadline string            `json:"deadline" doc:"after it the turn is offered again"`
	Events   []json.RawMessage `json:"events" nullable:"false" doc:"those covered and up to 50 before"`
	Topic    string            `json:"topic"`
	Persona  string            `json:"persona"`
	Kind     room.TurnKind     `json:"kind" enum:"message,vote"`
	Player   string            `json:"player" doc:"the agent's own name"`
	Suspects []string          `json:"suspects" nullable:"false" doc:"whom it may vote for; empty unless kind is vote"`
}

// Ending is what came of a turn.
type Ending struct {
	Lease   string `json:"lease"`
	Outcome string `json:"outcome" enum:"replied,silent,voted,failed"`
	Text    string `json:"text,omitempty" nullable:"true" doc:"of replied"`
	Suspect string `json:"suspect,omitempty" nullable:"true" doc:"of voted"`
	Reason  string `json:"reason,omitempty" nullable:"true" doc:"of failed, at most 200 characters"`
}

// Ended answers an outcome.
type Ended struct {
	Seq *uint64 `json:"seq" doc:"of the message or vote, else null"`
}

func (s *Server) addOutside() {
	add(s, route{
		method: http.MethodPost, path: "/v1/rooms/{code}/agents", id: "add-agent", tag: "turns", summary: "Seat an agent from outside",
		about: "In a game only while waiting, and by the host's own token.", need: needHost, optionalBody: true,
		status: http.StatusCreated, answer: AgentJoined{}, refusals: []int{http.StatusConflict, http.StatusTooManyRequests},
	}, s.addAgent)
	add(s, route{
		method: http.MethodPost, path: "/v1/rooms/{code}/turns/claim", id: "claim-turn", tag: "turns", summary: "Claim the agent's turn",
		about: "Of two claims one gets the turn.", need: needAgent,
		query: []param{
			{name: "wait", about: "seconds to wait for a turn", number: true, most: maxWait},
			{name: "lease", about: "seconds until the turn is offered again", number: true, least: 5, most: 600, normally: 60},
		},
		status: http.StatusOK, answer: Claim{}, also: map[int]string{http.StatusNoContent: "no turn is to be taken"},
	}, s.claim)
	add(s, route{
		method: http.MethodPost, path: "/v1/rooms/{code}/turns/{turn}/outcome", id: "end-turn", tag: "turns", summary: "Say what came of a turn",
		about: "The same call again gets the first answer.", need: needAgent,
		status: http.StatusCreated, answer: Ended{}, also: map[int]string{http.StatusOK: "it was said before"}, refusals: []int{http.StatusConflict},
	}, s.endTurn)
}

func (s *Server) addAgent(c *call, n NewAgent) (answer, error) {
	if err := mayKnowRoles(c); err != nil {
		return refused(err)
	}
	if err := s.limits.take("joins", address(c.r), joinsPerSecond, joinsBurst); err != nil {
		return refused(err)
	}
	lang, taken := "en", nameList{}
	err := s.Host.Inspect(c.ctx(), c.code, func(st *room.State) {
		if st.Config.Lang != "" {
			lang = st.Config.Lang
		}
		for _, p := range st.Players() {
			taken[strings.ToLower(p.Name)] = true
		}
	})
	if err != nil {
		return refused(err)
	}
	p, known := s.Persona(lang, n.Persona)
	if n.Persona != "" && !known {
		return refused(wrongField("body.persona", "is no persona of this language"))
	}
	if drawn := s.Personas(lang, 1, chance()); n.Persona == "" && len(drawn) > 0 {
		p = drawn[0]
	}
	return s.seatAgent(c, p, taken)
}

// seatAgent tries names until one is free.
func (s *Server) seatAgent(c *call, p Persona, taken nameList) (answer, error) {
	token, hash := newToken(c.code)
	ctx, cancel := brief(c)
	defer cancel()
	join := room.Join{Token: hash, Outside: true, Persona: p.ID}
	for try := 1; ; try++ {
		if c.room.mode == room.Open {
			join.Name = taken.take(p.Name)
		}
		res, err := s.Host.Submit(ctx, c.code, join)
		if err == nil {
			return created(AgentJoined{Player: res.Player, Token: token})
		}
		if try == nameTries || !s.nameTaken(ctx, c.code, join.Name) {
			return refused(err)
		}
	}
}

func (s *Server) nameTaken(ctx context.Context, code, name string) bool {
	taken := false
	err := s.Host.Inspect(ctx, code, func(st *room.State) { _, taken = st.Player(name) })
	return err == nil && name != "" && taken
}

func (s *Server) claim(c *call, _ nothing) (answer, error) {
	if c.room.phase == room.PhaseClosed {
		return noContent()
	}
	wait := time.Duration(c.query.numbers["wait"]) * time.Second
	lease := time.Duration(c.query.numbers["lease"]) * time.Second
	until := time.Now().Add(wait)
	for {
		res, err := s.begin(c, lease)
		switch {
		case err == nil:
			return s.offer(c, res)
		case !errors.Is(err, &room.Error{Kind: room.Idle}) && !errors.Is(err, &room.Error{Kind: room.Running}):
			return refused(err)
		}
		ctx, cancel := context.WithDeadline(c.ctx(), until)
		err = s.Host.WaitTurn(ctx, c.code, c.who.player)
		ended := ctx.Err() != nil
		cancel()
		switch {
		case c.ctx().Err() != nil:
			return refused(c.ctx().Err())
		case ended:
			return noContent()
		case err != nil:
			return refused(err)
		}
	}
}

func (s *Server) begin(c *call, lease time.Duration) (host.Result, error) {
	ctx, cancel := brief(c)
	defer cancel()
	return s.Host.Submit(ctx, c.code, room.BeginTurn{
		Agent: c.who.player, Node: outsideNode, Deadline: s.Now().Add(lease).UTC().Truncate(time.Millisecond), Outside: true,
	})
}

// offer tells a program the turn that it has claimed.
func (s *Server) offer(c *call, res host.Result) (answer, error) {
	if res.Scene == nil {
		return refused(errors.New("a turn that was begun has no scene"))
	}
	sc := res.Scene
	first, last := uint64(0), res.Before
	out := Claim{
		Turn: sc.Turn, Lease: newLease(c.who.hash, sc.Turn, sc.Attempt), Covers: []room.Ref{}, Deadline: room.Time(sc.Deadline),
		Events: []json.RawMessage{}, Topic: sc.Topic, Persona: sc.Persona, Kind: sc.Kind, Player: sc.Agent, Suspects: []string{},
	}
	if len(sc.Suspects) > 0 {
		out.Suspects = sc.Suspects
	}
	for _, t := range sc.Covers {
		out.Covers = append(out.Covers, t.Ref)
		if t.Ref.Seq > 0 && first == 0 {
			first = t.Ref.Seq
		}
		if t.Ref.Seq > 0 {
			last = t.Ref.Seq
		}
	}
	if first == 0 {
		first = last + 1
	}
	from := uint64(0)
	if first > before+1 {
		from = first - before - 1
	}
	ctx, cancel := brief(c)
	defer cancel()
	for from < last {
		frames, err := s.frames(ctx, c.code, from, last)
		if err != nil {
			return refused(err)
		}
		if len(frames) == 0 {
			break
		}
		for _, f := range frames {
			if f.Seq <= last {
				out.Events = append(out.Events, f.JSON)
			}
			from = f.Seq
		}
	}
	return ok(out)
}

func (s *Server) endTurn(c *call, e Ending) (answer, error) {
	turn, attempt, valid := openLease(c.who.hash, e.Lease)
	if !valid {
		return refused(wrongField("body.lease", "is no lease that this agent was given"))
	}
	if turn != c.r.PathValue("turn") {
		return refused(problem(http.StatusConflict, "The lease belongs to another turn."))
	}
	command, err := e.command(turn, attempt)
	if err != nil {
		return refused(err)
	}
	ctx, cancel := brief(c)
	defer cancel()
	res, err := s.Host.Submit(ctx, c.code, command)
	if err != nil {
		return refused(err)
	}
	var out Ended
	if res.Seq > 0 {
		out.Seq = &res.Seq
	}
	return answer{again(res.Again, http.StatusCreated), out}, nil
}

func (e Ending) command(turn string, attempt int) (room.Command, error) {
	a := room.Answer{Turn: turn, Attempt: attempt, Outside: true}
	switch e.Outcome {
	case "replied":
		if strings.TrimSpace(e.Text) == "" {
			return nil, wrongField("body.text", "is required for this outcome")
		}
		a.Text = e.Text
	case "voted":
		if strings.TrimSpace(e.Suspect) == "" {
			return nil, wrongField("body.suspect", "is required for this outcome")
		}
		a.Suspect = e.Suspect
	case "silent":
		a.Pass = true
	default:
		reason := strings.TrimSpace(e.Reason)
		if reason != "" {
			var err error
			if reason, err = room.Text("reason", reason, maxReason); err != nil {
				return nil, err
			}
		}
		return room.FailAttempt{Turn: turn, Attempt: attempt, Outcome: room.CallError, Final: true, Reason: reason}, nil
	}
	return a, nil
}
