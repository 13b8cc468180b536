package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// source is what the document tells of package room.
type source struct {
	structs map[string]structure
	words   []word
	logged  []string          // structs of events, in the order of the source
	names   map[string]string // event's struct → its type in the log
	shown   map[string]string // event's struct → its type for players
	frames  map[string]string // event's struct → the struct of its frame
}

type structure struct {
	name, about string
	embeds      []string
	fields      []field
}

type field struct {
	name, kind, about string
	optional          bool // left out when empty
}

// word is a named string type, with the values it may have.
type word struct {
	name, about string
	values      []string
}

// read parses the files of a directory.
func read(dir string) (*source, error) {
	s := &source{structs: map[string]structure{}, names: map[string]string{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				s.declaration(d)
			case *ast.FuncDecl:
				s.function(d)
			}
		}
	}
	if len(s.logged) == 0 || len(s.shown) == 0 || len(s.frames) == 0 {
		return nil, fmt.Errorf("%s does not hold the events", dir)
	}
	return s, nil
}

func (s *source) declaration(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			switch t := spec.Type.(type) {
			case *ast.StructType:
				s.structs[spec.Name.Name] = structureOf(spec.Name.Name, text(d.Doc), t)
			case *ast.Ident:
				if t.Name == "string" {
					s.words = append(s.words, word{name: spec.Name.Name, about: text(d.Doc)})
				}
			}
		case *ast.ValueSpec:
			s.value(spec)
		}
	}
}

// value adds a constant to the word that it is of.
func (s *source) value(spec *ast.ValueSpec) {
	kind, is := spec.Type.(*ast.Ident)
	if !is || len(spec.Values) != 1 {
		return
	}
	value, is := literal(spec.Values[0])
	for i := range s.words {
		if is && s.words[i].name == kind.Name {
			s.words[i].values = append(s.words[i].values, value)
		}
	}
}

// function looks for what types events have in the log, and for players.
func (s *source) function(d *ast.FuncDecl) {
	switch {
	case d.Name.Name == "Type" && d.Recv != nil:
		if name, is := literal(returned(d.Body.List)); is {
			event := typeName(d.Recv.List[0].Type)
			s.names[event] = name
			s.logged = append(s.logged, event)
		}
	case d.Name.Name == "frameType":
		s.shown = cases(d, func(e ast.Expr) string { name, _ := literal(e); return name })
	case d.Name.Name == "frame":
		s.frames = cases(d, func(e ast.Expr) string {
			if c, is := e.(*ast.CompositeLit); is {
				return typeName(c.Type)
			}
			return ""
		})
	}
}

// cases reads a switch over types: for each type what its case returns.
func cases(d *ast.FuncDecl, of func(ast.Expr) string) map[string]string {
	out := map[string]string{}
	ast.Inspect(d, func(n ast.Node) bool {
		c, is := n.(*ast.CaseClause)
		if !is {
			return true
		}
		if e := returned(c.Body); e != nil && of(e) != "" {
			for _, t := range c.List {
				out[typeName(t)] = of(e)
			}
		}
		return true
	})
	return out
}

func returned(body []ast.Stmt) ast.Expr {
	if len(body) == 1 {
		if r, is := body[0].(*ast.ReturnStmt); is && len(r.Results) == 1 {
			return r.Results[0]
		}
	}
	return nil
}

func structureOf(name, about string, t *ast.StructType) structure {
	out := structure{name: name, about: about}
	for _, f := range t.Fields.List {
		if len(f.Names) == 0 {
			out.embeds = append(out.embeds, typeName(f.Type))
			continue
		}
		if f.Tag == nil {
			continue
		}
		tag, _ := strconv.Unquote(f.Tag.Value)
		json, options, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		about := strings.TrimPrefix(text(f.Doc), f.Names[0].Name+" ")
		about = strings.TrimSpace(strings.TrimPrefix(about, "is ") + " " + text(f.Comment))
		out.fields = append(out.fields, field{json, typeName(f.Type), about, options == "omitempty"})
	}
	return out
}

// typeName writes a type as the document has it.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return typeName(e.X) + " or null"
	case *ast.ArrayType:
		return "list of " + typeName(e.Elt)
	case *ast.MapType:
		return typeName(e.Key) + " → " + typeName(e.Value)
	case *ast.SelectorExpr:
		return "time" // the one type of another package
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	l, is := e.(*ast.BasicLit)
	if !is || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

func text(g *ast.CommentGroup) string {
	return strings.Join(strings.Fields(g.Text()), " ")
}
