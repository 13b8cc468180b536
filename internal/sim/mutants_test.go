package sim

// mutantSeeds is how many worlds a mutant has to survive to be let go.
const mutantSeeds = 60

// mutant is a defect, made on purpose.
type mutant struct {
	name  string
	edits []edit
}

// edit replaces a text that is in a file once.
type edit struct{ file, old, new string }

func one(name, file, old, replaced string) mutant {
	return mutant{name, []edit{{file, old, replaced}}}
}

var mutants = []mutant{
	one("the fence is skipped", "room/turn.go", `if t.Attempt != attempt || !t.Running {`, `if t.Attempt < attempt {`),
	one("the cursor is forgotten", "room/cursor.go", "\t\treturn hit\n", "\t\treturn false\n"),
	one("a trigger counts twice", "room/cursor.go", `c.pending = append(c.pending, t)`, `c.pending = append(c.pending, t, t)`),
	one("a turn covers what came after it was begun", "room/turn.go", `p.Name, refs(a.covered())`, `p.Name, refs(a.pending)`),
	one("a turn under strict covers all that waits", "room/turn.go", `if d.s.Config.Overlap == Strict {`, `if false {`),
	one("an attempt goes on beside another", "room/turn.go", `t.Running && d.m.At.Before(t.Deadline):`, `false:`),
	one("an attempt ends without a record of it", "room/turn.go", "\t\tif t.Running {\n", "\t\tif false {\n"),
	one("calls are not counted", "room/cursor.go", "\t\ts.calls++\n", ""),
	one("a phase ends and leaves triggers pending", "room/vote.go", "\td.cancelAll(ReasonPhase)\n\te :=", "\te :="),
	one("a vote counts after the bell", "room/message.go", `case d.s.over(d.m.At):`, `case false:`),
	one("a player votes twice", "room/vote.go", `if _, voted := d.s.votes[p.Name]; voted {`, `if false {`),
	one("a draft is posted before its time", "room/tick.go", `ok && !at.Before(due) {`, `ok && !due.IsZero() {`),
	one("agents answer each other without end", "room/message.go", `if author.Role == Agent && m.Hop >= d.s.Config.Hops {`, `if false {`),
	one("a client_id is forgotten", "room/message.go", `d.Seq, d.Again = p.said[c.ClientID]`, `d.Again = p == nil`),
	one("a program that answers again is not recognised", "room/answer.go", `if t.turn != turn || t.attempt != attempt {`, `if true {`),
	{"the public seq counts what players do not see", []edit{
		{"room/head.go", "\t\tif public(e) {\n", "\t\tif true {\n"},
		{"room/apply.go", "\tif public(e) {\n", "\tif true {\n"},
	}},
	{"the word for silence is posted", []edit{
		{"room/answer.go", `return c.Pass || (c.Suspect == "" && isPass(c.Text))`, `return c.Pass`},
		{"internal/agent/outcome.go", "\t\tanswer.Pass = true\n", "\t\tanswer.Text = line\n"},
	}},
	{"applied before appended", []edit{
		{
			"internal/host/commit.go", `places, err := r.append(recs)`,
			"at := r.place\n\tr.tellAll(all, make([]eventlog.Seq, len(recs)))\n\tr.place = at\n\tplaces, err := r.append(recs)",
		},
		{"internal/host/commit.go", `r.tellAll(all[:n], places)`, "if len(places) > 0 {\n\t\tr.place = places[len(places)-1]\n\t}"},
	}},
	one("answered before it is durable", "internal/host/commit.go", `fail(left[n:], err)`, "_ = n"),
	one("a call is made without its intent in the log", "internal/host/commit.go", `recs = append(recs, *p.record)`,
		"if _, begins := p.command.(room.BeginTurn); begins {\n\t\t\tp.err = r.apply(p)\n\t\t\tp.record = nil\n\t\t\tcontinue\n\t\t}\n\t\trecs = append(recs, *p.record)"),
	one("a call is made again after it succeeded", "internal/agent/turn.go", `answer, err := complete(ctx, model, request)`,
		"answer, err := complete(ctx, model, request)\n\tif err == nil {\n\t\tanswer, err = complete(ctx, model, request)\n\t}"),
	one("a call that failed is made again unrecorded", "internal/agent/turn.go", `answer, err := complete(ctx, model, request)`,
		"answer, err := complete(ctx, model, request)\n\tif err != nil && ctx.Err() == nil {\n\t\tanswer, err = complete(ctx, model, request)\n\t}"),
	one("who resumes misses an event", "internal/host/watch.go", `w.queue = append(w.queue, frames...)
	}
	if r.state`, `w.queue = append(w.queue, frames[1:]...)
	}
	if r.state`),
}
