package sim

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// A million triggers in at least a thousand worlds, by the command as somebody
// would run it.
func TestAMillionTriggers(t *testing.T) {
	if os.Getenv("PARLEY_LONG") == "" {
		t.Skip("PARLEY_LONG is not set")
	}
	t.Attr("guarantee", "in simulated worlds full of faults each trigger is covered once, and each call is in the log first")
	bin := filepath.Join(t.TempDir(), "parley")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "../../cmd/parley")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const batch = 100
	var sum Tally
	for seed := 1; sum.Seeds < 1000 || sum.Triggers < 1_000_000; seed += batch {
		c := exec.CommandContext(t.Context(), bin, "sim", "--json", "--seed", strconv.Itoa(seed), "--seeds", strconv.Itoa(batch), "--hours", "0.25")
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var o Outcome
		if err := json.Unmarshal(out, &o); err != nil {
			t.Fatal(err)
		}
		sum.merge(o.Tally)
		sum.Seconds += o.Seconds
	}
	more := 0
	for _, n := range sum.Extra {
		more += n
	}
	if bad := sum.Doubled + sum.Uncovered + sum.Twice; bad > 0 || sum.Calls > sum.Attempts {
		t.Errorf("not every trigger is covered once, or not every call recorded: %+v", sum)
	}
	t.Attr("trials", fmt.Sprintf("%d triggers, %d seeds, %.0f room-hours in %.0f s", sum.Triggers, sum.Seeds, sum.RoomHours, sum.Seconds))
	t.Attr("result", fmt.Sprintf("%d uncovered, %d covered twice, %d replies doubled; %d calls for %d turns, %d of them further attempts, each with its reason",
		sum.Uncovered, sum.Twice, sum.Doubled, sum.Calls, sum.Turns, more))
}
