// What a fresh look at the room adds to what its events have told.

/** @typedef {import('../types').RoomState} RoomState */

/** @param {RoomState} state @param {import('../types').Snapshot} room @param {number} now @returns {RoomState} */
export function mergeSnapshot(state, room, now) {
  const next = { ...state, title: room.title, mode: room.mode, people: room.people, seats: room.seats };
  const current = room.seq >= state.seq;
  if (state.seq === 0 || current) next.players = mergePlayers(state, room);
  else next.players = withRoles(state.players, room);
  // What an event left open (a role, the clock's new end) needs a look no older than it.
  const fresh = state.stale === null || room.seq >= state.stale;
  if (fresh) next.stale = null;
  if (!current) return fresh && sameStep(state, room) ? { ...next, ends_at: time(room.ends_at) } : next;
  next.status = room.status;
  next.phase = room.phase;
  next.round = room.round;
  next.topic = room.topic ?? '';
  next.ends_at = time(room.ends_at);
  if (!state.paused) next.left_ms = null;
  else next.left_ms = state.left_ms ?? left(next.ends_at, state, now);
  return next;
}

/** @param {RoomState} state @param {import('../types').Snapshot} room */
const sameStep = (state, room) => room.phase === state.phase && room.round === state.round && !state.paused;

/** @param {string | null | undefined} text @returns {number | null} */
export function time(text) {
  const at = text ? Date.parse(text) : NaN;
  return Number.isFinite(at) ? at : null;
}

/** Milliseconds left on the clock. @param {number | null} end @param {RoomState} state @param {number} now @returns {number | null} */
export function left(end, state, now) {
  return end === null ? null : Math.max(0, end - now - (state.offset ?? 0));
}

/** The snapshot's players in the order already on screen. @param {RoomState} state @param {import('../types').Snapshot} room */
function mergePlayers(state, room) {
  const fresh = new Map(room.players.map((p) => [p.name, p]));
  const known = state.players.filter((p) => fresh.has(p.name)).map((p) => ({ ...p, .../** @type {import('../types').Player} */ (fresh.get(p.name)) }));
  const names = new Set(known.map((p) => p.name));
  const gone = state.players.filter((p) => !fresh.has(p.name)).map((p) => ({ ...p, present: false }));
  return [...known, ...gone, ...room.players.filter((p) => !names.has(p.name) && !gone.some((g) => g.name === p.name))];
}

/** @param {import('../types').Player[]} players @param {import('../types').Snapshot} room */
function withRoles(players, room) {
  const roles = new Map(room.players.map((p) => [p.name, p.role]));
  return players.map((p) => (p.role || !roles.get(p.name) ? p : { ...p, role: roles.get(p.name) }));
}
