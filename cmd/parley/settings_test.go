package main

import (
	"io"
	"slices"
	"strings"
	"testing"
)

func TestEveryFlagHasAVariable(t *testing.T) {
	parser, err := newParser(console{io.Discard, io.Discard}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, command := range parser.Model.Children {
		for _, f := range command.Flags {
			seen++
			want := "PARLEY_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
			if !slices.Contains(f.Envs, want) {
				t.Errorf("parley %s --%s reads %v, not %s", command.Name, f.Name, f.Envs, want)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d flags were looked at", seen)
	}
}
