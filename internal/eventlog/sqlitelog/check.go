package sqlitelog

import (
	"context"
	"fmt"
)

// Check looks at the write-ahead log and at the pages and indexes of the file,
// and returns what is wrong with them, a line each and at most 100, or nothing.
// What is in the records is checked by reading them.
func (r *Reader) Check(ctx context.Context) (faults []string, err error) {
	if err := checkWAL(r.dir); err != nil && syncedAlways(r.dir) {
		faults = append(faults, err.Error())
	}
	rows, err := r.db.QueryContext(ctx, "PRAGMA integrity_check(100)")
	if err != nil {
		return nil, fmt.Errorf("check the file: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err has it
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, fmt.Errorf("check the file: %w", err)
		}
		if line != "ok" {
			faults = append(faults, line)
		}
	}
	return faults, rows.Err()
}
