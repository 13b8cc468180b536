package web_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// The reducer, in the browser that runs it: each vector's events and what the
// room must look like after them. Only the fields a vector names are compared.
func TestViews(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/views.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Name   string
		Events json.RawMessage
		Want   map[string]any
	}
	if err := json.Unmarshal(body, &vectors); err != nil {
		t.Fatal(err)
	}
	f := newFake(t)
	p := newTab(t, browser(t), "views")
	p.visit(f.url + "/")
	for _, v := range vectors {
		const run = `import('/assets/state/room.js').then(({ emptyRoom, reduce }) => JSON.stringify(%s.reduce((state, e) => {
				const before = JSON.stringify(state);
				const { do: type, ...rest } = e;
				const next = reduce(state, type ? { type, ...rest } : { type: 'event', event: e, now: Date.parse(e.at) || 0 });
				if (JSON.stringify(state) !== before) throw new Error('the old state was changed');
				return next;
			}, emptyRoom('K7MPQ2'))))`
		var got map[string]any
		if err := json.Unmarshal([]byte(eval[string](p, fmt.Sprintf(run, v.Events))), &got); err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		if absent, ok := v.Want["absent"].(map[string]any); ok {
			delete(v.Want, "absent")
			for field, names := range absent {
				for _, name := range names.([]any) {
					if _, there := got[field].(map[string]any)[name.(string)]; there {
						t.Errorf("%s: %s has %s", v.Name, field, name)
					}
				}
			}
		}
		for _, difference := range differ(v.Name+": ", got, v.Want) {
			t.Error(difference)
		}
	}
}

// differ says where got lacks what want has. Objects may hold more, lists not.
func differ(at string, got, want any) []string {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s: got %v, want %v", at, got, want)}
		}
		var all []string
		for key, value := range want {
			all = append(all, differ(at+"."+key, object[key], value)...)
		}
		return all
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return []string{fmt.Sprintf("%s: got %v, want %v", at, got, want)}
		}
		var all []string
		for i := range want {
			all = append(all, differ(fmt.Sprintf("%s[%d]", at, i), list[i], want[i])...)
		}
		return all
	default:
		if got != want {
			return []string{fmt.Sprintf("%s: got %v, want %v", at, got, want)}
		}
		return nil
	}
}
