// One's own lines between the key press and the log. A line stays here until
// the server acknowledged its client_id, so it can be sent again after any
// loss; once its event has come in (`echo`) it is no longer shown twice.

/** @typedef {import('../types').RoomState} RoomState */
/** @typedef {import('../types').Pending} Pending */

/** @param {RoomState} state @param {string} client_id @param {string} text @returns {RoomState} */
export function send(state, client_id, text) {
  if (state.pending.some((p) => p.client_id === client_id)) return state;
  return { ...state, pending: [...state.pending, { client_id, text, status: 'sending', echo: null, problem: null }], unread: 0, new_from: state.unread ? state.new_from : null };
}

/** Lines that a page before this one had not yet seen acknowledged. @param {RoomState} state @param {Pending[]} pending @returns {RoomState} */
export function restore(state, pending) {
  const known = new Set(state.pending.map((p) => p.client_id));
  return { ...state, pending: [...pending.filter((p) => !known.has(p.client_id)), ...state.pending] };
}

/** @param {RoomState} state @param {string} client_id @param {number} seq @returns {RoomState} */
export function ack(state, client_id, seq) {
  const mine = state.pending.find((p) => p.client_id === client_id);
  if (!mine) return state;
  if (seq <= state.seq) return { ...state, pending: state.pending.filter((p) => p !== mine) };
  return change(state, client_id, { echo: seq });
}

/** The event of an own line came in. @param {RoomState} state @param {number} seq @param {string} text @returns {RoomState} */
export function echo(state, seq, text) {
  const acked = state.pending.find((p) => p.echo === seq);
  if (acked) return { ...state, pending: state.pending.filter((p) => p !== acked) };
  const same = state.pending.find((p) => p.echo === null && p.text.trim() === text);
  return same ? change(state, same.client_id, { echo: seq, status: 'sending', problem: null }) : state;
}

/** @param {RoomState} state @param {string} client_id @param {import('../types').ProblemBody} problem @returns {RoomState} */
export function refuse(state, client_id, problem) {
  return change(state, client_id, { status: 'failed', problem });
}

/** @param {RoomState} state @param {string} client_id @returns {RoomState} */
export function retry(state, client_id) {
  return change(state, client_id, { status: 'sending', problem: null });
}

/** @param {RoomState} state @param {string} client_id @returns {RoomState} */
export function drop(state, client_id) {
  return { ...state, pending: state.pending.filter((p) => p.client_id !== client_id) };
}

/** The lines to show below the script. @param {RoomState} state */
export const shown = (state) => state.pending.filter((p) => p.echo === null || p.echo > state.seq);

/** @param {RoomState} state @param {string} client_id @param {Partial<Pending>} with_ @returns {RoomState} */
function change(state, client_id, with_) {
  return { ...state, pending: state.pending.map((p) => (p.client_id === client_id ? { ...p, ...with_ } : p)) };
}
