package memlog_test

import (
	"testing"

	"go.uber.org/goleak"

	"parley/internal/eventlog"
	"parley/internal/eventlog/eventlogtest"
	"parley/internal/eventlog/memlog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLog(t *testing.T) {
	eventlogtest.Run(t, func(*testing.T) eventlog.Log { return memlog.New(memlog.Options{}) })
}
