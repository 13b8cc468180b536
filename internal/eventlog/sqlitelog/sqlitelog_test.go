package sqlitelog_test

import (
	"os"
	"testing"
	"time"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/sqlitelog"
)

func open(t *testing.T, dir string, options sqlitelog.Options) *sqlitelog.Log {
	t.Helper()
	l, err := sqlitelog.Open(t.Context(), dir, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return l
}

func TestLog(t *testing.T) {
	eventlogtest.Run(t, func(t *testing.T) eventlog.Log {
		t.Helper()
		return open(t, t.TempDir(), sqlitelog.Options{})
	})
}

func TestDurable(t *testing.T) {
	for name, options := range map[string]sqlitelog.Options{
		"always":   {},
		"interval": {Sync: sqlitelog.Interval, SyncEvery: time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			eventlogtest.RunDurable(t, func(t *testing.T, dir string) eventlog.Log {
				t.Helper()
				return open(t, dir, options)
			})
		})
	}
}

// trials is how often a test tries: more often in the long run.
func trials(short, long int) int {
	if os.Getenv("PARLEY_LONG") != "" {
		return long
	}
	return short
}

func TestRemove(t *testing.T) {
	eventlogtest.RunRemove(t, func(t *testing.T) eventlogtest.RemovingLog {
		t.Helper()
		return open(t, t.TempDir(), sqlitelog.Options{})
	})
}
