package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"parley/client"
	"parley/internal/eventlog/natslog/natstest"
)

// TestScripts runs what a user could type. Beside testscript's own commands
// the files have: `fill FLAG…`, which runs a server with these flags and lets
// two people and two agents talk in it; `doctor DIR SQL`, which changes the
// log behind Parley's back; `flip FILE N`, which flips a bit of a byte;
// `substitute FILE OLD NEW`; `nats`, which starts a nats-server and puts its
// address into $NATS.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:      "testdata/script",
		Deadline: time.Now().Add(2 * time.Minute),
		Setup: func(env *testscript.Env) error {
			env.Setenv(asParley, "1")
			exe, err := os.Executable()
			if err != nil {
				return err
			}
			bin := filepath.Join(env.WorkDir, "bin")
			env.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			return firstError(os.Mkdir(bin, 0o700), os.Symlink(exe, filepath.Join(bin, "parley")))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"fill":   func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(fill(t, ts, args)) },
			"nats":   func(ts *testscript.TestScript, _ bool, _ []string) { ts.Setenv("NATS", natstest.Start(t, 1).URL()) },
			"doctor": func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(doctor(ts.MkAbs(args[0]), args[1])) },
			"flip":   func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(flip(ts.MkAbs(args[0]), args[1])) },
			"substitute": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(substitute(ts.MkAbs(args[0]), args[1], args[2]))
			},
		},
	})
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// fill lets people and agents talk until the agents have considered every line.
func fill(t *testing.T, ts *testscript.TestScript, args []string) error {
	t.Helper()
	if len(args) == 2 && args[0] == "--data" {
		args[1] = ts.MkAbs(args[1])
	}
	p := start(t, []string{"PARLEY_NATS=" + ts.Getenv("PARLEY_NATS")}, args...)
	r, err := p.Create(t.Context(), client.Settings{
		"mode": "open", "topic": "breakfast", "agents": 2, "seats": 2, "pacing": "instant", "hops": 1, "silence_seconds": 0,
	})
	if err != nil {
		return err
	}
	for _, name := range []string{"Kim", "Robin"} {
		seat, err := r.Join(t.Context(), name)
		if err != nil {
			return err
		}
		for n := range 3 {
			if _, err := seat.Say(t.Context(), fmt.Sprintf("what do you think, is toast number %d better, everybody?", n), ""); err != nil {
				return err
			}
			settled(t, r.Host)
		}
	}
	return p.stop()
}

// doctor changes a log by SQL.
func doctor(dir, statement string) error {
	db, err := sql.Open("sqlite", filepath.Join(dir, "parley.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	res, err := db.Exec(statement)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("%s: changed %d rows (%w)", statement, n, err)
	}
	return nil
}

// flip flips the lowest bit of a byte.
func flip(file, place string) error {
	at, err := strconv.Atoi(place)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	b[at] ^= 1
	return os.WriteFile(file, b, 0o600)
}

// substitute replaces the first OLD of a file.
func substitute(file, from, to string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Contains(b, []byte(from)) {
		return fmt.Errorf("%s does not hold %s", file, from)
	}
	return os.WriteFile(file, bytes.Replace(b, []byte(from), []byte(to), 1), 0o600)
}

func TestEveryCommandIsInTheReadme(t *testing.T) {
	f, err := os.Open("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var text strings.Builder
	for s := bufio.NewScanner(f); s.Scan(); {
		text.WriteString(s.Text() + "\n")
	}
	for _, command := range []string{"serve", "verify", "export", "backup", "restore", "migrate", "sim", "config", "version"} {
		if !strings.Contains(text.String(), "parley "+command) {
			t.Errorf("README.md does not say `parley %s`", command)
		}
	}
}
