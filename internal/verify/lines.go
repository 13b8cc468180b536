package verify

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/room"
)

// maxSilences is how many silence triggers may follow each other.
const maxSilences = 3

// lately is among how many lines an agent's must not repeat another agent's.
const lately = 30

// silence is how long nothing has been said.
type silence struct {
	quiet  time.Time // the last line, phase, pause or silence trigger
	raised int       // since a person's line or a new phase
}

func (r *Room) messagePosted(e room.MessagePosted) {
	if !r.clock.talking() {
		r.fault(ruleLinePhase, "%s speaks in %s", e.Player, r.clock.phase)
	}
	r.acting("a line of " + e.Player)
	if n := utf8.RuneCountInString(e.Text); strings.TrimSpace(e.Text) == "" || n > room.MaxText {
		r.fault(ruleText, "the line has %d characters", n)
	}
	r.silence.quiet = r.now
	p := r.seats.byName[e.Player]
	if !p.plays() || !p.announced {
		r.fault(ruleSpeaker, "%q speaks and is not in play", e.Player)
		return
	}
	if p.agent == nil {
		r.personSays(p, e)
	} else {
		r.agentSays(p, e)
	}
	suppressed, mark := p.agent != nil && e.Hop >= r.cfg.Hops, ""
	if suppressed {
		mark = "hops"
	}
	if e.Suppressed != mark {
		r.fault(ruleSuppressed, "a line of hop %d is marked %q", e.Hop, e.Suppressed)
	}
	if !suppressed {
		r.triggerAll(trigger{ref: room.Ref{Seq: r.seq}, pos: r.pos, line: true, hop: e.Hop}, p)
	}
}

func (r *Room) personSays(p *player, e room.MessagePosted) {
	r.silence.raised, r.personal = 0, true
	r.remember(0)
	if e.Turn != "" {
		r.fault(ruleSpeaker, "%s is a person and speaks in turn %s", p.name, e.Turn)
	}
	if e.Hop != 0 {
		r.fault(ruleHop, "a person's line has hop %d", e.Hop)
	}
	if e.ClientID == "" {
		return
	}
	if p.said == nil {
		p.said = set{}
	}
	if !r.insert(p.said, e.ClientID) {
		r.fault(ruleClientID, "%s posts client_id %q again", p.name, e.ClientID)
	}
}

func (r *Room) agentSays(p *player, e room.MessagePosted) {
	a := p.agent
	r.report.Replies++
	a.own.add(r.seq)
	r.said = append(r.said, said{turn: e.Turn, player: p, text: e.Text, hop: e.Hop})
	if most := r.cfg.RepliesPerMinute; !r.rateFree(a) {
		r.fault(ruleRate, "%s replies more than %d times in a minute", p.name, most)
	}
	a.replies = append(a.replies, r.now)
	if over := len(a.replies) - max(r.cfg.RepliesPerMinute, 1); over > 0 {
		a.replies = slices.Delete(a.replies, 0, over)
	}
	if !p.outside && strings.EqualFold(strings.Trim(e.Text, " \t\n[](){}<>.\"'`“”‘’„«»"), "pass") {
		r.fault(rulePass, "%s posts %q", p.name, e.Text)
	}
	h := r.hash(bare(e.Text)) | 1
	if slices.Contains(r.lately, h) {
		r.fault(ruleRepeat, "%s says what an agent said lately: %q", p.name, e.Text)
	}
	r.remember(h)
}

// rateFree reports whether one reply more is within the limit a minute.
func (r *Room) rateFree(a *agent) bool {
	most := r.cfg.RepliesPerMinute
	return len(a.replies) < most || most > 0 && !r.now.Before(a.replies[len(a.replies)-most].Add(time.Minute))
}

func (r *Room) remember(line uint64) {
	if len(r.lately) == lately {
		r.lately = slices.Delete(r.lately, 0, 1)
	}
	r.lately = append(r.lately, line)
}

// bare is a line without case, space and punctuation.
func bare(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || unicode.IsPunct(c) {
			return -1
		}
		return unicode.ToLower(c)
	}, text)
}

func (r *Room) triggerRaised(e room.TriggerRaised) {
	r.acting(e.Name)
	p := r.seats.byName[e.Agent]
	if !p.plays() || p.agent == nil {
		r.fault(ruleTrigger, "%s is raised for %q, which is no agent in play", e.Name, e.Agent)
		return
	}
	_, err := strconv.Atoi(strings.TrimPrefix(e.Name, string(e.Kind)+"-"))
	_, voted := r.ballot.votes[p.name]
	again := e.Kind == room.TriggerPhase && r.cause == "resume" && r.clock.phase == room.PhaseVoting && !voted
	named := e.Kind == room.TriggerSilence || e.Kind == room.TriggerNudge || again
	if err != nil || !named || !r.insert(r.names, e.Name) {
		r.fault(ruleTrigger, "%q is no name for a trigger of kind %s, or was raised before", e.Name, e.Kind)
	}
	if !r.clock.thinking() {
		r.fault(ruleTrigger, "%s is raised in %s", e.Name, r.clock.phase)
	}
	if e.Kind == room.TriggerSilence {
		r.broken(e)
	}
	r.trigger(p.agent, trigger{ref: room.Ref{Name: e.Name}, pos: r.pos})
}

// broken judges a trigger that breaks a silence.
func (r *Room) broken(e room.TriggerRaised) {
	busy := slices.ContainsFunc(r.seats.agents, func(p *player) bool {
		return !p.outside && len(p.agent.pending) > 0
	})
	wait := time.Duration(r.cfg.SilenceSeconds) * time.Second
	quiet := r.now.Sub(r.silence.quiet)
	switch {
	case wait == 0, !r.clock.talking(), r.seats.people == 0, busy:
		r.fault(ruleSilence, "%s is raised where silence is of no concern", e.Name)
	case quiet < wait:
		r.fault(ruleSilence, "%s is raised after %s of silence", e.Name, quiet)
	case r.silence.raised >= maxSilences:
		r.fault(ruleSilence, "%s is one more than %d in a row", e.Name, maxSilences)
	}
	r.silence.raised++
	r.silence.quiet = r.now
}
