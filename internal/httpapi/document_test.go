package httpapi_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/internal/httpapi"
)

// TestDocument compares the OpenAPI document with what is served.
func TestDocument(t *testing.T) {
	w := newWorld(t)
	r := w.want(200, "GET", "/openapi.json", nil)
	var doc struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name, In string }
			RequestBody *struct{ Content map[string]any }
			Responses   map[string]struct {
				Content map[string]struct{ Schema map[string]any }
			}
		}
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(r.body, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("openapi %q", doc.OpenAPI)
	}
	var documented []string
	for path, item := range doc.Paths {
		for method, op := range item {
			documented = append(documented, strings.ToUpper(method)+" "+path)
			if op.OperationID == "" {
				t.Errorf("%s %s has no id", method, path)
			}
			for name := range strings.SplitSeq(path, "/") {
				if strings.HasPrefix(name, "{") && !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return "{"+p.Name+"}" == name && p.In == "path" }) {
					t.Errorf("%s does not describe %s", path, name)
				}
			}
			for status, answer := range op.Responses {
				if _, is := answer.Content["application/problem+json"]; status >= "400" && !is {
					t.Errorf("%s %s: %s is no problem", method, path, status)
				}
			}
		}
	}
	page := []string{"GET /{$}", "GET /r/{code}", "GET /watch/{code}", "GET /assets/{path...}", "GET /docs/style.css"}
	api, err := httpapi.New(w.cfg)
	if err != nil {
		t.Fatal(err)
	}
	served := slices.DeleteFunc(api.Patterns(), func(p string) bool { return slices.Contains(page, p) })
	slices.Sort(documented)
	if !slices.Equal(served, documented) {
		t.Errorf("served: %q\ndocumented: %q", served, documented)
	}
	for _, ref := range regexp.MustCompile(`"#/components/schemas/(\w+)"`).FindAllStringSubmatch(string(r.body), -1) {
		if doc.Components.Schemas[ref[1]] == nil {
			t.Errorf("schema %s is not there", ref[1])
		}
	}
	for name, want := range map[string]any{"NewRoom": false, "NewMessage": false, "FrameIn": false, "AgentWish": false, "RoomView": nil, "Problem": nil} {
		if got := doc.Components.Schemas[name].(map[string]any)["additionalProperties"]; got != want {
			t.Errorf("%s: additionalProperties %v, want %v", name, got, want)
		}
	}
}

func TestDocsPage(t *testing.T) {
	w := newWorld(t)
	body := string(w.want(200, "GET", "/docs", nil).body)
	for _, part := range []string{"/v1/rooms/{code}/ws", "discussion_seconds", "text/html", `href="/openapi.json"`, `id="schema-Problem"`} {
		if part != "text/html" && !strings.Contains(body, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if m := regexp.MustCompile(`(?i)<script|style=|https?://[^e]|<no value>|%!`).FindString(body); m != "" {
		t.Errorf("the page holds %q", m)
	}
	w.want(200, "GET", "/docs/style.css", nil)
}
