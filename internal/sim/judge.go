package sim

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"parley/internal/host"
	"parley/internal/verify"
	"parley/room"
)

// registerLimit is how long porcupine may look at one room.
const registerLimit = 10 * time.Second

// judgement is what a world comes to.
type judgement struct {
	Tally

	digest string // of all logs
}

// judge reads what a world has left behind, outside its bubble.
func (w *world) judge() judgement {
	j := judgement{Tally: Tally{Seeds: 1, Extra: map[string]int{}}}
	sum := sha256.New()
	attempts := map[string]bool{}
	for _, s := range w.stages {
		records := w.records(s.config.Code)
		if len(records) == 0 {
			continue // it was never made
		}
		last := map[string]room.CallOutcome{}
		for _, rec := range records {
			for _, e := range rec.Events {
				w.attempt(&j.Tally, e, last)
				if e, ok := e.(room.TurnBegan); ok {
					attempts[callName(rec.Room, e)] = true
				}
			}
			line, _ := json.Marshal(rec) //nolint:errchkjson // it was read from JSON
			sum.Write(append(line, '\n'))
		}
		j.add(s.prove(records), records)
		if !w.broken { // else nobody had the time to see all
			s.compare(records)
		}
	}
	switch {
	case !w.broken:
		w.compareCalls(attempts)
	case len(w.faults) == 0:
		w.fault("unsound", "a record did not follow, and the log shows nothing of it")
	}
	j.Calls, j.digest = len(w.calls), hex.EncodeToString(sum.Sum(nil))
	return j
}

// prove judges a room's log by verify, and folds it by the rules.
func (s *stage) prove(records []room.Record) verify.Report {
	v, state := verify.NewRoom(s.config.Code), room.State{}
	for _, rec := range records {
		v.Record(rec)
		if err := state.ApplyRecord(rec); err != nil {
			s.w.fault("fold", "%v", err)
			break
		}
	}
	report := v.Finish()
	for _, f := range report.Faults {
		s.w.fault(f.Rule, "%s", f)
	}
	if n := uint64(report.Triggers); n != state.Triggers { //nolint:gosec // a count
		s.w.fault("triggers", "%s has %d triggers by the rules and %d by its log", s.config.Code, state.Triggers, n)
	}
	return report
}

// records reads a room's log.
func (w *world) records(code string) []room.Record {
	var all []room.Record
	for e, err := range w.log.Read(context.Background(), code, 0) {
		if err != nil {
			w.fault("unreadable", "%v", err)
			break
		}
		all = append(all, e.Record)
	}
	return all
}

// attempt counts the attempts after a turn's first, by why the one before
// ended; last holds that for the turns of a room.
func (w *world) attempt(t *Tally, e room.Event, last map[string]room.CallOutcome) {
	switch e := e.(type) { //nolint:gochecksumtype // only attempts are counted
	case room.AttemptFailed:
		last[e.Turn] = e.Call.Outcome
	case room.TurnBegan:
		why, known := last[e.Turn]
		delete(last, e.Turn)
		switch {
		case e.Attempt == 1 || e.Node == host.NodeOutside:
		case !known:
			w.fault("unexplained", "attempt %d of turn %s has no reason", e.Attempt, e.Turn)
		default:
			t.Extra[string(why)]++
		}
	}
}

// compareCalls holds the calls that reached a model against the attempts that
// the logs hold.
func (w *world) compareCalls(attempts map[string]bool) {
	for name := range w.calls {
		if !attempts[name] {
			w.fault("call_unknown", "%s was called and is in no log", name)
		}
	}
}

// compare holds a room's log against what those in the room have seen.
func (s *stage) compare(records []room.Record) {
	var frames [][]byte
	lines := map[string]asked{}
	votes := map[ballot]int{}
	for _, rec := range records {
		shown, err := room.Show(rec)
		if err != nil {
			s.w.fault("frame", "%v", err)
		}
		for _, f := range shown {
			frames = append(frames, f.JSON)
		}
		for _, e := range rec.Events {
			switch e := e.(type) { //nolint:gochecksumtype // only these are told to those who do them
			case room.VoteCast:
				votes[ballot{e.Player, e.Suspect}]++
			case room.MessagePosted:
				s.line(lines, e, rec.Seq)
			}
		}
	}
	for _, p := range s.people {
		p.compare(frames)
	}
	for _, v := range s.votes {
		if votes[v] == 0 {
			s.w.fault("vote_lost", "%s: the vote of %s for %s was acknowledged and is not there", s.config.Code, v.player, v.suspect)
		}
		votes[v]--
	}
	s.compareReads(frames, lines)
	s.compareLines(lines)
}

// line takes a person's line into those of the log. Nothing else that players
// see is in its record.
func (s *stage) line(lines map[string]asked, e room.MessagePosted, seq uint64) {
	if e.Turn != "" {
		return
	}
	name := lineName(e.Player, e.Text)
	if first, twice := lines[name]; twice {
		s.w.fault("line_twice", "%s: %q is there as seq %d and %d", s.config.Code, name, first.seq, seq)
	}
	lines[name] = asked{line: name, seq: seq, place: len(lines) + 1}
}

// compareReads holds what was read against the log, and finds how many of the
// lines it was.
func (s *stage) compareReads(frames [][]byte, lines map[string]asked) {
	seqs := []uint64{}
	for _, l := range lines {
		seqs = append(seqs, l.seq)
	}
	slices.Sort(seqs)
	for i := range s.asked {
		a := &s.asked[i]
		if a.line != "" {
			continue
		}
		a.place, _ = slices.BinarySearch(seqs, a.through+1)
		for n, f := range a.read {
			if n >= len(frames) || !bytes.Equal(f, frames[n]) {
				s.w.fault("read_phantom", "%s: %s was read and is not in the log", s.config.Code, f)
				break
			}
		}
	}
}

// compareLines holds the people's lines of a log against what they were told.
func (s *stage) compareLines(lines map[string]asked) {
	taken := map[string]bool{}
	var history []asked
	for _, a := range s.asked {
		if a.line == "" {
			history = append(history, a)
			continue
		}
		if a.refused {
			continue
		}
		taken[a.line] = true
		there, landed := lines[a.line]
		if !a.answered.IsZero() && there.seq != a.seq {
			s.w.fault("line_lost", "%s: %q was acknowledged as seq %d; the log has it as %d", s.config.Code, a.line, a.seq, there.seq)
		}
		if landed { // of what was never answered the log tells what became of it
			a.seq, a.place = there.seq, there.place
			history = append(history, a)
		}
	}
	for line := range lines {
		if !taken[line] {
			s.w.fault("line_refused", "%s: %q was refused and is there", s.config.Code, line)
		}
	}
	switch ok, known := linearizable(history, registerLimit); {
	case !ok:
		s.w.fault("register", "%s: what was posted and read cannot have happened in any order", s.config.Code)
	case !known:
		s.w.fault("register", "%s: no order of what was posted and read was found in %v", s.config.Code, registerLimit)
	}
}

// compare holds what a person has seen against the log.
func (p *person) compare(frames [][]byte) {
	for i, f := range p.seen {
		if i >= len(frames) || !bytes.Equal(f, frames[i]) {
			p.w.fault("watch_phantom", "%s has seen what is not in the log: %s", p.name, f)
			return
		}
	}
	if player, _ := p.seat(); player != "" && len(p.seen) < len(frames) {
		p.w.fault("watch_missed", "%s has seen %d events of %d", p.name, len(p.seen), len(frames))
	}
}
