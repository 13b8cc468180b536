// English.

/** @param {number} n @param {string} one @param {string} many */
const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

/** @type {import('./index.js').Words} */
export const en = {
  skip: 'Skip to the conversation', close: 'Close', loading: 'Shuffling…', menu: 'Menu', home: 'Parley, the lobby', send: 'Send',
  you: 'you', topic: 'Topic', leave: 'Leave', 'leave.sure': 'Really leave?', minutes: (v) => `${v.n} min`, 'seconds.unit': 's',
  round: 'round {n}', votes: (v) => count(v.n, 'vote', 'votes'),

  'settings': 'Settings', 'settings.language': 'Language', 'settings.theme': 'Light', 'settings.theme.auto': 'As the device', 'settings.theme.light': 'Day', 'settings.theme.dark': 'Night',
  'settings.cues': 'Signals', 'settings.sound': 'Sound', 'settings.vibrate': 'Vibration',

  'mode.imitation': 'Game', 'mode.open': 'Open room', 'role.agent': 'agent', 'role.person': 'person', 'role.agent.was': 'an agent', 'role.person.was': 'a person',

  'lobby.overline': 'A parlour game for people and machines', 'lobby.headline': 'Who here is not a person?',
  'lobby.lead': 'Everyone talks under a borrowed name. Some of them are machines. You have three minutes to find one out, without being taken for one yourself.',
  'lobby.play': 'Play now', 'lobby.play.note': 'You and four agents. No account, no waiting.',
  'lobby.picture': 'A hand of five playing cards. The one in the middle lies face down.',
  'lobby.join': 'Join your friends', 'lobby.code': 'Room code', 'lobby.code.go': 'Join', 'lobby.code.bad': 'A code has six letters and digits, like K7MPQ2.',
  'lobby.or': 'or', 'lobby.create': 'Set up a game', 'lobby.createOpen': 'Open a room to talk', 'lobby.tables': 'Open tables',
  'tables.present': (v) => `${v.n} here`, 'tables.seats': '{n} of {of} seated', 'tables.locked': 'password', 'tables.empty': 'No table is set yet.', 'tables.empty.note': 'Set one, and others will find it here.',

  'create.title': 'Set the table', 'create.mode': 'What shall it be?', 'create.game.note': 'Anonymous talk, then a vote', 'create.open.note': 'A chat under your own names',
  'create.people': 'People', 'create.agents': 'Agents', 'create.play': 'I play too', 'create.discussion': 'Discussion', 'create.voting': 'Time to vote', 'create.rounds': 'Rounds',
  'create.topic': 'Topic', 'create.topic.hint': 'Leave it empty to draw one.', 'create.more': 'Language, name, visibility, password', 'create.language': 'Language of the talk', 'create.name': 'Name of the room',
  'create.visibility': 'Who can find it', 'create.public': 'Everyone', 'create.public.note': 'It is listed in the lobby', 'create.unlisted': 'Only those with the link', 'create.unlisted.note': 'It is not listed',
  'create.password': 'Password', 'create.password.hint': 'Leave it empty to let anyone with the code in.', 'create.go': 'Open the door',

  'share.title': 'Invite others', 'share.others': 'Let others watch', 'share.code': 'Room code', 'share.link': 'Link to this room', 'share.copy': 'Copy link', 'share.copied': 'Copied', 'share.pass': 'Share…',
  'share.watch': 'Projector view', 'share.qr': 'QR code of the link to this room', 'share.text': 'Join me in “{title}”.',

  'join.title': 'Come in', 'join.name': 'Your name', 'join.name.empty': 'Please write a name the others will see.', 'join.sit': 'Take a seat', 'join.enter': 'Come in',
  'join.refused': 'You may not come back into this room.', 'join.password': 'Password', 'join.password.wrong': 'That is not the password, or you may not come in here.', 'join.password.needed': 'This room has a password. Ask whoever invited you.',
  'locked.title': 'Knock, knock.', 'locked.text': 'This room has a password. Ask whoever invited you.',
  'lost.title': 'Nobody here.', 'lost.text': 'There is no room at this address. Perhaps the link is old, or a character got lost.', 'lost.back': 'To the lobby',

  'people.title': 'At the table', 'people.open': (v) => `Who is here: ${v.n}`, 'people.none': 'Nobody yet.', 'people.out': 'voted out', 'people.gone': 'gone', 'people.away': 'away', out: 'You are no longer in this room.', 'people.voted': 'has voted',
  'waiting.seated': 'You have a seat', 'waiting.invited': 'You are invited', 'waiting.as': 'You will be {name}', 'waiting.title': 'A chair is free', 'waiting.count': '{n} of {of} seats taken',
  'rules.1': 'Talk about the topic. Nobody knows who is who.', 'rules.2': 'When the bell rings, vote for one you take for an agent.', 'rules.3': 'Then the cards are turned over.',
  watching: 'You are watching: this game is under way.', 'eliminated.note': 'You were voted out. You may watch to the end.',

  script: 'Conversation', 'script.log': 'What is being said', 'script.earlier': 'Show earlier lines', 'script.new': 'New', 'script.jump': (v) => `${count(v.n, 'new line', 'new lines')} ↓`,
  'script.empty': 'It is quiet. Say something.', 'script.empty.game': 'Silence. Somebody has to begin.',
  'typing.one': '{name} is writing', 'typing.two': '{a} and {b} are writing', 'typing.many': '{n} are writing',
  'line.sending': 'sending', 'line.failed': 'not sent', 'line.retry': 'Send again', 'line.drop': 'Discard',
  'composer.label': 'Write as {name}', 'composer.left': '{n} characters left', 'closed.note': 'This room is closed.',
  'direction.joined': '{name} comes in', 'direction.left': '{name} leaves', 'direction.paused': 'The host stops the clock', 'direction.resumed': 'The clock runs again',
  'direction.discussion': (v) => (v.n > 1 ? `Round ${v.n}: the talk goes on` : 'The talk begins'), 'direction.voting': 'The bell rings: the vote', 'direction.reveal': 'The cards are turned over', 'direction.closed': 'The room is closed',

  'phase.waiting': 'Waiting', 'phase.discussion': 'Discussion', 'phase.voting': 'Vote', 'phase.reveal': 'Reveal', 'phase.closed': 'Closed', 'phase.open': 'Open room',
  'phase.waiting.say': 'Waiting for players.', 'phase.discussion.say': 'The discussion begins. Topic: {topic}', 'phase.voting.say': 'Time to vote: who is not a person?', 'phase.reveal.say': 'The vote is over. The cards are turned over.', 'phase.closed.say': 'The room is closed.', 'phase.open.say': '',
  'clock.left': '{n} seconds left', 'clock.label': 'Time left: {time}', 'paused.note': 'Paused by the host. The clock stands still.', 'paused.open': 'Paused by the host. Nobody may speak just now.',
  'link.lost': 'Connection lost. Coming back…', 'link.offline': 'You are offline. What you write is kept and sent later.', 'link.back': 'Connected again.',

  'vote.question': 'Who is not a person?', 'vote.choose': 'Choose one', 'vote.go': 'Vote for {name}', 'vote.note': 'Secret and final.', 'vote.sealed': 'Your vote for {name} is sealed.', 'vote.sealed.any': 'Your vote is sealed.', 'vote.turnout': '{n} of {of} have voted',

  'winner.people': 'The people win', 'winner.agents': 'The agents win', 'winner.none': 'No verdict', 'winner.round.people': 'Round {n} goes to the people', 'winner.round.agents': 'Round {n} goes to the agents',
  'verdict.none': 'Nobody voted, so nobody was accused.', 'verdict.lot': 'The lot decided among {n} with as many votes.', 'verdict.agent': (v) => `${v.name} was accused with ${v.n} of ${count(v.of, 'vote', 'votes')}, and is an agent.`, 'verdict.person': (v) => `${v.name} was accused with ${v.n} of ${count(v.of, 'vote', 'votes')}, but is a person.`,
  'reveal.overline': 'The reveal', 'reveal.ended': 'The game ended before anybody was accused.', 'reveal.cast': 'Who was who', 'reveal.votes': 'Who suspected whom', 'reveal.tally': 'The count', 'reveal.reread': 'Read the conversation again', 'reveal.score': 'People {people} : {agents} agents',
  'cast.fate.agent': (v) => (v.n === v.of ? 'fooled everybody' : v.n === 0 ? 'fooled nobody' : `fooled ${v.n} of ${v.of}`), 'cast.fate.person': (v) => (v.n === 0 ? 'taken for a person' : `taken for a machine by ${v.n} of ${v.of}`),
  'cast.vote': 'voted for {name}', 'cast.right': 'suspected {name}: right', 'cast.wrong': 'suspected {name}: wrong', 'cast.novote': 'did not vote',
  'picture.title': 'Who voted for whom', 'picture.vote': '{voter} voted for {suspect}.', 'picture.round': 'Round', 'picture.right': 'vote for an agent', 'picture.wrong': 'vote for a person', 'picture.words': 'The same in words',
  'prizes.title': 'Honours', 'prizes.sharp': (v) => (v.n > 1 ? `saw through an agent ${v.n} times` : 'saw through an agent'), 'prizes.unseen': 'fooled everybody', 'prizes.caught': (v) => `was caught by ${count(v.n, 'vote', 'votes')}`, 'prizes.doubted': (v) => `was taken for a machine by ${v.n}`,
  'numbers.title': 'The game in numbers', 'numbers.player': 'Player', 'numbers.rounds': 'Rounds', 'numbers.lines': 'Lines', 'numbers.first': 'First line', 'numbers.right': 'Right votes', 'numbers.fooled': 'Fooled votes', 'numbers.accused': 'Suspected', 'numbers.seconds': '{n} s',
  'numbers.export': 'The whole transcript (CSV)', 'numbers.note': 'Counted are the votes of people: right ones found an agent, fooled ones hit a person. The first line counts from the start of the talk.',
  again: 'Play again', 'again.join': 'The next table is set: sit down', 'again.wait': 'When the host sets the next table, you can sit down here.', 'watch.join': 'Take a seat',

  'host.title': 'You are the host', 'host.start': 'Start now', 'host.pause': 'Pause', 'host.resume': 'Go on', 'host.skip.discussion': 'Ring for the vote', 'host.skip.voting': 'Close the vote', 'host.skip.reveal': 'Close the table', 'host.skip.sure': 'Really, for all?', 'host.end': 'End for all', 'host.end.sure': 'Really end it?', 'host.remove': 'Remove somebody', 'host.remove.one': 'Remove', 'host.remove.sure': 'Really?',

  'error.network': 'The server cannot be reached. Check your connection and try again.', 'error.429': (v) => `That was a little fast. Try again in ${count(v.seconds, 'second', 'seconds')}.`,
  'error.401': 'You have no seat in this room.', 'error.403': 'You may not do that here.', 'error.404': 'That is not here any more.', 'error.409': 'That is not possible just now.', 'error.413': 'That is too long.', 'error.422': 'The server does not accept that. Check what you entered.', 'error.500': 'Something went wrong on our side. Try again.', 'error.other': 'That did not work. Try again.',
  'error.room.404': 'There is no room at this address. Perhaps the link is old, or a character got lost.', 'error.join.409': 'That name is taken in this room. Choose another.', 'error.join.422': 'A name has 1 to 40 characters.', 'error.sit.409': 'All seats are taken, or the game has begun.',
  'error.create.people': 'A game has 1 to 12 people.', 'error.create.agents': 'People and agents together are 2 to 12 in a game.', 'error.create.title': 'A name of a room has at most 80 characters.', 'error.create.topic': 'A topic has at most 280 characters.', 'error.create.password': 'A password has at most 200 characters.', 'error.create.name': 'A name has 1 to 40 characters.',
  'error.create.422': 'The server does not accept that. Check the number of players and the lengths of the texts.', 'error.vote.409': 'That vote came too late, or the player is out.', 'error.host.409': 'That is not possible in this phase.', 'error.host.403': 'Only the host may do that.',
  'error.send': 'This line was not accepted.', 'error.send.401': 'You have no seat in this room.', 'error.send.403': 'You have no seat in this room any more.', 'error.send.409': 'Too late: nobody may speak just now.', 'error.send.422': 'A line has 1 to 1000 characters.',
};
