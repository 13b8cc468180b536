// Package natslog is an eventlog.Log in a NATS JetStream cluster, for many
// nodes that serve the same rooms.
//
// # What is stored
//
// A room is one subject, a record one message on it: its body is the record's
// JSON, its headers say its ordinal, the place it follows and, when it changes
// the room's head, the new head. The place of a record is its number in the
// stream. Rooms are spread over one stream or several by a hash of their code;
// the streams are made when the log is first opened, with three replicas in a
// cluster and one on a server alone, and later only compared with what the log
// relies on.
//
//	PREFIX.N.room.CODE  the records of a room, in the stream PREFIX-N
//	PREFIX.N.gone.CODE  says for a day that a room was removed
//	PREFIX.live.CODE    every record again, told to whoever listens as it lands
//
// # What is promised
//
// An append is answered when most replicas have it. They must sync every write
// (sync_interval: always in the servers' configuration, which no client can
// see); then it survives the loss of any one server, and a power cut of all.
//
// The servers compare before they append: a message is stored only while the
// subject ends with the one it names. They refuse as well what they cannot
// decide at the moment, so a refusal is looked into: it is a conflict when the
// leader of the stream knows of another end. An append that gets no answer is
// of unknown outcome, as eventlog says.
//
// Where a room ends only the leader is asked. What comes before it any server
// may tell, since a record never changes; that it is all there, is checked
// against the chain of ordinals and places up to that end. Therefore nobody
// reads less than had been acknowledged when he asked, with one exception: a
// leader that was cut off from the others answers with what it knew, for the
// few seconds until it notices. Nothing can be appended there meanwhile, and
// whoever reads less only conflicts later.
//
// # Following
//
// The servers tell every record once more as it lands, to those who listen at
// that moment: one message, no consumer a room. Who follows takes the next one
// as it is, and reads when one is missing, when the connection was lost, and,
// because even the last of a burst can get lost in silence, from time to time:
// a second after the room was last heard of, then two, up to every 16.
//
// # Bundles
//
// The records of a room lie scattered in its stream, and reading each of 500
// costs a block of the file. So the node that appended them also keeps them in
// a key-value bucket (PREFIX-cache), 256 together and compressed: while the
// room is busy after every 64th, when it has been idle for 15 s, and when the
// log closes. A room that was read from the stream at length is bundled too.
//
// Bundles are a cache. A bundle that cannot be read is left aside, one that is
// missing is read from the stream, and each is used only where it continues the
// chain. The state of a room is never stored.
//
// # Heads
//
// A head travels in the headers of its record, so the two are one append. A
// log keeps the list of heads in memory once somebody asks for it: one consumer
// a stream reads the headers of all records in order. Heads waits until it has
// read all that the stream holds at that moment. After every 20,000 messages one
// of the nodes stores the list in the bucket, so that a start need not read the
// streams from their beginning.
package natslog
