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

func TestHeads(t *testing.T) {
	eventlogtest.RunHeads(t, func(*testing.T) eventlogtest.HeadFollowingLog { return memlog.New(memlog.Options{}) })
}

func TestRemove(t *testing.T) {
	eventlogtest.RunRemove(t, func(*testing.T) eventlogtest.RemovingLog { return memlog.New(memlog.Options{}) })
}
