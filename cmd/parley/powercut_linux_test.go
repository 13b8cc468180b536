package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"parley/client"
)

// disk is an ext4 file system in a file, which can lose its power.
type disk struct{ image, dir string }

func newDisk(t *testing.T) disk {
	t.Helper()
	d := disk{image: filepath.Join(t.TempDir(), "disk"), dir: t.TempDir()}
	must(t, os.WriteFile(d.image, nil, 0o600))
	must(t, os.Truncate(d.image, 64<<20))
	if out, err := exec.Command("mkfs.ext4", "-q", "-F", d.image).CombinedOutput(); err != nil {
		t.Skipf("this test makes an ext4 file system, which takes mkfs.ext4: %v\n%s", err, out)
	}
	d.mount(t)
	t.Cleanup(func() { syscall.Unmount(d.dir, syscall.MNT_DETACH) })
	return d
}

func (d disk) mount(t *testing.T) {
	t.Helper()
	if out, err := exec.Command("mount", "-o", "loop", d.image, d.dir).CombinedOutput(); err != nil {
		t.Skipf("this test mounts a file, which takes root and a loop device: %v\n%s", err, out)
	}
}

// cut ends the file system at once: what was not synced is gone, and nothing
// is written any more.
func (d disk) cut(t *testing.T) {
	t.Helper()
	const shutdown, withoutFlush = 0x8004587d, 2 // EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH
	f, err := os.Open(d.dir)
	must(t, err)
	defer f.Close()
	flags := uint32(withoutFlush)
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), shutdown, uintptr(unsafe.Pointer(&flags))); errno != 0 {
		t.Skipf("this kernel cannot shut a file system down: %v", errno)
	}
}

// repower mounts the disk again after its last user has gone.
func (d disk) repower(t *testing.T) {
	t.Helper()
	must(t, syscall.Unmount(d.dir, 0))
	d.mount(t)
}

// TestPowerCut cuts the power of the disk under a talking server. With --sync
// always nothing acknowledged may be lost; with interval only what was
// acknowledged since the last sync, and from the end.
func TestPowerCut(t *testing.T) {
	for mode, test := range map[string]struct {
		promise string
		most    int
	}{
		"always":   {"no acknowledged line is lost", 300},
		"interval": {"only lines of the last second and of the sync itself are lost, and no line before one that is kept", 3000},
	} {
		t.Run(mode, func(t *testing.T) {
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			s := newSiege(t, rand.New(rand.NewPCG(seed, 0)), 20*time.Millisecond)
			d := newDisk(t)
			s.data, s.args = d.dir, []string{"--sync", mode}
			p := s.start(t)
			s.enter(t, p)
			must(t, p.stop())
			c := powerCuts{siege: s, disk: d, rng: rand.New(rand.NewPCG(seed, 1)), most: test.most}
			cuts := trials(2, 10)
			for round := range cuts {
				c.once(t, round)
			}
			if mode == "always" && c.lost > 0 {
				t.Errorf("%d acknowledged lines are lost", c.lost)
			}
			c.end(t, mode)
			t.Attr("guarantee", "power cut of the disk under load, `--sync "+mode+"`: "+test.promise)
			t.Attr("trials", fmt.Sprintf("%d cuts (an ext4 in a file, shut down by its ioctl), %d lines", cuts, c.lines))
			result := fmt.Sprintf("%d lost, 0 doubled", c.lost)
			if c.lost > 0 {
				result = fmt.Sprintf("%d lost, the oldest of them acknowledged %v before the cut", c.lost, c.oldest.Round(time.Millisecond))
			}
			t.Attr("result", result)
		})
	}
}

// end wants the rooms to have gone on. What was called or said before a cut and
// then lost may be called and said again, so only always is held to the rest.
func (c *powerCuts) end(t *testing.T, mode string) {
	t.Helper()
	p := c.start(t)
	if mode == "always" {
		c.siege.end(t, p)
		return
	}
	for _, host := range c.hosts {
		settled(t, host)
	}
	must(t, p.stop())
	verifyData(t, c.data)
}

// powerCuts counts what the cuts of a disk took.
type powerCuts struct {
	*siege
	disk   disk
	rng    *rand.Rand
	most   int // lines before a cut
	lines  int
	lost   int
	oldest time.Duration // the age of the oldest line lost, at its cut
}

// freeze stops the process when none of its threads is in a system call: a sync
// that is under way while ext4 is shut down may claim to have succeeded.
func (p *process) freeze(t *testing.T) {
	t.Helper()
	must(t, p.cmd.Process.Signal(syscall.SIGSTOP))
	eventually(t, "all threads have stopped", func() bool {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.cmd.Process.Pid))
		must(t, err)
		for _, file := range threads {
			stat, err := os.ReadFile(file)
			must(t, err)
			if _, state, _ := strings.Cut(string(stat), ") "); !strings.HasPrefix(state, "T") {
				return false
			}
		}
		return true
	})
}

// once cuts the power at a random moment and starts the server again.
func (c *powerCuts) once(t *testing.T, round int) {
	t.Helper()
	p := c.start(t)
	c.mu.Lock()
	clear(c.acked)
	c.mu.Unlock()
	wait := c.talk(t.Context(), round)
	must(t, c.waitAcked(t.Context(), 1+c.rng.IntN(c.most)))
	p.freeze(t)
	cut := time.Now()
	c.disk.cut(t)
	p.kill()
	wait()
	c.disk.repower(t)
	verifyData(t, c.data)
	p = c.start(t)
	c.lines += len(c.acked)
	for _, r := range c.rooms {
		c.count(t, r.Code, everything(t, p.Room(r.Code)), cut)
	}
	must(t, p.stop())
}

// count compares a room with what was acknowledged in it. What is lost is
// forgotten, so that the rest can be held against the room later.
func (c *powerCuts) count(t *testing.T, code string, events []client.Event, cut time.Time) {
	t.Helper()
	kept, lost := uint64(0), uint64(math.MaxUint64) // the last one kept, the first one lost
	for key, a := range c.acked {
		text, ok := cutRoom(key, code)
		switch {
		case !ok:
		case a.stands(events, text):
			kept = max(kept, a.seq)
		default:
			delete(c.acked, key)
			lost = min(lost, a.seq)
			c.lost++
			c.oldest = max(c.oldest, cut.Sub(a.at))
		}
	}
	if kept > lost {
		t.Errorf("room %s kept its line %d and lost %d", code, kept, lost)
	}
}
