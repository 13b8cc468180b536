// Questions the screens ask of a room.
import { left } from './snapshot.js';

/** @typedef {import('../types').RoomState} RoomState */
/** @typedef {import('../types').Role} Role */

/** Milliseconds left in the phase, null without a clock. @param {RoomState} state @param {number} now */
export function timeLeft(state, now) {
  return state.paused ? state.left_ms : left(state.ends_at, state, now);
}

/** @param {RoomState} state @returns {import('../types').Player | undefined} */
export const self = (state) => state.players.find((p) => p.name === state.me);

/** @param {RoomState} state May this person write a line now? */
export function maySpeak(state) {
  if (!state.me || state.status === 'closed' || state.paused) return false;
  if (state.mode === 'open') return state.phase === 'open';
  return state.phase === 'discussion' && Boolean(self(state)?.present) && !self(state)?.eliminated;
}

/** @param {RoomState} state @returns {string[]} Whom this person may vote for. */
export function suspects(state) {
  return state.players.filter((p) => p.present && !p.eliminated && p.name !== state.me).map((p) => p.name);
}

/** @param {RoomState} state @returns {{ done: number, of: number }} How many of those in play have voted. */
export function turnout(state) {
  const voters = state.players.filter((p) => p.present && !p.eliminated);
  return { done: voters.filter((p) => p.voted).length, of: voters.length };
}

/** @param {RoomState} state @returns {'people' | 'agents' | null} */
export function gameWinner(state) {
  const last = state.results.at(-1);
  return last?.game_winner ?? last?.winner ?? null;
}

/**
 * How one player fared: whom they suspected, how many suspected them, and how
 * many of the people's votes (voters) took them for a machine (fooled).
 * @param {RoomState} state @param {string} name
 */
export function record(state, name) {
  const roles = state.roles ?? {};
  const votes = state.results.filter((r) => r.votes[name]).map((r) => ({ round: r.round, suspect: r.votes[name], right: roles[r.votes[name]] === 'agent' }));
  const against = state.results.reduce((sum, r) => sum + (r.tally[name] ?? 0), 0);
  const fooled = state.results.reduce((sum, r) => sum + Object.entries(r.votes).filter(([voter, s]) => s === name && roles[voter] === 'person').length, 0);
  const lines = state.lines.filter((l) => l.kind === 'message' && l.player === name).length;
  const voters = state.results.reduce((sum, r) => sum + Object.keys(r.votes).filter((voter) => voter !== name && roles[voter] === 'person').length, 0);
  return { votes, against, fooled, voters, lines };
}
