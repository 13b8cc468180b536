// Package agent takes the turns of the agents that run in a node.
//
// A turn is: read what a room offers, call a model once per attempt, submit the
// one outcome. The package needs one verb of a room, Submit, and two hints from
// it. Ready says that agents may begin an attempt, Over that an attempt is no
// longer the current one. Hints are cheap, may come twice, late or never; the
// log decides. Nothing here keeps a lock while a model thinks, and no hint
// waits for anything.
//
// An attempt goes through these steps:
//
//  1. A hint puts the agent into the queue of its model, under human pacing when
//     it has read what is new. When it is at work already the hint is remembered
//     and looked at afterwards, so that no wake-up is lost. The queue is fair
//     between rooms; neither reading nor waiting costs a goroutine.
//  2. With a slot of the model in hand, BeginTurn is submitted. A refusal means
//     that there is nothing to do, or that somebody else does it: the slot goes
//     to the next. So an attempt is in the log before it is sent. Where nothing
//     has to be waited for, steps 1 and 2 are one: a room that is about to make
//     an agent ready asks for it (Claim) and begins its attempt in the same
//     append.
//  3. The prompt is made from the scene alone. A player's text is data in it:
//     one line a message, each behind its author's name, inside a fence that no
//     text can close.
//  4. The model is called once, until the deadline that the log holds. Over
//     cancels the call, and then nothing is submitted.
//  5. Answer or FailAttempt is submitted, independently of the call's context,
//     again and again until the attempt's deadline while the log is
//     unavailable. The log refuses it when the attempt is no longer current.
//
// Under human pacing an answer carries the time at which a person would have
// written it, and when the person would have been seen typing (hand); the rules
// hold it back until then.
package agent
