// Package sqlitelog is an eventlog.Log in one SQLite file, for one machine.
//
// # What is promised
//
// A data directory (mode 0700) holds parley.db (mode 0600), SQLite's two
// companions of it, and parley.lock, which keeps a second process out for as
// long as the first one lives. With [Always] an append is answered after
// SQLite has synced it to disk: it survives kill -9 and a power cut. With
// [Interval] it is answered after it was handed to the operating system: it
// survives kill -9, while a power cut may take the appends of the last
// [Options].SyncEvery, and of however long the sync itself takes. Whatever is
// lost is then lost from the end: an append that survived has everything
// before it, in all rooms.
//
// One goroutine writes. It gathers all appends that wait into one transaction
// and answers each of them after the commit, so a sync is paid once for all of
// them, and a conflict of one is no matter of the others. An append whose
// context ends while it still waits is withdrawn and certainly not stored;
// later its outcome is unknown to the caller, as eventlog says. Readers have
// connections of their own. They never wait for the writer, nor it for them,
// and they read in short pages, so that nobody who is slow pins old pages.
//
// The place of a record is its ordinal. Before every insert the room's highest
// ordinal is compared in the same transaction; the primary key stands behind
// that. Every row has a CRC-32C over all its columns, and the ordinal at which
// each room ends is kept a second time. Reading checks the sum, the chain of
// ordinals and the end: a changed bit or a missing row is a
// *eventlog.DamageError that names the room and the ordinal.
//
// SQLite reads its write-ahead log up to the first frame that is wrong and takes
// that for all there is. A last transaction that is torn, and was never
// answered, is meant to go that way; one with later ones behind it had been
// synced, and Open refuses with a [WALDamageError] that names the byte. What
// nobody can tell from a torn write is damage to the very last transaction.
//
// # Reading it with SQL
//
// The schema is open to queries, best through a copy or `sqlite3 -readonly`,
// which works while a server runs. Times are RFC 3339 in UTC with milliseconds
// and compare as text. PRAGMA user_version is the version of the schema.
//
//	records(room, ord, id, at, node, cause, body, sum)  one row an append; body is the record's JSON
//	heads(room, created_at, body, sum)                  the newest head of each room, as JSON
//	ends(room, ord)                                     the last record of each room
//
// The views take the JSON apart:
//
//	events    room, ord, n, at, node, cause, type, event      every event; n counts within its record, event is JSON
//	players   room, ord, at, player, role, persona, model, outside, host
//	messages  room, ord, at, player, text, hop, turn, suppressed, client_id      turn is set when an agent spoke
//	votes     room, ord, at, player, suspect, turn, random
//	turns     room, turn, agent, kind, model, attempts, began_at, ended_at,
//	          outcome, reason, covers, prompt_tokens, completion_tokens
//
// In turns, outcome and ended_at are NULL while a turn is open, began_at and
// kind are NULL when it ended without a model call, model is that of the last
// attempt, and the tokens are those of all attempts. How often agents choose
// silence is
//
//	SELECT agent, avg(outcome = 'silent') FROM turns WHERE kind = 'message' GROUP BY agent;
package sqlitelog
