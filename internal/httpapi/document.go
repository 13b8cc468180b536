package httpapi

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"parley/room"
)

// refSchema describes room.Ref, which is a number or a string in JSON.
type refSchema struct{}

// Schema implements huma.SchemaProvider.
func (refSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Description: "the seq of an event, or the name of a trigger that has none",
		OneOf:       []*huma.Schema{{Type: huma.TypeInteger}, {Type: huma.TypeString}},
	}
}

func newDocument(version string) (*huma.OpenAPI, huma.Registry) {
	reg := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	reg.RegisterTypeAlias(reflect.TypeFor[room.Ref](), reflect.TypeFor[refSchema]())
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Parley", Version: "1",
			Description: "Group chats of people and agents. Server " + version + ". Errors are application/problem+json everywhere.",
		},
		Components: &huma.Components{
			Schemas: reg,
			SecuritySchemes: map[string]*huma.SecurityScheme{
				"token": {Type: "http", Scheme: "bearer", Description: "A player's, a host's or an agent's token. It speaks for one seat in one room. Browsers send it as the cookie parley_CODE."},
			},
		},
		Tags: []*huma.Tag{
			{Name: "rooms"},
			{Name: "players"},
			{Name: "reading", Description: "Three ways, one stream; each resumes after any seq and then follows live."},
			{Name: "host", Description: "With the host's token."},
			{Name: "turns"},
			{Name: "operator"},
		},
	}, reg
}

// document puts an operation into the OpenAPI document.
func (s *Server) document(rt route, body *huma.Schema, wanted bool) {
	op := &huma.Operation{
		Method: rt.method, Path: rt.path, OperationID: rt.id, Tags: []string{rt.tag},
		Summary: rt.summary, Description: rt.about, Responses: map[string]*huma.Response{},
	}
	for segment := range strings.SplitSeq(rt.path, "/") {
		if name, is := strings.CutPrefix(segment, "{"); is {
			op.Parameters = append(op.Parameters, &huma.Param{Name: strings.TrimSuffix(name, "}"), In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
		}
	}
	for _, p := range rt.query {
		op.Parameters = append(op.Parameters, &huma.Param{Name: p.name, In: "query", Description: p.about, Schema: p.schema()})
	}
	if wanted {
		op.RequestBody = &huma.RequestBody{Required: !rt.optionalBody, Content: map[string]*huma.MediaType{"application/json": {Schema: body}}}
	}
	if rt.need != needNothing {
		op.Security = []map[string][]string{{"token": {}}}
		if rt.need == needJoin || rt.need == needRead {
			op.Security = append(op.Security, map[string][]string{})
		}
	}
	s.documentAnswers(rt, op, wanted)
	s.doc.AddOperation(op)
}

func (s *Server) documentAnswers(rt route, op *huma.Operation, wanted bool) {
	success := &huma.Response{Description: title(rt.status)}
	if rt.answer != nil {
		t := reflect.TypeOf(rt.answer)
		success.Content = map[string]*huma.MediaType{"application/json": {Schema: s.schemas.Schema(t, true, rt.id+"Answer")}}
	}
	for _, kind := range rt.content {
		if success.Content == nil {
			success.Content = map[string]*huma.MediaType{}
		}
		success.Content[kind] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	}
	op.Responses[strconv.Itoa(rt.status)] = success
	for status, text := range rt.also {
		op.Responses[strconv.Itoa(status)] = &huma.Response{Description: text, Content: success.Content}
		if status == http.StatusNoContent || status == http.StatusSwitchingProtocols {
			op.Responses[strconv.Itoa(status)].Content = nil
		}
	}
	schema := s.schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	for _, status := range rt.problems(wanted) {
		r := &huma.Response{Description: title(status), Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}}
		if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
			r.Headers = map[string]*huma.Param{"Retry-After": {Description: "seconds", Schema: &huma.Schema{Type: huma.TypeInteger}}}
		}
		op.Responses[strconv.Itoa(status)] = r
	}
}

// problems lists the refusals that an operation knows.
func (rt route) problems(wanted bool) []int {
	list := map[int]bool{http.StatusForbidden: true}
	for _, status := range rt.refusals {
		list[status] = true
	}
	if strings.HasPrefix(rt.path, "/v1/") {
		list[http.StatusUnauthorized], list[http.StatusServiceUnavailable] = true, true
		list[http.StatusUnprocessableEntity] = true
	}
	if rt.inRoom() {
		list[http.StatusNotFound] = true
	}
	if wanted {
		list[http.StatusBadRequest], list[http.StatusRequestEntityTooLarge], list[http.StatusUnsupportedMediaType] = true, true, true
	}
	return slices.Sorted(maps.Keys(list))
}

// openAnswers lets answers have more fields than the document names: the
// contract may be added to. Only requests are closed.
func (s *Server) openAnswers() {
	requests := map[string]bool{frameName: true}
	for _, item := range s.doc.Paths {
		if op := item.Post; op != nil && op.RequestBody != nil {
			s.markUsed(op.RequestBody.Content["application/json"].Schema, requests)
		}
	}
	for name, schema := range s.schemas.Map() {
		if !requests[name] {
			schema.AdditionalProperties = nil
		}
	}
}

func (s *Server) markUsed(schema *huma.Schema, used map[string]bool) {
	if name, is := strings.CutPrefix(schema.Ref, "#/components/schemas/"); is && !used[name] {
		used[name] = true
		schema = s.schemas.SchemaFromRef(schema.Ref)
	}
	for _, p := range schema.Properties {
		s.markUsed(p, used)
	}
	for _, p := range schema.OneOf {
		s.markUsed(p, used)
	}
	if schema.Items != nil {
		s.markUsed(schema.Items, used)
	}
}
