package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// docsPage is what the page of the documentation shows.
type docsPage struct {
	Info    *huma.Info
	Groups  []docsGroup
	Schemas []docsSchema
}

type docsGroup struct {
	Name, About string
	Operations  []docsOperation
}

type docsOperation struct {
	*huma.Operation
	Body    string // name of the schema
	Answers []docsAnswer
}

type docsAnswer struct {
	Status, Text, Schema string
}

type docsSchema struct {
	Name   string
	Fields []docsField
}

type docsField struct {
	Name, Type, About string
	Required          bool
}

// addDocs serves the OpenAPI document, and a page made of it without scripts.
func (s *Server) addDocs() error {
	s.documentSelf()
	s.openAnswers()
	doc, err := json.Marshal(s.doc)
	if err != nil {
		return fmt.Errorf("httpapi: write the OpenAPI document: %w", err)
	}
	page, err := template.New("docs").Parse(docsTemplate)
	if err != nil {
		return fmt.Errorf("httpapi: the page of the documentation: %w", err)
	}
	var html bytes.Buffer
	if err := page.Execute(&html, s.docsPage()); err != nil {
		return fmt.Errorf("httpapi: the page of the documentation: %w", err)
	}
	s.on("GET /openapi.json", static("application/json", doc))
	s.on("GET /docs", static("text/html; charset=utf-8", html.Bytes()))
	s.on("GET /docs/style.css", static("text/css; charset=utf-8", []byte(docsStyle)))
	return nil
}

// documentSelf lists the two operations that addDocs serves.
func (s *Server) documentSelf() {
	for _, rt := range []route{
		{path: "/openapi.json", id: "openapi", summary: "This document", content: []string{"application/json"}},
		{path: "/docs", id: "docs", summary: "This document as a page", content: []string{"text/html"}},
	} {
		rt.method, rt.tag, rt.status = http.MethodGet, "operator", http.StatusOK
		s.document(rt, nil, false)
	}
}

func static(kind string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(body)
	}
}

func (s *Server) docsPage() docsPage {
	p := docsPage{Info: s.doc.Info}
	for _, tag := range s.doc.Tags {
		p.Groups = append(p.Groups, docsGroup{Name: tag.Name, About: tag.Description, Operations: s.docsOperations(tag.Name)})
	}
	for name, schema := range s.schemas.Map() {
		p.Schemas = append(p.Schemas, docsSchema{Name: name, Fields: docsFields(schema)})
	}
	slices.SortFunc(p.Schemas, func(a, b docsSchema) int { return strings.Compare(a.Name, b.Name) })
	return p
}

func (s *Server) docsOperations(tag string) []docsOperation {
	var out []docsOperation
	for _, item := range s.doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Delete} {
			if op == nil || !slices.Contains(op.Tags, tag) {
				continue
			}
			d := docsOperation{Operation: op, Answers: docsAnswers(op)}
			if op.RequestBody != nil {
				d.Body = schemaName(op.RequestBody.Content["application/json"].Schema)
			}
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b docsOperation) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
	return out
}

func docsAnswers(op *huma.Operation) []docsAnswer {
	var out []docsAnswer
	for status, r := range op.Responses {
		a := docsAnswer{Status: status, Text: r.Description}
		for _, m := range r.Content {
			if name := schemaName(m.Schema); name != "" {
				a.Schema = name
			}
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b docsAnswer) int { return strings.Compare(a.Status, b.Status) })
	return out
}

func docsFields(schema *huma.Schema) []docsField {
	var out []docsField
	for name, f := range schema.Properties {
		out = append(out, docsField{name, typeName(f), fieldAbout(f), slices.Contains(schema.Required, name)})
	}
	slices.SortFunc(out, func(a, b docsField) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func schemaName(f *huma.Schema) string {
	return strings.TrimPrefix(f.Ref, "#/components/schemas/")
}

func typeName(f *huma.Schema) string {
	name := f.Type
	switch {
	case f.Ref != "":
		name = schemaName(f)
	case f.Type == huma.TypeArray:
		name = "list of " + typeName(f.Items)
	case len(f.OneOf) > 0:
		var all []string
		for _, o := range f.OneOf {
			all = append(all, typeName(o))
		}
		name = strings.Join(all, " or ")
	}
	if f.Nullable {
		name += " or null"
	}
	return name
}

// fieldAbout is what a field's schema says beside its type.
func fieldAbout(f *huma.Schema) string {
	var parts []string
	if len(f.Enum) > 0 {
		parts = append(parts, strings.Trim(fmt.Sprint(f.Enum), "[]"))
	}
	if f.Minimum != nil && f.Maximum != nil {
		parts = append(parts, fmt.Sprintf("%g to %g", *f.Minimum, *f.Maximum))
	}
	if f.MaxLength != nil {
		parts = append(parts, fmt.Sprintf("at most %d characters", *f.MaxLength))
	}
	if f.Default != nil {
		parts = append(parts, fmt.Sprintf("normally %v", f.Default))
	}
	if f.Description != "" {
		parts = append(parts, f.Description)
	}
	return strings.Join(parts, "; ")
}
