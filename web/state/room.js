// The room as one person's page sees it: a pure function from a state and an
// action to the next state. The protocol's events are the truth; the snapshot
// only fills in what no event tells (title, seats, the moved end of a clock).
import { applyEvent } from './events.js';
import { ack, drop, refuse, restore, retry, send } from './pending.js';
import { mergeSnapshot } from './snapshot.js';

/** @typedef {import('../types').RoomState} RoomState */
/** @typedef {import('../types').Action} Action */

/** @param {string} code @returns {RoomState} */
export function emptyRoom(code) {
  return {
    code, title: '', mode: 'imitation', status: 'waiting',
    phase: 'waiting', round: 0, topic: '', ends_at: null, left_ms: null, paused: false,
    people: 0, seats: 0, players: [], roles: null, results: [],
    seq: 0, gap: null, stale: null, lines: [], pending: [], typing: {},
    me: null, host: false, out: false, link: 'connecting', offset: null, live: false,
    away: false, unread: 0, new_from: null, mark_next: false,
  };
}

/** @param {RoomState} state @param {Action} action @returns {RoomState} */
export function reduce(state, action) {
  switch (action.type) {
    case 'snapshot': return mergeSnapshot(state, action.room, action.now);
    case 'me': return { ...state, me: action.player, host: action.host, out: state.out && !action.player };
    case 'events': return action.events.reduce((s, event) => applyEvent(s, event, action.now, false), state);
    case 'event': return applyEvent(state, action.event, action.now, true);
    case 'send': return send(state, action.client_id, action.text);
    case 'restore': return restore(state, action.pending);
    case 'ack': return ack(state, action.client_id, action.seq);
    case 'refused': return refuse(state, action.client_id, action.problem);
    case 'retry': return retry(state, action.client_id);
    case 'drop': return drop(state, action.client_id);
    case 'tick': return tick(state, action.now);
    case 'link': return changeLink(state, action.link);
    case 'clock': return state.offset === null ? { ...state, offset: action.server - action.now } : state;
    case 'away': return state.away ? state : { ...state, away: true, new_from: state.unread ? state.new_from : null };
    case 'here': return state.away || state.unread ? { ...state, away: false, unread: 0 } : state;
    default: return state;
  }
}

/** Typing ends five seconds after its last sign. @param {RoomState} state @param {number} now */
function tick(state, now) {
  const over = Object.keys(state.typing).filter((name) => state.typing[name] <= now);
  if (over.length === 0) return state;
  const typing = { ...state.typing };
  for (const name of over) delete typing[name];
  return { ...state, typing };
}

/** After a loss the next line that comes in is marked as new. @param {RoomState} state @param {import('../types').Link} link */
function changeLink(state, link) {
  if (state.link === link) return state;
  const lost = link === 'lost' || link === 'offline';
  return { ...state, link, typing: lost ? {} : state.typing, mark_next: lost ? state.lines.length > 0 : state.mark_next, live: state.live || link === 'live' || link === 'polling' || link === 'done' };
}
