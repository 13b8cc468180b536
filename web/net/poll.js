// The stream by long polling, for networks that let no WebSocket through.
import { request, roomPath, Problem } from './api.js';

/**
 * @param {import('./connection.js').Wiring} wiring @param {AbortSignal} signal
 * @returns {Promise<'more' | 'done' | 'refused' | 'lost'>}
 */
export async function pollOnce(wiring, signal) {
  const after = wiring.after();
  try {
    const { body } = await request('GET', roomPath(wiring.code, `/events?after=${after}&wait=25`), undefined, signal);
    wiring.link('polling');
    for (const event of body.events) wiring.frame(event);
    return body.events.some(isLast) ? 'done' : 'more';
  } catch (error) {
    if (!(error instanceof Problem)) return 'lost';
    if (![401, 403, 404, 422].includes(error.status)) return 'lost';
    wiring.refused(error.status);
    return 'refused';
  }
}

/** @param {import('../types').RoomEvent} event */
const isLast = (event) => event.type === 'phase' && event.phase === 'closed';

/**
 * Everything after a place, in pages of at most 500.
 * @param {string} code @param {number} after
 * @returns {Promise<import('../types').RoomEvent[]>}
 */
export async function history(code, after) {
  const all = [];
  for (;;) {
    const { body } = await request('GET', roomPath(code, `/events?after=${after}`));
    all.push(...body.events);
    if (body.events.length === 0 || body.next <= after) return all;
    after = body.next;
  }
}
