package verify

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/room"
)

// file is logs as a file of records, those of the rooms in turns.
func file(tb testing.TB, logs ...[]room.Record) *bytes.Buffer {
	tb.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	for i, more := 0, true; more; i++ {
		more = false
		for _, log := range logs {
			if i >= len(log) {
				continue
			}
			more = true
			if err := enc.Encode(log[i]); err != nil {
				tb.Fatal(err)
			}
		}
	}
	return &out
}

// renamed is a log as another room's.
func renamed(tb testing.TB, log []room.Record, code string) []room.Record {
	tb.Helper()
	l := &forged{t: tb}
	for _, rec := range log {
		rec = copied(tb, rec)
		rec.Room = code
		l.log = append(l.log, rec)
	}
	edit(l, 0, func(e *room.RoomCreated) { e.Config.Code = code })
	return l.log
}

func TestJSONLJudgesRoomsThatAreMixed(t *testing.T) {
	t.Parallel()
	a, b := game(t).log, talk(t, room.Drop).log
	got, err := JSONL(file(t, a, renamed(t, b, "XYZ789")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Merge(judged(a), judged(b)), got); diff != "" {
		t.Errorf("the file's report differs from the logs' (-want +got):\n%s", diff)
	}
	if got.Rooms != 2 || !got.OK() || got.Replies == 0 || got.ModelCalls == 0 {
		t.Errorf("report %+v", got)
	}
}

func TestJSONLDamagedRecordHarmsItsRoomOnly(t *testing.T) {
	t.Parallel()
	in := file(t, chat(t).log, renamed(t, chat(t).log, "XYZ789")).String()
	in = strings.Replace(in, `"message_posted"`, `"message_pasted"`, 1) + "\n\n"
	got, err := JSONL(strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Faults) != 1 || got.Faults[0].Rule != ruleUnreadable || got.Faults[0].Room != "ABC234" || got.Rooms != 2 {
		t.Errorf("report %+v", got)
	}
	if !strings.Contains(got.Faults[0].Detail, "line 7") {
		t.Errorf("the fault does not name its line: %s", got.Faults[0])
	}
}

func TestJSONLRefusesOtherLines(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`{"seq":1,"type":"joined","player":"Eve"}`, `hello`, `{"v":1,"ord":1,"events":[]}`, `[]`, `null`, `{"v":1,"room":"ABC2`,
	} {
		in := file(t, chat(t).log).String() + line + "\n"
		got, err := JSONL(strings.NewReader(in))
		if err == nil || !strings.Contains(err.Error(), "line 5") {
			t.Errorf("%s: error %v", line, err)
		}
		if got.Rooms != 1 {
			t.Errorf("%s: %d rooms read before", line, got.Rooms)
		}
	}
}

func TestReportAsTextAndJSON(t *testing.T) {
	t.Parallel()
	rep := forge(chat(t), func(l *forged) { l.last().Seq++ })
	var text strings.Builder
	if err := rep.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"pending triggers        2\n", "room ABC234, record 4: seq: ", "not sound"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, text.String())
		}
	}
	b, err := json.Marshal(Merge(judged(chat(t).log)))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"rooms":1,"events":11,"triggers":2,"turns":0,"replies":0,"duplicate_replies":0,"uncovered_triggers":0,` +
		`"doubly_covered_triggers":0,"pending_triggers":2,"open_turns":0,"model_calls":0,"wasted_calls":0,"faults":[]}`
	if string(b) != want {
		t.Errorf("JSON\n%s\nwant\n%s", b, want)
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		w    *world
		want Report
	}{
		{"answered", answered(t), Report{Triggers: 5, Turns: 1, Replies: 1, PendingTriggers: 3, ModelCalls: 1}},
		{"lost", lost(t), Report{Triggers: 2, Turns: 1, PendingTriggers: 2, OpenTurns: 1, ModelCalls: 2, WastedCalls: 1}},
		{"drafted", drafted(t), Report{Triggers: 3, Turns: 1, Replies: 1, PendingTriggers: 2, ModelCalls: 1}},
		{"stopped", stopped(t), Report{Triggers: 2, Turns: 1, PendingTriggers: 1, ModelCalls: 1, WastedCalls: 1}},
		{"passed", passed(t), Report{Triggers: 2, Turns: 1, PendingTriggers: 1, ModelCalls: 1}},
	} {
		c.want.Rooms, c.want.Faults = 1, []Fault{}
		got := judged(c.w.log)
		got.Events = 0
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestSharesNothingWithTheRules holds the package to the words and records of
// package room.
func TestSharesNothingWithTheRules(t *testing.T) {
	t.Parallel()
	allowed := map[string]bool{}
	for _, name := range []string{"event.go", "record.go", "ref.go", "config.go", "word.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "room", name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for name := range f.Scope.Objects {
			allowed[name] = true
		}
	}
	delete(allowed, "Head")
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "room" {
				used++
				if !allowed[sel.Sel.Name] {
					t.Errorf("%s uses room.%s", name, sel.Sel.Name)
				}
			}
			return true
		})
	}
	if used < 100 {
		t.Errorf("only %d uses of package room found", used)
	}
}

func FuzzJSONL(f *testing.F) {
	f.Add(file(f, chat(f).log).Bytes())
	f.Add(file(f, voted(f).log).Bytes())
	if log := game(f).log; len(log) > 30 {
		f.Add(file(f, log[:30]).Bytes())
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		rep, err := JSONL(bytes.NewReader(b))
		_ = err
		_ = rep.OK()
	})
}

func BenchmarkRecord(b *testing.B) {
	log := long(b)
	b.ReportAllocs()
	records := 0
	for b.Loop() {
		if rep := judged(log); !rep.OK() {
			b.Fatal(rep.Faults)
		}
		records += len(log)
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkJSONL(b *testing.B) {
	log := long(b)
	in := file(b, log).Bytes()
	b.SetBytes(int64(len(in)))
	records := 0
	for b.Loop() {
		if rep, err := JSONL(bytes.NewReader(in)); err != nil || !rep.OK() {
			b.Fatal(err, rep.Faults)
		}
		records += len(log)
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
}

// long is the log of an open room in which four agents answer each of many lines.
func long(b *testing.B) []room.Record {
	b.Helper()
	c := config(room.Open, room.Coalesce)
	c.Agents = []room.AgentSpec{{Name: "Ada"}, {Name: "Bob"}, {Name: "Cyd"}, {Name: "Dee"}}
	c.Hops, c.Calls = 1, 1_000_000
	w := newWorld(b, c)
	w.join("Eve")
	for range 1000 {
		w.chance++
		w.wait(20_000_000_000)
		w.do(room.Say{Player: "Eve", Text: "What about number " + w.s.Config.Code + "?"})
		for i, r := range first(w.s.Ready(w.now)) {
			turn := w.begin(r.Agent)
			w.do(room.Answer{Turn: turn, Attempt: 1, Text: strings.Repeat("So it is. ", 1+i) + turn})
		}
	}
	return w.log
}
