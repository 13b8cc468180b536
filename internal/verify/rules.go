package verify

// The rules that a fault can name. The names are stable.
const (
	// The chain of records.
	ruleUnreadable = "unreadable" // every record can be read
	ruleOrdinal    = "ordinal"    // ordinals are 1, 2, 3 … in a room
	ruleRecordID   = "record_id"  // no two records of a room have one id
	ruleTime       = "time"       // time never goes back
	ruleVersion    = "version"    // the version is known
	ruleCode       = "code"       // every record names the room it is in
	ruleCreated    = "created"    // the first event creates the room, and only it
	ruleEmpty      = "empty"      // a record holds events
	ruleSeq        = "seq"        // a record's seq counts the public events up to it
	ruleClosed     = "closed"     // nothing happens after the end
	ruleMore       = "more"       // not a rule: there were more faults than are listed

	// Seats.
	ruleName     = "name"     // names are unique, whatever their case
	ruleSeats    = "seats"    // no more players than seats, and none seated in a running game
	ruleAnnounce = "announce" // players are announced once: at once, or in a game together at its start
	ruleLeave    = "leave"    // only who is there leaves
	ruleHost     = "host"     // hosting passes to a person who is there

	// Phases and clocks.
	rulePhase   = "phase"   // phases only go forward, rounds count up
	ruleClock   = "clock"   // a phase ends after the seconds configured, a pause not counted
	ruleTopic   = "topic"   // the topic is the round's
	ruleEarly   = "early"   // a phase ends at its time, when all have voted, or by the host
	ruleStart   = "start"   // a game starts when it is full or the host starts it
	ruleCarried = "carried" // no turn goes on across the end of a phase, or after its agent left
	rulePaused  = "paused"  // nothing is said, voted, begun or raised while paused
	ruleLate    = "late"    // nothing is said, voted, begun or raised after a phase's time

	// Lines.
	ruleSpeaker    = "speaker"    // only players in play speak, people without a turn
	ruleLinePhase  = "line_phase" // lines are posted in discussions and open rooms
	ruleText       = "text"       // a line has 1 to 1000 characters
	ruleClientID   = "client_id"  // a player's client_id is posted once
	ruleHop        = "hop"        // a person's line is hop 0, an agent's 1 more than the lowest it covers
	ruleSuppressed = "suppressed" // a line is no trigger exactly when the hop limit says so
	ruleRepeat     = "repeat"     // an agent does not say what an agent said lately
	rulePass       = "pass"       // the word for silence is never posted

	// Triggers and what covers them.
	ruleUncovered    = "uncovered"     // every trigger is covered before its phase or its agent goes
	ruleCoveredTwice = "covered_twice" // and only once
	ruleCoverUnknown = "cover_unknown" // only what is a trigger of the agent is covered
	ruleCoverOrder   = "cover_order"   // in the order of their happening
	ruleCoverAhead   = "cover_ahead"   // and not before the attempt could read it
	ruleOwnLine      = "own_line"      // an agent's own line is none of its triggers
	ruleTrigger      = "trigger"       // a trigger is raised once, for an agent in play, while turns are taken
	ruleSilence      = "silence"       // silence is raised in silence, at most 3 times in a row

	// Turns and attempts.
	ruleTurnAgent   = "turn_agent"   // turns are taken by agents in play
	ruleTurnPhase   = "turn_phase"   // in discussions, votes and open rooms
	ruleTurnKind    = "turn_kind"    // a vote's turn is for a vote, another's for a line
	ruleTurnID      = "turn_id"      // a turn's id is unique in its room
	ruleTurnIdle    = "turn_idle"    // a turn begins only when something is to be considered
	ruleTurnOverlap = "turn_overlap" // the turns of an agent never overlap
	ruleThrough     = "through"      // a turn reaches to a pending trigger, and on only when interrupted
	ruleAttempt     = "attempt"      // attempts are 1, 2, 3 … in a turn
	ruleAttemptOpen = "attempt_open" // an attempt begins after the end of the one before it is recorded
	ruleRetry       = "retry"        // and not before its time
	ruleLease       = "lease"        // an attempt is taken for lost only after its deadline
	ruleFence       = "fence"        // an outcome is that of the turn's current attempt
	ruleEndedTwice  = "ended_twice"  // a turn ends once
	ruleCall        = "call"         // every attempt has one recorded end that fits its turn's outcome
	ruleOutcome     = "outcome"      // a turn that never began is cancelled, or silent because busy
	ruleReason      = "reason"       // the reason fits the outcome
	ruleReply       = "reply"        // an agent's line or vote and its turn's outcome are in one record
	ruleDuplicate   = "duplicate"    // a turn replies once
	ruleDraft       = "draft"        // a draft is posted as it is and not before it is due
	ruleRate        = "rate"         // replies a minute are within the limit
	ruleCalls       = "calls"        // model calls are within the limit
	ruleOverflow    = "overflow"     // only the newest of more than 100 waiting is cancelled for overflow
	ruleInterrupt   = "interrupt"    // under interrupt a person's line ends the running attempts
	ruleDrop        = "drop"         // under drop what came during a turn is covered at its end

	// Votes.
	ruleVotePhase     = "vote_phase"     // votes are cast while voting
	ruleVoter         = "voter"          // by players in play
	ruleVoteTwice     = "vote_twice"     // once a round
	ruleSelfVote      = "self_vote"      // not for oneself
	ruleSuspect       = "suspect"        // for players in play
	ruleVoteOpen      = "vote_open"      // voting ends when all who may vote have
	ruleResult        = "result"         // a vote has one result, and what follows fits it
	ruleResultVotes   = "result_votes"   // the result holds the votes cast
	ruleResultTally   = "result_tally"   // and their count
	ruleResultSuspect = "result_suspect" // the suspect has the most
	ruleResultTied    = "result_tied"    // a lot is drawn among those tied
	ruleResultWinner  = "result_winner"  // people win a round when the suspect is an agent
	ruleGameWinner    = "game_winner"    // the game ends with its last round or side, won by the side with more rounds
	ruleRoles         = "roles"          // the reveal tells every role as it was
)
