// Package sim is a world in which rooms are lived in, on nodes that crash and
// stall, over a log that loses its answers. All of it is drawn from one seed and
// happens in virtual time, with the real host, crew and rules of a node.
//
// # A world
//
// A seed is drawn into a script: sentences with a time, each of which somebody
// does. People come, talk, vote, go and send a line twice; hosts start, pause,
// nudge, remove and end; programs from outside claim turns; in longer worlds
// everybody goes and is back an hour later, in a room that has left memory
// meanwhile; nodes crash without a word, are frozen past their deadlines and go
// on with what they knew, or restart in order; a rival process decides on the
// same log by a clock of its own; the log answers late or not at all, and stores
// what it seemed to have refused. The models answer quickly, slowly, not at all,
// and fail in each way that there is.
//
// When the script is over, all is healed, and the world goes on until nothing
// is pending. A room in which something stays pending is a failure too.
//
// # Judgement
//
// Every log is judged by internal/verify, and the room's lines by porcupine as a
// register that clients write and read. Beside that the world compares the logs
// with what its inhabitants have seen for themselves: each acknowledged line and
// vote is there once, with its number; each watcher has seen each number once
// and in order, in just the bytes that the log gives; and the calls that reached
// a model are the attempts that the log holds, each recorded before it was made.
//
// # Time and chance
//
// A world runs in a bubble of testing/synctest. Whatever crosses from one part
// of it to another (a request, an append, an answer) takes a time drawn to the
// nanosecond from a stream that belongs to this crossing alone. So no two things
// happen at one instant, the order of everything follows from the times, and the
// same seed gives the same logs to the byte, whatever the scheduler does, in
// worlds with one room, one node and no rival; in the others nearly always, since
// several rooms of a node draw from one source, and a node does several things at
// once when it hears of others. Two crossings that draw the same nanosecond and
// meet are one in ten million.
//
// The clock of the bubble runs at one pace for all nodes. In half of the worlds
// the clocks of nodes jump, to where they are off by seconds or a minute; the
// rival has a clock of its own as well. The room's clock has to bear with them.
package sim
