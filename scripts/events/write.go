package main

import (
	"fmt"
	"slices"
	"strings"
)

const (
	head = `# What is in a room's log

Written by ` + "`make generate`" + ` from the source of package room; not to be edited by hand.

A room is its records, folded in order. ` + "`parley export`" + ` writes them as JSON, one
a line. An event of a record is an object with its ` + "`type`" + ` and, as ` + "`event`" + `, an object
with the fields below. A field marked "if any" is left out when it is empty. Times are RFC 3339 in UTC with
milliseconds. Tokens and passwords are hashes, which an export leaves empty.

`
	frames = `## What players see

Those events that players may see are numbered by ` + "`seq`" + ` and sent as frames, the same
to everybody: to people, to agents and to whoever looks on. Frames of the types
` + "`typing` and `presence`" + ` have no ` + "`seq`" + `: they are not in the log.

`
)

// document writes the whole text.
func (s *source) document() (string, error) {
	var b strings.Builder
	b.WriteString(head)
	b.WriteString("## A record\n\n")
	s.table(&b, "Record")
	b.WriteString("## Events\n\n")
	for _, event := range s.logged {
		st, known := s.structs[event]
		if !known {
			return "", fmt.Errorf("no struct %s", event)
		}
		fmt.Fprintf(&b, "### `%s`\n\n%s", s.names[event], about(st, "`"+s.names[event]+"`"))
		if shown := s.shown[event]; shown != "" {
			fmt.Fprintf(&b, " Players see it as `%s`.", shown)
		}
		b.WriteString("\n\n")
		s.table(&b, event)
	}
	b.WriteString("## What they hold\n\n")
	for _, name := range s.held() {
		fmt.Fprintf(&b, "### %s\n\n%s\n\n", name, about(s.structs[name], name))
		s.table(&b, name)
	}
	b.WriteString("## Words\n\n| Type | What it says | Values |\n|---|---|---|\n")
	used := s.kinds()
	for _, w := range s.words {
		if !used[w.name] {
			continue
		}
		fmt.Fprintf(&b, "| %s | %s | `%s` |\n", w.name, strings.TrimPrefix(w.about, w.name+" "), strings.Join(w.values, "` `"))
	}
	b.WriteString("\n" + frames)
	s.framed(&b)
	return b.String(), nil
}

// about is a struct's comment as a sentence about what the document calls it.
func about(s structure, called string) string {
	if rest, is := strings.CutPrefix(s.about, s.name+" "); is {
		return called + " " + rest
	}
	return s.about
}

// held returns the structs that records and events refer to, in alphabetical
// order.
func (s *source) held() []string {
	var out []string
	for name := range s.kinds() {
		if st, is := s.structs[name]; is && len(st.fields) > 0 {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// kinds returns the types of all fields that a record can have, at any depth.
func (s *source) kinds() map[string]bool {
	found := map[string]bool{}
	var look func(name string)
	look = func(name string) {
		for _, f := range s.structs[name].fields {
			for part := range strings.FieldsSeq(f.kind) {
				if !found[part] {
					found[part] = true
					look(part)
				}
			}
		}
	}
	for _, root := range append([]string{"Record"}, s.logged...) {
		look(root)
	}
	return found
}

// table writes the fields of a struct.
func (s *source) table(b *strings.Builder, name string) {
	fields := s.structs[name].fields
	if len(fields) == 0 {
		return
	}
	b.WriteString("| Field | Type | |\n|---|---|---|\n")
	for _, f := range fields {
		note := strings.TrimSuffix(f.about, ".")
		if f.optional {
			note = strings.TrimSuffix("if any; "+note, "; ")
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", f.name, f.kind, note)
	}
	b.WriteString("\n")
}

// framed writes the frames of public events, with those fields that all have
// told once.
func (s *source) framed(b *strings.Builder) {
	b.WriteString("| `type` | Fields beside `seq`, `type` and `at` |\n|---|---|\n")
	for _, event := range s.logged {
		kind := s.shown[event]
		if kind == "" {
			continue
		}
		var fields []string
		for _, f := range s.structs[s.frames[event]].fields {
			fields = append(fields, fmt.Sprintf("`%s` (%s)", f.name, f.kind))
		}
		if len(fields) == 0 {
			fields = []string{"–"}
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", kind, strings.Join(fields, ", "))
	}
}
