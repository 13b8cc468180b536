// Package room holds the rules of a room: an open chat, or the imitation game.
//
// A room is a log of records. [Decide] turns a [Command] into events or refuses
// it; [NewRecord] dates and numbers them for one append; [State.ApplyRecord]
// folds what was appended into the [State]. The package has no clock, no chance,
// no I/O and no goroutine: time and chance arrive in a [Moment], and what the
// room wants at a later time it names itself ([State.Deadline], [State.Ready]).
// A restart folds the log and goes on; nothing else is kept.
//
// # Turns
//
// An agent is a cursor over the log. What it ought to consider is a trigger: a
// line of somebody else, the opening of a discussion or a vote, a silence, a
// nudge. Triggers wait in order until an outcome covers them. [BeginTurn]
// records the intent of one model call before the call is made, [Answer] and
// [FailAttempt] bring what came of it, and the outcome is appended together
// with the line or vote it posts, so that both are there or neither. With a
// time to post at, an answer waits as a draft, which a [Tick] posts or, when it
// may no longer be posted, does not. Silence with such a time ends its turn then.
// In a game drafts that are overdue, since no node was there, are put off, each
// by a time of its own.
//
// # Invariants
//
// They hold for every sequence of commands, times and restarts. The tests cite
// the numbers and derive each from the events again, by other code.
//
// Of turns:
//
//	I1  A trigger of an agent is covered by exactly one outcome, or is pending.
//	I2  An outcome posts at most one thing: replied one line, voted one vote,
//	    silent, failed and cancelled nothing.
//	I3  The word that means silence is never posted by an agent, and neither is
//	    what an agent has just said, word for word.
//	I4  An agent has at most one open turn.
//	I5  Intent comes before the call, and an outcome names its attempt: one that
//	    is not the turn's current and running one is refused.
//	I6  An outcome of a call covers what was pending up to the turn's through,
//	    oldest first and without gaps; through never goes back. Under Strict it
//	    is one trigger. What arrives later waits for the next turn, but is
//	    covered by silence under Drop, and by the same turn under Interrupt,
//	    unless the agent of a game is seen typing its line.
//	I7  A turn's name is unique in its room.
//	I8  Attempts of a turn are numbered 1, 2, 3 …; each has a recorded end before
//	    the next one begins, and the turn an end after finitely many failures.
//
// Of what players see:
//
//	I9  The public seq counts 1, 2, 3 … over what players may see, and a record
//	    carries the last one.
//	I10 Phases only go forward.
//	I11 A player votes once a round, while in play, for another one in play; a
//	    result counts just the votes cast, and a lot is drawn only among the tied.
//	I12 When a phase ends, nothing that it gave agents to consider stays pending
//	    or open; a closed room never changes.
//	I13 An agent's line is one hop further than the nearest line it answers, and
//	    at the limit no trigger. At most three silences follow each other.
//	I14 Calls begun stay within the room's calls, lines of an agent within its
//	    replies a minute.
//	I15 A client_id of a player posts one line; the same answer of an agent from
//	    outside, sent again, gets the first one's seq.
//	I16 Lines and votes are posted in their phase only, before its end, by
//	    players in play, and not while the room is paused.
//	I17 A name that was announced belongs to one player for ever.
//	I18 Until the reveal nothing that players of a game see tells a role.
//
// Of the code:
//
//	I19 Records survive their encoding, and folding what was decoded gives the
//	    state that lives. A record that does not follow is an error, not a panic.
//	I20 A game never waits for somebody who has gone: it goes on or ends.
//	I21 Deadline tells the truth: a Tick then does something, before then it does
//	    nothing, and after finitely many Ticks at one moment the next is later.
//	I22 Ready tells the truth: who is named may begin an attempt, others may not.
//	I23 HeadAfter says what Head will say; only Busy may be true too often.
//	I24 Decide changes nothing.
package room
