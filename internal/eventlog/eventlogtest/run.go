// Package eventlogtest holds every eventlog.Log to the same promises.
//
// [Run] is for all logs, [RunDurable] for those that outlive their process as
// well. Nothing here sleeps or counts on places without gaps, and all waiting
// is for events, so the suite runs against a log over a network too.
package eventlogtest

import (
	"testing"

	"parley/internal/eventlog"
)

// Run tests what every log promises. open returns a new, empty log for the
// test that it is given, and the suite closes it.
func Run(t *testing.T, open func(t *testing.T) eventlog.Log) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(t *testing.T, l eventlog.Log)
	}{
		{"what was appended is read from any place", testRead},
		{"contents survive byte for byte", testContents},
		{"a record of a megabyte survives", testLarge},
		{"a thousand rooms keep apart", testManyRooms},
		{"one may append while one reads", testAppendWhileReading},
		{"only the end of a room can be appended to", testConflict},
		{"a record that cannot be read again is refused", testInvalid},
		{"a batch is stored in order", testBatch},
		{"of those who race for a place one wins", testRacePlace},
		{"writers who race make one chain", testRaceRooms},
		{"followers see everything once and in order", testFollow},
		{"a follower that stops lets go", testFollowStops},
		{"closing ends followers", testFollowClose},
		{"heads come with their records", testHeadAtomic},
		{"heads are those of the newest records", testHeads},
		{"an ended context is heeded", testContext},
		{"an append whose answer was lost is settled", testSettle},
		{"a closed log refuses", testClosed},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := open(t)
			t.Cleanup(func() {
				if err := l.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			test.run(t, l)
		})
	}
}

// HeadFollowingLog is a log that tells of heads as they change.
type HeadFollowingLog interface {
	eventlog.Log
	eventlog.HeadFollower
}

// RunHeads tests what an eventlog.HeadFollower promises.
func RunHeads(t *testing.T, open func(t *testing.T) HeadFollowingLog) {
	t.Helper()
	t.Run("who follows heads has the newest ones", func(t *testing.T) { testFollowHeads(t, open(t)) })
	t.Run("following heads ends", func(t *testing.T) { testFollowHeadsEnds(t, open(t)) })
}

// RemovingLog is a log that can forget rooms.
type RemovingLog interface {
	eventlog.Log
	eventlog.Remover
}

// RunRemove tests what an eventlog.Remover promises.
func RunRemove(t *testing.T, open func(t *testing.T) RemovingLog) {
	t.Helper()
	t.Run("a removed room is gone", func(t *testing.T) { testRemove(t, open(t)) })
}

// RunDurable tests what logs promise that outlive their process. open opens
// the log of a directory, which is new and empty the first time.
func RunDurable(t *testing.T, open func(t *testing.T, dir string) eventlog.Log) {
	t.Helper()
	t.Run("reopening keeps everything", func(t *testing.T) { testReopen(t, open) })
	t.Run("closing keeps what was answered", func(t *testing.T) { testCloseWhileAppending(t, open) })
}
