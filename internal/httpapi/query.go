package httpapi

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// param is a query parameter of an operation.
type param struct {
	name, about string
	number      bool
	least, most int64    // of a number; most 0 for no limit
	normally    int64    // a number that is not given
	oneOf       []string // what a word may be; empty for any
}

func after() param {
	return param{name: "after", about: "the seq after which to begin; 0 for the first event", number: true}
}

// query is the parameters of a request, checked.
type query struct {
	numbers map[string]int64
	words   map[string]string
}

func (p param) schema() *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	if p.number {
		least := float64(p.least)
		s.Type, s.Minimum, s.Default = huma.TypeInteger, &least, p.normally
		if p.most > 0 {
			most := float64(p.most)
			s.Maximum = &most
		}
	}
	for _, w := range p.oneOf {
		s.Enum = append(s.Enum, w)
	}
	return s
}

// readQuery holds the query of a request to the parameters of its operation.
func readQuery(r *http.Request, params []param) (query, error) {
	q := query{numbers: map[string]int64{}, words: map[string]string{}}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return q, wrongField("query", "is not well formed")
	}
	for name := range values {
		if !slices.ContainsFunc(params, func(p param) bool { return p.name == name }) {
			return q, wrongField("query."+clip(name), "is no parameter that is known here")
		}
	}
	for _, p := range params {
		given := values[p.name]
		switch {
		case len(given) > 1:
			return q, wrongField("query."+p.name, "is given twice")
		case len(given) == 1 && p.number:
			n, err := p.parse(given[0])
			if err != nil {
				return q, err
			}
			q.numbers[p.name] = n
		case len(given) == 1:
			if len(p.oneOf) > 0 && !slices.Contains(p.oneOf, given[0]) {
				return q, wrongField("query."+p.name, fmt.Sprintf("has to be one of %q", p.oneOf))
			}
			q.words[p.name] = given[0]
		case p.number:
			q.numbers[p.name] = p.normally
		}
	}
	return q, nil
}

func (p param) parse(s string) (int64, error) {
	u, err := strconv.ParseUint(s, 10, 63)
	n := int64(u)
	if err != nil || n < p.least || (p.most > 0 && n > p.most) {
		if p.most > 0 {
			return 0, wrongField("query."+p.name, fmt.Sprintf("has to be a whole number from %d to %d", p.least, p.most))
		}
		return 0, wrongField("query."+p.name, fmt.Sprintf("has to be a whole number, at least %d", p.least))
	}
	return n, nil
}
