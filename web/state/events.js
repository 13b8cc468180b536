// What each event of the protocol does to the page's room.
import { time } from './snapshot.js';
import { echo } from './pending.js';

/** @typedef {import('../types').RoomState} RoomState */
/** @typedef {import('../types').RoomEvent} RoomEvent */

/** How long somebody is shown as typing after a sign of it, in milliseconds. */
const TYPING = 5000;

/** @param {RoomState} state @param {RoomEvent} event @param {number} now @param {boolean} live @returns {RoomState} */
export function applyEvent(state, event, now, live) {
  if (event.seq === undefined) return applyFleeting(state, event, now);
  if (event.seq <= state.seq) return state;
  if (event.seq > state.seq + 1) return { ...state, gap: Math.max(state.gap ?? 0, event.seq) };
  const next = applyStored({ ...state, seq: event.seq, offset: live ? clock(state, event, now) : state.offset }, event, live);
  return next.gap !== null && next.seq >= next.gap ? { ...next, gap: null } : next;
}

/** The server's clock minus ours: the least delayed event comes nearest. @param {RoomState} state @param {RoomEvent} event @param {number} now */
function clock(state, event, now) {
  const at = time(event.at);
  if (at === null) return state.offset;
  return state.offset === null ? at - now : Math.max(state.offset, at - now);
}

/** Typing and presence: shown, never kept. @param {RoomState} state @param {RoomEvent} event @param {number} now */
function applyFleeting(state, event, now) {
  const name = event.player ?? '';
  if (event.type === 'typing' && name !== state.me) return { ...state, typing: { ...state.typing, [name]: now + TYPING } };
  if (event.type === 'presence') return { ...state, players: seat(state.players, name, { present: Boolean(event.present) }), stale: state.players.some((p) => p.name === name) ? state.stale : state.seq };
  return state;
}

/** @param {RoomState} state @param {RoomEvent} event @param {boolean} live @returns {RoomState} */
function applyStored(state, event, live) {
  switch (event.type) {
    case 'joined': return joined(state, event);
    case 'left': return gone(state, event);
    case 'phase': return phase(state, event);
    case 'message': return message(state, event, live);
    case 'voted': return { ...state, players: seat(state.players, event.player ?? '', { voted: true }) };
    case 'result': return result(state, event);
    case 'roles': return { ...state, roles: event.roles ?? {} };
    case 'paused': return direct({ ...state, paused: true, left_ms: frozen(state, event) }, event, 'paused');
    case 'resumed': return resumed(state, event);
    default: return state;
  }
}

/** @param {RoomState} state @param {RoomEvent} event */
function joined(state, event) {
  const next = { ...state, players: seat(state.players, event.player ?? '', { present: true }), stale: state.mode === 'open' ? (event.seq ?? null) : state.stale };
  // The cast of a game is announced at once: no line for each of them.
  return state.mode === 'open' ? direct(next, event, 'joined') : next;
}

/** Somebody gave up their seat, or lost it. @param {RoomState} state @param {RoomEvent} event */
function gone(state, event) {
  const players = seat(state.players, event.player ?? '', { present: false, left: true });
  return direct({ ...state, players, typing: without(state.typing, event.player), stale: event.seq ?? null, out: state.out || event.player === state.me }, event, 'left');
}

/** The clock goes on; its new end is the event's, or a fresh look's. @param {RoomState} state @param {RoomEvent} event */
function resumed(state, event) {
  const told = event.ends_at !== undefined;
  const next = { ...state, paused: false, left_ms: null, ends_at: told ? time(event.ends_at) : state.ends_at, stale: told ? state.stale : (event.seq ?? null) };
  return direct(next, event, 'resumed');
}

/** @param {RoomState} state @param {RoomEvent} event */
function phase(state, event) {
  const name = event.phase ?? state.phase;
  const status = name === 'closed' ? 'closed' : name === 'waiting' ? 'waiting' : 'running';
  const next = {
    ...state, phase: name, status: /** @type {RoomState['status']} */ (status), round: event.round ?? state.round, topic: event.topic || state.topic,
    ends_at: time(event.ends_at), left_ms: null, paused: false, typing: {}, players: state.players.map((p) => (p.voted ? { ...p, voted: false } : p)),
  };
  return direct(next, event, 'phase', { phase: name, round: next.round });
}

/** @param {RoomState} state @param {RoomEvent} event @param {boolean} live */
function message(state, event, live) {
  const seq = event.seq ?? 0;
  const mine = event.player === state.me && state.me !== null;
  const next = direct({ ...state, typing: without(state.typing, event.player) }, event, 'message', { player: event.player, text: event.text });
  if (mine) return echo(next, seq, event.text ?? '');
  if (!live) return next;
  if (state.mark_next) return { ...next, mark_next: false, new_from: seq, unread: state.away ? state.unread + 1 : state.unread };
  if (!state.away) return next;
  return { ...next, unread: state.unread + 1, new_from: state.unread ? state.new_from : seq };
}

/** What was left on the clock when it was stopped. @param {RoomState} state @param {RoomEvent} event */
function frozen(state, event) {
  const at = time(event.at);
  return state.ends_at === null || at === null ? null : Math.max(0, state.ends_at - at);
}

/** @param {RoomState} state @param {RoomEvent} event */
function result(state, event) {
  const outcome = {
    seq: event.seq ?? 0, round: event.round ?? state.round, votes: event.votes ?? {}, tally: event.tally ?? {},
    suspect: event.suspect ?? null, suspect_role: event.suspect_role ?? null, winner: event.winner ?? 'agents',
    ...(event.game_winner ? { game_winner: event.game_winner } : {}),
  };
  const out = outcome.suspect && !outcome.game_winner;
  const players = out ? seat(state.players, /** @type {string} */ (outcome.suspect), { eliminated: true }) : state.players;
  return direct({ ...state, players, results: [...state.results, outcome] }, event, 'result', { result: outcome });
}

/** Adds an entry to the script. @param {RoomState} state @param {RoomEvent} event @param {import('../types').Line['kind']} kind @param {Partial<import('../types').Line>} [more] */
function direct(state, event, kind, more) {
  const line = { seq: event.seq ?? 0, at: event.at ?? '', kind, ...(event.player ? { player: event.player } : {}), ...more };
  return { ...state, lines: [...state.lines, line] };
}

/** Changes a player, or seats a new one. @param {import('../types').Player[]} players @param {string} name @param {Partial<import('../types').Player>} change */
function seat(players, name, change) {
  if (players.some((p) => p.name === name)) return players.map((p) => (p.name === name ? { ...p, ...change } : p));
  return [...players, { name, present: true, voted: false, eliminated: false, ...change }];
}

/** @param {Record<string, number>} typing @param {string | undefined} name */
function without(typing, name) {
  if (!name || !(name in typing)) return typing;
  const { [name]: _, ...rest } = typing;
  return rest;
}
