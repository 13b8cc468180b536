package main

import (
	"context"
	"fmt"

	"parley/internal/eventlog/sqlitelog"
)

type backupCmd struct {
	To   string `arg:"" help:"New directory for the copy." placeholder:"DIR"`
	Data string `default:"./parley-data" help:"Directory of the log; a server may be running on it."`
}

// Run copies the log as it is now, and checks the copy.
func (c *backupCmd) Run(ctx context.Context, to console) error {
	return copyLog(ctx, to, c.Data, target{dir: c.To})
}

type restoreCmd struct {
	From    string `arg:"" help:"Directory of a backup, or of any log." placeholder:"DIR"`
	Data    string `default:"./parley-data" help:"Directory to restore to; no server may be running on it."`
	Replace bool   `help:"Replace the log that is there."`
}

// Run copies a backup to where a server looks for it, and checks the copy.
func (c *restoreCmd) Run(ctx context.Context, to console) error {
	return copyLog(ctx, to, c.From, target{dir: c.Data, replace: c.Replace})
}

// target is a directory to copy a log to.
type target struct {
	dir     string
	replace bool
}

// copyLog copies a log and derives the guarantees from the copy.
func copyLog(ctx context.Context, to console, from string, t target) error {
	log, err := sqlitelog.OpenReadOnly(ctx, from)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // it was only read
	if err := log.Copy(ctx, t.dir, t.replace); err != nil {
		return err
	}
	made, err := sqlitelog.OpenReadOnly(ctx, t.dir)
	if err != nil {
		return err
	}
	defer made.Close() //nolint:errcheck // it was only read
	report, err := verifyLog(ctx, made)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(to.out, "%d rooms with %d events are in %s.\n", report.Rooms, report.Events, t.dir)
	if report.OK() {
		return nil
	}
	if err := report.WriteText(to.out); err != nil {
		return err
	}
	return failure{code: 1}
}
