package sqlitelog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

const schemaVersion = 2

// The rows of a room lie together in the tree of the primary key, so that
// opening a cold room reads few pages.
const schema = `
CREATE TABLE records (
	room  TEXT    NOT NULL,
	ord   INTEGER NOT NULL,
	id    TEXT    NOT NULL,
	at    TEXT    NOT NULL,
	node  TEXT    NOT NULL,
	cause TEXT    NOT NULL,
	body  TEXT    NOT NULL,
	sum   INTEGER NOT NULL,
	PRIMARY KEY (room, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE heads (
	room       TEXT    NOT NULL PRIMARY KEY,
	created_at TEXT    NOT NULL,
	body       TEXT    NOT NULL,
	sum        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX heads_newest ON heads (created_at DESC, room);
` + schemaOfEnds + `
CREATE VIEW events AS
SELECT r.room, r.ord, e.key AS n, r.at, r.node, r.cause,
	e.value ->> 'type' AS type, e.value -> 'event' AS event
FROM records AS r, json_each(r.body, '$.events') AS e;

CREATE VIEW players AS
SELECT room, ord, at, event ->> 'player' AS player, event ->> 'role' AS role,
	event ->> 'persona' AS persona, event ->> 'model' AS model,
	coalesce(event ->> 'outside', 0) AS outside, coalesce(event ->> 'host', 0) AS host
FROM events WHERE type = 'player_seated';

CREATE VIEW messages AS
SELECT room, ord, at, event ->> 'player' AS player, event ->> 'text' AS text,
	event ->> 'hop' AS hop, event ->> 'turn' AS turn,
	event ->> 'suppressed' AS suppressed, event ->> 'client_id' AS client_id
FROM events WHERE type = 'message_posted';

CREATE VIEW votes AS
SELECT room, ord, at, event ->> 'player' AS player, event ->> 'suspect' AS suspect,
	event ->> 'turn' AS turn, coalesce(event ->> 'random', 0) AS random
FROM events WHERE type = 'vote_cast';

CREATE VIEW turns AS
SELECT room, turn, max(agent) AS agent,
	max(kind) AS kind,
	substr(max(printf('%010d', attempt) || model), 11) AS model,
	coalesce(max(attempt), 0) AS attempts,
	min(CASE type WHEN 'turn_began' THEN at END) AS began_at,
	max(CASE type WHEN 'turn_ended' THEN at END) AS ended_at,
	max(outcome) AS outcome, max(reason) AS reason, max(covers) AS covers,
	coalesce(sum(prompt_tokens), 0) AS prompt_tokens,
	coalesce(sum(completion_tokens), 0) AS completion_tokens
FROM (
	SELECT room, at, type, event ->> 'turn' AS turn, event ->> 'agent' AS agent,
		event ->> 'kind' AS kind, event ->> 'attempt' AS attempt,
		coalesce(event ->> 'model', '') AS model,
		event ->> 'outcome' AS outcome, event ->> 'reason' AS reason,
		event ->> 'covers' AS covers,
		event ->> '$.call.prompt_tokens' AS prompt_tokens,
		event ->> '$.call.completion_tokens' AS completion_tokens
	FROM events WHERE type IN ('turn_began', 'attempt_failed', 'reply_drafted', 'turn_ended')
)
GROUP BY room, turn;
`

// Since version 2 the file knows where each room ends, so that a room cut off
// there is found, and has a place to try whether it can be written to.
const schemaOfEnds = `
CREATE TABLE ends (
	room TEXT    NOT NULL PRIMARY KEY,
	ord  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE scratch (body BLOB NOT NULL) STRICT;
`

const upgradeFrom1 = schemaOfEnds + `INSERT INTO ends (room, ord) SELECT room, max(ord) FROM records GROUP BY room`

// prepareSchema creates the schema in an empty file, upgrades an older one and
// refuses one that it does not know.
func prepareSchema(ctx context.Context, conn *sql.Conn) (err error) {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	var objects int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&objects); err != nil {
		return err
	}
	change := schema
	if objects > 0 {
		version, err := readVersion(ctx, tx)
		switch {
		case err != nil:
			return err
		case version == schemaVersion:
			return tx.Commit()
		}
		change = upgradeFrom1
	}
	for _, statement := range []string{change, fmt.Sprintf("PRAGMA user_version = %d", schemaVersion)} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("make the schema: %w", err)
		}
	}
	return tx.Commit()
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// readVersion returns the version of the file's schema, if it is one to be read.
func readVersion(ctx context.Context, q querier) (int, error) {
	var version int
	if err := q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, fmt.Errorf("read the schema version: %w", err)
	}
	switch {
	case version > schemaVersion:
		return 0, fmt.Errorf("schema version %d was written by a newer parley; this one reads up to %d", version, schemaVersion)
	case version < 1:
		return 0, errors.New("not a log of parley: it has no schema version")
	}
	return version, nil
}
