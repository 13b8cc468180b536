package room

import (
	"cmp"
	"slices"
	"time"
)

// Scene is what an agent knows when it takes a turn: what a prompt is made of.
type Scene struct {
	Room     string
	Mode     Mode
	Lang     string
	Turn     string
	Attempt  int
	Agent    string
	Persona  string
	Model    string
	Kind     TurnKind
	Pacing   Pacing
	Topic    string
	Round    int
	BeganAt  time.Time // of the turn
	EndsAt   time.Time // of the phase; zero for no end
	Deadline time.Time // of the attempt
	Players  []ScenePlayer
	Lines    []Line // oldest first; nothing after the turn's coverage
	New      int    // how many of the last lines have not been read before
	Covers   []Trigger
	Suspects []string // whom it may vote for
	Refused  bool     // an earlier answer of the turn could not be posted
}

// ScenePlayer is a player as the agent sees it.
type ScenePlayer struct {
	Name  string
	Agent bool // told in open rooms only
}

// Scene returns what the agent knows in its open turn.
func (s *State) Scene(turn string) (Scene, bool) {
	for _, p := range s.agents() {
		if t := p.agent.turn; t != nil && t.ID == turn {
			return s.scene(p), true
		}
	}
	return Scene{}, false
}

// fresh returns which of the first lines is the first that somebody else wrote
// at or after a position; seen for none.
func (s *State) fresh(p *Player, from uint64, seen int) int {
	i, _ := slices.BinarySearchFunc(s.Lines[:seen], from, linePos)
	for i < seen && s.Lines[i].Player == p.Name {
		i++
	}
	return i
}

func linePos(l Line, pos uint64) int { return cmp.Compare(l.Pos, pos) }

func (s *State) scene(p *Player) Scene {
	t := p.agent.turn
	sc := Scene{
		Room: s.Config.Code, Mode: s.Config.Mode, Lang: s.Config.Lang, Pacing: s.Config.Pacing,
		Turn: t.ID, Attempt: t.Attempt, Agent: p.Name, Persona: p.Persona, Model: t.Model, Kind: t.Kind,
		Topic: s.Config.Topic(s.Round), Round: s.Round, BeganAt: t.BeganAt, EndsAt: s.EndsAt, Deadline: t.Deadline,
		Covers: append([]Trigger(nil), p.agent.covered()...), Refused: t.Refusals > 0,
	}
	for _, q := range s.order {
		if q.InPlay() {
			sc.Players = append(sc.Players, ScenePlayer{Name: q.Name, Agent: q.Role == Agent && s.Config.Mode == Open})
		}
		if t.Kind == TurnVote && q != p && q.InPlay() {
			sc.Suspects = append(sc.Suspects, q.Name)
		}
	}
	seen, _ := slices.BinarySearchFunc(s.Lines, t.Seen+1, linePos)
	sc.Lines = append([]Line(nil), s.Lines[:seen]...)
	if len(sc.Covers) > 0 {
		sc.New = seen - s.fresh(p, sc.Covers[0].Pos, seen)
	}
	return sc
}
