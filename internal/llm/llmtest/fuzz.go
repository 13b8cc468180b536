package llmtest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"parley/internal/llm"
)

// FuzzStream has a connector read whatever a server may send: it gives an answer
// or an error of a known class, of one request, and never more text than is
// allowed. It begins with the streams in testdata and one more.
func FuzzStream(f *testing.F, connect Connect, more string) {
	f.Helper()
	var raw atomic.Pointer[[]byte]
	server := NewServer(f, func(Call) Reply { return Reply{Does: Replays, Raw: *raw.Load()} })
	model := connect(server.Root)
	files, err := filepath.Glob("testdata/*.sse")
	if err != nil || len(files) == 0 {
		f.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file) //nolint:gosec // of the package under test
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(more))
	f.Fuzz(func(t *testing.T, b []byte) {
		raw.Store(&b)
		before := server.Total()
		answer, err := model.Complete(t.Context(), request())
		if n := server.Total() - before; n != 1 {
			t.Fatalf("%d requests", n)
		}
		if _, classed := errors.AsType[*llm.Error](err); err != nil && !classed {
			t.Fatalf("error is a %T: %v", err, err)
		}
		if err == nil && (strings.TrimSpace(answer.Text) == "" || len(answer.Text) > 16<<10) {
			t.Fatalf("answer of %d bytes", len(answer.Text))
		}
	})
}
