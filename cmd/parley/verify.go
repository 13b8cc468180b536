package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"parley/internal/verify"
)

type verifyCmd struct {
	place

	File string `arg:"" optional:"" help:"Records as parley export writes them, instead of a directory." placeholder:"FILE.jsonl"`
	JSON bool   `help:"Print the counts as JSON."`
}

// Run checks a log and prints what it counted and found.
func (c *verifyCmd) Run(ctx context.Context, to console) error {
	report, err := c.report(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(to.out)
		e.SetIndent("", "  ")
		err = e.Encode(report)
	} else {
		err = report.WriteText(to.out)
	}
	if err == nil && !report.OK() {
		return failure{code: 1}
	}
	return err
}

func (c *verifyCmd) report(ctx context.Context) (verify.Report, error) {
	if c.File != "" {
		f, err := os.Open(c.File)
		if err != nil {
			return verify.Report{}, err
		}
		defer f.Close() //nolint:errcheck // it was only read
		return verify.JSONL(f)
	}
	log, err := c.open(ctx)
	if err != nil {
		return verify.Report{}, err
	}
	defer log.Close() //nolint:errcheck // it was only read
	return verifyLog(ctx, log)
}

// verifyLog checks the file of a log, if it has one, and its rooms one after
// the other.
func verifyLog(ctx context.Context, log reader) (verify.Report, error) {
	total := verify.Merge()
	if file, ok := log.(interface {
		Check(ctx context.Context) ([]string, error)
	}); ok {
		faults, err := file.Check(ctx)
		if err != nil {
			return total, err
		}
		for _, f := range faults {
			total.Faults = append(total.Faults, verify.Fault{Rule: "file", Detail: f})
		}
	}
	for code, err := range log.Rooms(ctx) {
		if err != nil {
			return total, err
		}
		r := verify.NewRoom(code)
		for e, err := range log.Read(ctx, code, 0) {
			if ctx.Err() != nil {
				return total, fmt.Errorf("verify: %w", ctx.Err())
			}
			if err != nil {
				r.Damaged(err)
				break
			}
			r.Record(e.Record)
		}
		total.Add(r.Finish())
	}
	return total, nil
}
