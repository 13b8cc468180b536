package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

const (
	maxBody  = 64 << 10
	maxDepth = 16 // of nested arrays and objects
)

// readBody returns the body of a request, empty when it has none.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, problem(http.StatusRequestEntityTooLarge, fmt.Sprintf("The body is larger than %d bytes.", maxBody))
	case err != nil:
		return nil, problem(http.StatusBadRequest, "The body could not be read to its end.")
	case len(bytes.TrimSpace(b)) == 0:
		return nil, nil
	}
	if sent := r.Header.Get("Content-Type"); sent != "" {
		kind, params, err := mime.ParseMediaType(sent)
		charset := params["charset"]
		if err != nil || kind != "application/json" || (charset != "" && !strings.EqualFold(charset, "utf-8")) {
			return nil, problem(http.StatusUnsupportedMediaType, "The body has to be application/json in UTF-8.")
		}
	}
	return b, nil
}

// decode reads JSON into v after holding it to a schema. The fields of v that
// the JSON does not name stay as they are.
func decode(reg huma.Registry, schema *huma.Schema, b []byte, v any) error {
	parsed, err := parse(b)
	if err != nil {
		return err
	}
	if errs := check(reg, schema, "body", parsed); len(errs) > 0 {
		return wrongFields(errs...)
	}
	err = json.Unmarshal(b, v)
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch) && mismatch.Field != "":
		return wrongField("body."+mismatch.Field, "has to be written as a plain "+mismatch.Type.String())
	case err != nil:
		return wrongField("body", "does not have the form that is wanted")
	}
	return nil
}

// parse reads one JSON value. What is not JSON in UTF-8 is a 400; names given
// twice and nesting beyond reason are a 422.
func parse(b []byte) (any, error) {
	switch {
	case !utf8.Valid(b):
		return nil, problem(http.StatusBadRequest, "The body is not UTF-8.")
	case !json.Valid(b):
		return nil, problem(http.StatusBadRequest, "The body is not one JSON value.")
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	return parseValue(dec, "body", 0)
}

func parseValue(dec *json.Decoder, at string, depth int) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, problem(http.StatusBadRequest, "The body is not one JSON value.")
	}
	if depth > maxDepth {
		return nil, wrongField("body", "is nested too deeply")
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return parseObject(dec, at, depth)
		}
		return parseArray(dec, at, depth)
	case json.Number:
		f, _ := strconv.ParseFloat(token.String(), 64) // infinite when it is beyond every limit
		return f, nil
	}
	return token, nil
}

func parseObject(dec *json.Decoder, at string, depth int) (any, error) {
	out := map[string]any{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, problem(http.StatusBadRequest, "The body is not one JSON value.")
		}
		key, _ := name.(string)
		if _, twice := out[key]; twice {
			return nil, wrongField(at+"."+key, "is given twice")
		}
		if out[key], err = parseValue(dec, at+"."+key, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return out, err
}

func parseArray(dec *json.Decoder, at string, depth int) (any, error) {
	out := []any{}
	for dec.More() {
		v, err := parseValue(dec, fmt.Sprintf("%s[%d]", at, len(out)), depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	_, err := dec.Token()
	return out, err
}

// check holds a value to a schema: names to the letter, everything that is
// required, null only where it is allowed, then types, ranges and lengths.
func check(reg huma.Registry, schema *huma.Schema, at string, v any) []FieldError {
	if errs := shape(reg, schema, at, v); len(errs) > 0 {
		slices.SortFunc(errs, func(a, b FieldError) int { return strings.Compare(a.Location, b.Location) })
		return errs
	}
	res := &huma.ValidateResult{}
	huma.Validate(reg, schema, huma.NewPathBuffer([]byte(at), len(at)), huma.ModeWriteToServer, v, res)
	var errs []FieldError
	for _, err := range res.Errors {
		if d, is := errors.AsType[*huma.ErrorDetail](err); is {
			errs = append(errs, fieldError(d.Location, d.Message))
		}
	}
	return errs
}

func shape(reg huma.Registry, schema *huma.Schema, at string, v any) []FieldError {
	for schema.Ref != "" {
		schema = reg.SchemaFromRef(schema.Ref)
	}
	if v == nil {
		if schema.Nullable {
			return nil
		}
		return []FieldError{fieldError(at, "may not be null")}
	}
	if len(schema.OneOf) > 0 {
		return alternatives(reg, schema, at, v)
	}
	var errs []FieldError
	switch v := v.(type) {
	case map[string]any:
		if schema.Type == huma.TypeObject {
			errs = objectShape(reg, schema, at, v)
		}
	case []any:
		if schema.Type == huma.TypeArray {
			for i, item := range v {
				errs = append(errs, shape(reg, schema.Items, fmt.Sprintf("%s[%d]", at, i), item)...)
			}
		}
	}
	return errs
}

func objectShape(reg huma.Registry, schema *huma.Schema, at string, v map[string]any) []FieldError {
	var errs []FieldError
	for name, value := range v {
		if s, known := schema.Properties[name]; known {
			errs = append(errs, shape(reg, s, at+"."+name, value)...)
		} else {
			errs = append(errs, fieldError(at+"."+clip(name), "is no field that is known here"))
		}
	}
	for _, name := range schema.Required {
		if _, given := v[name]; !given {
			errs = append(errs, fieldError(at+"."+name, "is required"))
		}
	}
	return errs
}

// alternatives holds a value to the one alternative that has its type.
func alternatives(reg huma.Registry, schema *huma.Schema, at string, v any) []FieldError {
	for _, s := range schema.OneOf {
		_, list := v.([]any)
		_, number := v.(float64)
		if (list && s.Type == huma.TypeArray) || (number && s.Type == huma.TypeInteger) {
			return check(reg, s, at, v)
		}
	}
	return []FieldError{fieldError(at, "has to be one of: "+schema.Description)}
}

// clip shortens what a client made up, before it is sent back.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
