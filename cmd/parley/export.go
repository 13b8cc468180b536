package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"parley/internal/transcript"
	"parley/room"
)

type exportCmd struct {
	place

	Codes  []string `arg:"" optional:"" name:"code" help:"Rooms to write."`
	All    bool     `help:"Write every room."`
	Format string   `default:"jsonl" enum:"jsonl,csv" help:"jsonl: the records, one a line, as parley verify reads them. csv: one row an event."`
}

// Run writes rooms to the console's output.
func (c *exportCmd) Run(ctx context.Context, to console) error {
	if c.All == (len(c.Codes) > 0) {
		return errors.New("export: name the rooms, or say --all")
	}
	log, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // it was only read
	codes, err := c.codes(ctx, log)
	if err != nil {
		return err
	}
	if c.Format == "csv" {
		return exportRows(ctx, to, log, codes)
	}
	return exportRecords(ctx, to, log, codes)
}

// exportRecords writes what is stored, one record a line.
func exportRecords(ctx context.Context, to console, log reader, codes []string) error {
	e := json.NewEncoder(to.out)
	e.SetEscapeHTML(false)
	for _, code := range codes {
		for rec, err := range records(ctx, log, code) {
			if err != nil {
				return fmt.Errorf("export: %w", err)
			}
			if err := e.Encode(withoutSecrets(rec)); err != nil {
				return fmt.Errorf("export: %w", err)
			}
		}
	}
	return nil
}

// exportRows writes what happened, one event a row.
func exportRows(ctx context.Context, to console, log reader, codes []string) error {
	var all []transcript.Row
	for _, code := range codes {
		rows, err := transcript.Rows(records(ctx, log, code))
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		all = append(all, rows...)
	}
	return transcript.WriteCSV(to.out, all)
}

func records(ctx context.Context, log reader, code string) iter.Seq2[room.Record, error] {
	return func(yield func(room.Record, error) bool) {
		for e, err := range log.Read(ctx, code, 0) {
			if !yield(e.Record, err) || err != nil {
				return
			}
		}
	}
}

// codes returns the rooms that were asked for; one that is not there is an error.
func (c *exportCmd) codes(ctx context.Context, log reader) ([]string, error) {
	var all []string
	for code, err := range log.Rooms(ctx) {
		if err != nil {
			return nil, err
		}
		all = append(all, code)
	}
	if c.All {
		return all, nil
	}
	var out []string
	for _, code := range c.Codes {
		code = strings.ToUpper(code)
		if !slices.Contains(all, code) {
			return nil, fmt.Errorf("export: there is no room %s", code)
		}
		out = append(out, code)
	}
	return out, nil
}

// withoutSecrets blanks what speaks for a seat or opens a room.
func withoutSecrets(r room.Record) room.Record {
	r.Events = slices.Clone(r.Events)
	for i, e := range r.Events {
		switch e := e.(type) { //nolint:gochecksumtype // the others hold no secrets
		case room.RoomCreated:
			e.HostToken, e.Config.Password = "", ""
			r.Events[i] = e
		case room.PlayerSeated:
			e.Token = ""
			r.Events[i] = e
		}
	}
	return r
}
